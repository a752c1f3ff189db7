"""The embedded AWS: moto as a server, and the tables that turn resources into calls to it."""
