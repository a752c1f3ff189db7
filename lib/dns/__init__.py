"""Names of the stack's own in Route 53, and their certificates."""
