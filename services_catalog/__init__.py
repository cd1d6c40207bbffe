"""What can be applied for, and who decides it. Knows nothing of Flask."""
