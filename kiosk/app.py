"""Composition: settings, engine, ports, routes and commands become one application."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk import cli
from kiosk.casework.calendar import CalendarFile
from kiosk.casework.numbers import DemoCreditCodeRange
from kiosk.casework.scanners import make_scanner
from kiosk.catalogue import CatalogueCache
from kiosk.clock import Clock, ShiftedClock, SystemClock, parse_moment
from kiosk.config import data_key, instance_folder, load_settings
from kiosk.exchange.files import FileStore
from kiosk.exchange.transports import FileTransport
from kiosk.extensions import database, migrate
from kiosk.fees.port import NoPayments, PaymentPort, SimulatedPayments
from kiosk.identity.faces import make_faces
from kiosk.identity.provider import SimulatedProvider
from kiosk.licences.ports import open_device, sealing_ports
from kiosk.licences.status_list import StatusLists
from kiosk.logs import configure_logging
from kiosk.notifications.messages import Channel
from kiosk.privacy import Keyring
from kiosk.web import register_web
from kiosk.web.checking import Pace
from printing.pki import KeyStore


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application on the instance that ``open_instance`` finds. Raises SettingsInvalid."""
    app = Flask("kiosk", static_folder="web/static", template_folder="web/templates")
    open_instance(app, settings)
    configure_logging(app)
    migrate.init_app(app, database)
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    register_web(app)
    cli.register_commands(app)
    return app


def open_instance(app: Flask, settings: Mapping[str, Any] | None = None) -> None:
    """Give the application the settings, the database and the ports of one instance, in place of any it had.

    ``settings`` override environment and instance files. Raises SettingsInvalid for what must not run in production.
    """
    instance = instance_folder(settings)
    app.instance_path = str(instance)
    load_settings(app.config, instance, settings)
    instance.mkdir(parents=True, exist_ok=True)
    database.init_app(app)
    _plug_ports(app)


def _plug_ports(app: Flask) -> None:
    """Everything that reaches outside the process, each behind a name that tests can fill otherwise."""
    instance = instance_folder({"INSTANCE": app.config["INSTANCE"]})
    app.extensions["keyring"] = Keyring(data_key(app.config))
    app.extensions["clock"] = _clock(app.config["NOW"])
    app.extensions["catalogue"] = CatalogueCache()
    app.extensions["files"] = FileStore(instance / "files")
    app.extensions["materials"] = FileStore(instance / "materials")
    app.extensions["scanner"] = make_scanner(app.config["MATERIAL_SCANNER"])
    app.extensions["keys"] = KeyStore(
        instance / "keys", app.config["SEAL_PASSWORD"], open_device(app.config)
    )
    app.extensions["sealing"] = sealing_ports(app.config)
    app.extensions["status_lists"] = StatusLists(app.extensions["keys"])
    app.extensions["checking_pace"] = Pace(app.config["CHECKS_PER_MINUTE"])
    app.extensions["messages"] = FileTransport(instance / "messages.jsonl")
    app.extensions["calendar"] = CalendarFile(instance / "workdays.json")
    app.extensions["notifiers"] = {
        Channel.SMS: app.extensions["messages"],
        Channel.APP: FileTransport(instance / "app-messages.jsonl"),
    }
    app.extensions["payments"] = _payments(app)
    app.extensions["credit_codes"] = DemoCreditCodeRange()
    app.extensions["faces"] = make_faces(
        app.config["FACES"], instance / "faces", production=not app.config["DEMO"]
    )
    app.extensions["identity_provider"] = SimulatedProvider(instance / "identity")


def _payments(app: Flask) -> PaymentPort:
    """The demo takes any money at once; elsewhere no platform is connected yet."""
    ring: Keyring = app.extensions["keyring"]
    return (
        SimulatedPayments(partial(ring.digest, "payment")) if app.config["DEMO"] else NoPayments()
    )


def _clock(start: str | None) -> Clock:
    return SystemClock() if start is None else ShiftedClock(parse_moment(start))
