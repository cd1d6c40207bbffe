"""Finding an item, reading its guide and form, and asking who would decide."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, json, request
from flask_smorest import Blueprint

from kiosk.catalogue import Catalogue, catalogue
from kiosk.web.access import public
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.conditional import FOR_ALL, name_by_content
from kiosk.web.finding import Wanted, find_items, help_for
from kiosk.web.guides import guide_of
from services_catalog.errors import UnknownDistrict, UnknownItem
from services_catalog.routing import Route, RoutingFacts, route

blp = Blueprint("items", __name__, url_prefix="/api/v1", description="事项、办事指南与管辖")
blp.after_request(name_by_content)


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
@refusals(blp, 404, 422)
def list_items(query: dict[str, Any]) -> Response:
    """Items by the citizen's own words, best first; without words, all of them.

    Where nothing fits, ``help`` names the themes and the number of a clerk.
    """
    held = catalogue()
    limit = query.pop("limit")
    wanted = Wanted(words=query.pop("q"), **query)
    if wanted.placed:  # Depends on more than the catalogue in memory, so the bytes alone name it.
        return Response(_items_body(held, wanted, limit), mimetype="application/json")
    body = held.answer(request.query_string, lambda: _items_body(held, wanted, limit))
    return _send(held, body)


def _send(held: Catalogue, body: bytes) -> Response:
    etag = _etag(held.edition, request.query_string)
    if etag in request.if_none_match:
        return _cached(Response(status=304), etag)
    return _cached(Response(body, mimetype="application/json"), etag)


def _items_body(held: Catalogue, wanted: Wanted, limit: int) -> bytes:
    found = find_items(held, wanted, limit)
    told: dict[str, Any] = {"items": found}
    if not found:
        told["help"] = help_for(held, wanted, current_app.config["HOTLINE"])
    return json.dumps(told, ensure_ascii=False).encode()


@blp.get("/items/<int:seq>")
@public
@blp.response(200, schemas.ItemGuide)
@refusals(blp, 404)
def show_item(seq: int) -> dict[str, Any]:
    """An item's guide: what to bring, how long, what it costs, what comes out."""
    return guide(catalogue(), seq)


def guide(held: Catalogue, seq: int) -> dict[str, Any]:
    """The guide of an item as plain values. Raises UnknownItem."""
    return guide_of(_item(held, seq), held.forms[seq])


@blp.get("/items/<int:seq>/form")
@public
@blp.response(200, schemas.FormSchema)
@refusals(blp, 404)
def show_form(seq: int) -> Any:
    """The item's form as data; ``generic`` marks a 通用表单."""
    held = catalogue()
    _item(held, seq)
    return {**vars(held.forms[seq]), "item_version": held.items[seq].version}


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


@blp.get("/authorities")
@public
@blp.arguments(schemas.AuthorityQuery, location="query")
@blp.response(200, schemas.AuthorityList)
@refusals(blp, 404, 422)
def list_authorities(query: dict[str, Any]) -> dict[str, Any]:
    """The authorities of a division, by name."""
    world = catalogue().world
    if query["district"] not in world.districts:
        raise UnknownDistrict(query["district"])
    named = {view.code: view for view in world.authorities.values()}
    here = [view for view in named.values() if view.district_code == query["district"]]
    return {"authorities": sorted(here, key=lambda view: view.name)}


def _item(held: Catalogue, seq: int) -> Any:
    if seq not in held.items:
        raise UnknownItem(seq)
    return held.items[seq]


def _etag(digest: str, query: bytes) -> str:
    return hashlib.sha256(digest.encode() + b"?" + query).hexdigest()[:32]


def _cached(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = FOR_ALL
    return response
