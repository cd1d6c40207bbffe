"""Some rules are read off the running application."""

from tests.support.applications import app, client, clock, prepared

__all__ = ["app", "client", "clock", "prepared"]
