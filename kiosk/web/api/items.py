"""Finding an item, reading its guide and form, and asking who would decide."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, json, request
from flask_smorest import Blueprint

from kiosk.catalogue import Catalogue, catalogue
from kiosk.web.access import public
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from services_catalog import search
from services_catalog.errors import UnknownItem
from services_catalog.routing import Route, RoutingFacts, route

blp = Blueprint("items", __name__, url_prefix="/api/v1", description="事项、办事指南与管辖")
PRINTABLE_FORMS = ("certificate", "electronic")
LICENCE_ITEMS = frozenset({37})


def from_memory(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer what was asked before under the same catalogue without reading the question again."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        held = catalogue()
        body = held.answers.get(request.query_string)
        return view(*args, **kwargs) if body is None else _send(held, body)

    return answered


@blp.get("/items")
@public
@from_memory
@blp.arguments(schemas.ItemQuery, location="query")
@blp.response(
    200, schemas.ItemList, example={"items": [{"seq": 37, "name": "内资企业及分支机构设立登记"}]}
)
@refusals(blp, 422)
def list_items(query: dict[str, Any]) -> Response:
    """Items by the citizen's own words, best first; without words, all of them."""
    held = catalogue()
    return _send(held, held.answer(request.query_string, lambda: _items_body(held, query)))


def _send(held: Catalogue, body: bytes) -> Response:
    etag = _etag(held.edition, request.query_string)
    if etag in request.if_none_match:
        return _cached(Response(status=304), etag)
    return _cached(Response(body, mimetype="application/json"), etag)


def _items_body(held: Catalogue, query: dict[str, Any]) -> bytes:
    return json.dumps({"items": find_items(held, **query)}, ensure_ascii=False).encode()


def find_items(
    held: Catalogue, q: str, limit: int, audience: str | None = None, theme: str | None = None
) -> list[dict[str, Any]]:
    """Lines for a list of items that fit words and filters."""
    if q.strip():
        found = [(match.seq, match.why) for match in search.search(held.index, q, len(held.items))]
    else:
        found = [(seq, "") for seq in sorted(held.items)]
    lines = (_line(held.items[seq], why) for seq, why in found)
    fitting = (
        line
        for line in lines
        if (audience is None or line["audience"] in (audience, "both"))
        and (theme is None or line["theme"] == theme)
    )
    return [line for line, _ in zip(fitting, range(limit), strict=False)]


@blp.get("/items/<int:seq>")
@public
@blp.response(200, schemas.ItemGuide)
@refusals(blp, 404)
def show_item(seq: int) -> dict[str, Any]:
    """An item's guide: what to bring, how long, what it costs, what comes out."""
    return guide(catalogue(), seq)


def guide(held: Catalogue, seq: int) -> dict[str, Any]:
    """The guide of an item as plain values. Raises UnknownItem."""
    item = _item(held, seq)
    names = (
        "seq",
        "name",
        "status",
        "cancelled_reason",
        "department",
        "item_type",
        "theme",
        "audience",
        "modes",
        "materials",
        "legal_days",
        "legal_unit",
        "promised_days",
        "fee",
        "result_document",
        "result_form",
        "routing_fact",
        "trust",
    )
    return {name: getattr(item, name) for name in names} | {
        "generic_form": held.forms[seq].generic,
        "printable": item.result_form in PRINTABLE_FORMS or seq in LICENCE_ITEMS,
    }


@blp.get("/items/<int:seq>/form")
@public
@blp.response(200, schemas.FormSchema)
@refusals(blp, 404)
def show_form(seq: int) -> Any:
    """The item's form as data; ``generic`` marks a 通用表单."""
    held = catalogue()
    _item(held, seq)
    return held.forms[seq]


@blp.get("/items/<int:seq>/route")
@public
@blp.arguments(schemas.RouteQuery, location="query")
@blp.response(200, schemas.RouteAnswer)
@refusals(blp, 404, 422)
def show_route(query: dict[str, Any], seq: int) -> Route:
    """Which authority would decide, and why."""
    held = catalogue()
    facts = RoutingFacts(district_code=query["district"], registrar_name=query["registrar"])
    return route(_item(held, seq), facts, held.world)


@blp.get("/divisions")
@public
@blp.response(200, schemas.DivisionList)
def list_divisions() -> dict[str, Any]:
    """All divisions, functional areas marked."""
    return {"divisions": list(catalogue().world.districts.values())}


def _item(held: Catalogue, seq: int) -> Any:
    if seq not in held.items:
        raise UnknownItem(seq)
    return held.items[seq]


def _line(item: Any, why: str) -> dict[str, Any]:
    return {
        "seq": item.seq,
        "name": item.name,
        "theme": item.theme,
        "audience": item.audience,
        "modes": list(item.modes),
        "status": item.status,
        "why": why,
    }


def _etag(digest: str, query: bytes) -> str:
    return hashlib.sha256(digest.encode() + b"?" + query).hexdigest()[:32]


def _cached(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
