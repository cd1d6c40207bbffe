"""Issued licences and notices: the registry, their copies, their seals and their status."""
