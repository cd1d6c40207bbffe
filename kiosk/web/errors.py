"""The one place that turns a refusal into an HTTP answer: problem+json (RFC 9457) or a page in plain words."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

from kiosk.errors import KioskError
from kiosk.web.wording import ANSWERS, HTTP_WORDS, detail_of
from printing.errors import PrintingError
from services_catalog.errors import CatalogError, OfferingInvalid

log = logging.getLogger(__name__)
PAGES_WITHOUT_HTML = ("/api/", "/metrics", "/health")


def register_errors(app: Flask) -> None:
    """Answer every refusal of the three packages, every HTTP error and every surprise."""
    for root in (KioskError, PrintingError, CatalogError):
        app.register_error_handler(root, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(RecursionError, answer_too_deep)
    app.register_error_handler(Exception, answer_surprise)


def answer_refusal(error: Exception) -> Response:
    """A named refusal with its status, its Chinese wording and the faulty fields."""
    code: str = error.code  # type: ignore[attr-defined]
    status, words = ANSWERS[code]
    return problem(status, code, words, detail_of(error), fields_of(error))


def fields_of(error: Exception) -> dict[str, list[str]]:
    """The faulty inputs a refusal names."""
    return error.fields if isinstance(error, KioskError | OfferingInvalid) else {}


def answer_http(error: HTTPException) -> Response:
    """An error of the web framework: unknown address, wrong method, unreadable body, faulty fields."""
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    code, words = HTTP_WORDS.get(status, ("http-error", "请求无法处理"))
    fields = flatten(getattr(error, "data", {}).get("messages", {}))
    answer = problem(status, code, words, "", fields)
    for name, value in (getattr(error, "data", {}).get("headers") or {}).items():
        answer.headers[name] = value
    return answer


def answer_too_deep(_: RecursionError) -> Response:
    """A body nested deeper than anything we ask for."""
    return problem(400, "bad-request", HTTP_WORDS[400][1], "内容的层次太多", {})


def answer_surprise(error: Exception) -> Response:
    """What nobody expected: logged once under an incident number; nothing of it reaches the client."""
    incident = secrets.token_hex(6)
    log.error("incident %s", incident, extra={"incident": incident}, exc_info=error)
    return problem(
        500,
        "incident",
        "系统出现故障，您的资料没有丢失",
        f"故障编号 {incident}，请告知工作人员",
        {},
    )


def problem(
    status: int, code: str, title: str, detail: str, fields: dict[str, list[str]]
) -> Response:
    """The answer as problem+json for programs, as a page for people."""
    body: dict[str, Any] = {"type": f"urn:problem:{code}", "title": title, "status": status}
    body |= {"code": code, "detail": detail or title}
    if fields:
        body["fields"] = fields
    if _wants_page():
        return Response(render_template("error.html", problem=body), status, mimetype="text/html")
    return Response(
        json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json"
    )


def flatten(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Nested messages of a schema as ``{"form.head_id": [...]}``; the place (json, query) is left out."""
    if isinstance(messages, str):
        return {path: [messages]}
    if isinstance(messages, list):
        return {path: [str(entry) for entry in messages]}
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        skip = not path and key in ("json", "query", "path", "headers", "form", "json_or_form")
        inner = "" if skip and isinstance(value, dict) else f"{path}.{key}".strip(".")
        flat |= flatten(value, inner)
    return flat


def _wants_page() -> bool:
    if request.path.startswith(PAGES_WITHOUT_HTML):
        return False
    return bool(request.accept_mimetypes.accept_html)
