"""Whether the process lives, whether it can serve, and its figures for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text

from kiosk.catalogue import catalogue
from kiosk.exchange.queries import count_dead, count_waiting
from kiosk.uow import reading
from kiosk.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/health/live")
@public
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@bp.get("/health/ready")
@public
def ready() -> tuple[Response, int]:
    """The database answers and the catalogue is loaded."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    items = len(catalogue().items)
    return jsonify(status="ready" if items else "no-catalogue", items=items), 200 if items else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    """What waits and what is stuck; figures of the database, so every process tells the same."""
    registry = CollectorRegistry()
    waiting = Gauge("kiosk_outbox_waiting", "Outbox messages not done yet", registry=registry)
    dead = Gauge("kiosk_outbox_dead", "Outbox messages that need a person", registry=registry)
    with reading() as session:
        waiting.set(count_waiting(session))
        dead.set(count_dead(session))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
