"""People, staff, their roles and their sessions."""
