"""JSON logs with request numbers and without personal data; the access log names routes, not addresses typed."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

REQUEST_ID = re.compile(r"(?=.*[a-f])[0-9a-f-]{8,36}")  # Numbers of people have no a to f.
FIELDS = ("request", "method", "route", "status", "ms", "incident", "topic", "job")


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure_logging(app: Flask) -> None:
    """Send the logs of the packages to standard error as JSON, and log each request once."""
    for name in ("kiosk", "printing", "services_catalog"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(JsonFormatter())
            logger.addHandler(handler)
        logger.setLevel(logging.WARNING if app.config.get("TESTING") else logging.INFO)
        logger.propagate = bool(app.config.get("TESTING"))
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _finish(response: Response) -> Response:
    if "started" not in g:
        return response
    spent = round((time.perf_counter() - g.started) * 1000, 1)
    route = str(request.url_rule) if request.url_rule else "unknown"
    facts = {
        "request": g.request_id,
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": spent,
    }
    logging.getLogger("kiosk.requests").info("request", extra=facts)
    response.headers["X-Request-Id"] = g.request_id
    return response
