"""What leaves the warehouse: one module per kind of file."""
