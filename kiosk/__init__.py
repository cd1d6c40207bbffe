"""川渝通办: the Flask application that receives, routes, decides and prints."""

__version__ = "0.1.0"
