"""These tests run the whole application."""

from tests.support.applications import app, client, client_for, clock, prepared

__all__ = ["app", "client", "client_for", "clock", "prepared"]
