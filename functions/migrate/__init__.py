"""Runs a database's migrations inside its network."""
