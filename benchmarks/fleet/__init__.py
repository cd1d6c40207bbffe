"""Ten thousand machines before one server: what is set up, what they say, and what it costs."""
