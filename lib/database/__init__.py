"""Databases: Aurora PostgreSQL in one region or several."""
