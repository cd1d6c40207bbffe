"""Font files and the tool that makes them; nothing here is imported at run time."""
