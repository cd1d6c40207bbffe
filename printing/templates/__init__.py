"""Templates of paper: one JSON file for each kind and version, and what reads and checks them."""
