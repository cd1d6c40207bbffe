"""The entry point of web servers: ``gunicorn wsgi:app``."""

from kiosk.app import create_app

app = create_app()
