"""Answers an HTTP API: items of a table, and whether its region can serve."""
