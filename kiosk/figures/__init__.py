"""How the work goes, in numbers without persons: by month, place, authority and item."""
