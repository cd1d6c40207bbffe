"""Marks become a PDF file, byte for byte the same each time. Knows PDF syntax and nothing of templates."""
