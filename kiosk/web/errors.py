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
from services_catalog.errors import CatalogError

log = logging.getLogger(__name__)
Body = dict[str, Any]
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
    return _answer(refusal_body(error))


def refusal_body(error: Exception) -> Body:
    """A refusal as problem+json; also for one case of many, whose others went well."""
    code: str = error.code  # type: ignore[attr-defined]
    status, words = ANSWERS[code]
    return _body(status, code, words, detail_of(error), fields_of(error))


def incident_body(incident: str) -> Body:
    """What is said of an error that nobody expected, which the log keeps under the incident's number."""
    told = f"故障编号 {incident}，请告知工作人员"
    return _body(500, "incident", "系统出现故障，您的资料没有丢失", told, {})


def fields_of(error: Exception) -> dict[str, list[str]]:
    """The faulty inputs a refusal names."""
    found: dict[str, list[str]] = getattr(error, "fields", {})
    return found if isinstance(error, KioskError | CatalogError) else {}


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
    return _answer(incident_body(incident))


def problem(
    status: int, code: str, title: str, detail: str, fields: dict[str, list[str]]
) -> Response:
    """The answer as problem+json for programs, as a page for people."""
    return _answer(_body(status, code, title, detail, fields))


def _body(status: int, code: str, title: str, detail: str, fields: dict[str, list[str]]) -> Body:
    body: Body = {"type": f"urn:problem:{code}", "title": title, "status": status}
    body |= {"code": code, "detail": detail or title}
    if fields:
        body["fields"] = fields
    return body


def _answer(body: Body) -> Response:
    status: int = body["status"]
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
