"""Composition: settings, engine, ports, routes and commands become one application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from kiosk import cli
from kiosk.casework.numbers import DemoCreditCodeRange
from kiosk.catalogue import CatalogueCache
from kiosk.clock import Clock, ShiftedClock, SystemClock, parse_moment
from kiosk.config import data_key, instance_folder, load_settings
from kiosk.exchange.files import FileStore
from kiosk.exchange.transports import FileTransport
from kiosk.extensions import database, migrate
from kiosk.identity.provider import SimulatedProvider
from kiosk.licences.status_list import StatusLists
from kiosk.logs import configure_logging
from kiosk.privacy import Keyring
from kiosk.web import register_web
from printing.pki import KeyStore
from services_catalog.workdays import load_calendar


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application. ``settings`` override environment and instance files.

    Raises SettingsInvalid for settings that must not run in production.
    """
    instance = instance_folder(settings)
    app = Flask("kiosk", instance_path=str(instance), static_folder="web/static")
    app.template_folder = "web/templates"
    load_settings(app.config, instance, settings)
    configure_logging(app)
    instance.mkdir(parents=True, exist_ok=True)
    database.init_app(app)
    migrate.init_app(app, database)
    _plug_ports(app)
    register_web(app)
    cli.register_commands(app)
    return app


def _plug_ports(app: Flask) -> None:
    """Everything that reaches outside the process, each behind a name that tests can fill otherwise."""
    instance = instance_folder({"INSTANCE": app.config["INSTANCE"]})
    app.extensions["keyring"] = Keyring(data_key(app.config))
    app.extensions["clock"] = _clock(app.config["NOW"])
    app.extensions["catalogue"] = CatalogueCache()
    app.extensions["files"] = FileStore(instance / "files")
    app.extensions["keys"] = KeyStore(instance / "keys", app.config["SEAL_PASSWORD"])
    app.extensions["status_lists"] = StatusLists(app.extensions["keys"])
    app.extensions["messages"] = FileTransport(instance / "messages.jsonl")
    app.extensions["calendar"] = load_calendar(instance / "workdays.json")
    app.extensions["credit_codes"] = DemoCreditCodeRange()
    app.extensions["identity_provider"] = SimulatedProvider(instance / "identity")


def _clock(start: str | None) -> Clock:
    return SystemClock() if start is None else ShiftedClock(parse_moment(start))
