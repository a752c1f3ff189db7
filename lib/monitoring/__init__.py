"""What watches over a stack and whom it tells."""
