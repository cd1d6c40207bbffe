"""The catalogue editor's desk: versions, offerings, districts' own lists, divergences of the two provinces."""
