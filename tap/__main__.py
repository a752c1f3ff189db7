"""`python -m tap`."""

from tap.cli import app

app(prog_name="tap")
