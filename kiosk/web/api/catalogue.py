"""The catalogue's desk over HTTP: versions and guides of any date, offerings, divergences."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint

from kiosk.catalog_desk import items as desk
from kiosk.catalog_desk import offerings as offering_desk
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api import catalogue_schemas as schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.conditional import name_by_content
from kiosk.web.guides import Asked, document_of, guide_for_reader, guide_of_version
from printing.render import render
from services_catalog import versions
from services_catalog.differences import difference
from services_catalog.divergences import report_divergences
from services_catalog.errors import UnknownVersion
from services_catalog.models import FINAL, ItemVersion
from services_catalog.offerings import (
    OfferingInForce,
    list_offerings,
    offering_in_force,
    terms_from,
)

blp = Blueprint("catalogue", __name__, url_prefix="/api/v1/catalogue", description="事项目录维护")
blp.after_request(name_by_content)


@blp.post("/items")
@requires(Role.EDITOR)
@blp.arguments(schemas.DraftSchema)
@blp.response(201, schemas.VersionInFull)
@refusals(blp, 401, 403, 422)
def register(body: dict[str, Any]) -> dict[str, Any]:
    """Register an item that no list has, as a draft."""
    made = desk.register_item(
        body["changes"], body["effective_from"], actor=current_actor(), now=now()
    )
    return _show(made.item_seq, made.version)


@blp.get("/items/<int:seq>/versions")
@requires(Role.EDITOR)
@blp.response(200, schemas.VersionList)
@refusals(blp, 401, 403)
def list_versions(seq: int) -> dict[str, Any]:
    """Every version of an item in whatever state."""
    with reading() as session:
        return {"versions": [_line(version) for version in versions.list_versions(session, seq)]}


@blp.post("/items/<int:seq>/versions")
@requires(Role.EDITOR)
@blp.arguments(schemas.DraftSchema)
@blp.response(201, schemas.VersionInFull)
@refusals(blp, 401, 403, 404, 422)
def draft(body: dict[str, Any], seq: int) -> dict[str, Any]:
    """Draft the next version: what it changes of the newest published one."""
    made = desk.draft_version(
        seq, body["changes"], body["effective_from"], actor=current_actor(), now=now()
    )
    return _show(seq, made.version)


@blp.get("/items/<int:seq>/versions/<int:number>")
@requires(Role.EDITOR)
@blp.response(200, schemas.VersionInFull)
@refusals(blp, 401, 403, 404)
def show_version(seq: int, number: int) -> dict[str, Any]:
    """A version with its content and its difference to the version before."""
    return _show(seq, number)


@blp.put("/items/<int:seq>/versions/<int:number>")
@requires(Role.EDITOR)
@blp.arguments(schemas.DraftSchema)
@blp.response(200, schemas.VersionInFull)
@refusals(blp, 401, 403, 404, 409, 422)
def rewrite(body: dict[str, Any], seq: int, number: int) -> dict[str, Any]:
    """Change a draft further; whoever does becomes its author."""
    desk.rewrite_version(
        seq, number, body["changes"], body["effective_from"], actor=current_actor(), now=now()
    )
    return _show(seq, number)


@blp.post("/items/<int:seq>/versions/<int:number>/submission")
@requires(Role.EDITOR)
@blp.response(200, schemas.VersionInFull)
@refusals(blp, 401, 403, 404, 409)
def submit(seq: int, number: int) -> dict[str, Any]:
    """Hand a draft to a reviewer."""
    desk.submit_version(seq, number, actor=current_actor(), now=now())
    return _show(seq, number)


@blp.post("/items/<int:seq>/versions/<int:number>/return")
@requires(Role.EDITOR)
@blp.arguments(schemas.WordsSchema)
@blp.response(200, schemas.VersionInFull)
@refusals(blp, 401, 403, 404, 409, 422)
def send_back(body: dict[str, Any], seq: int, number: int) -> dict[str, Any]:
    """Give a version under review back to its author, with the reason."""
    desk.return_version(seq, number, body["words"], actor=current_actor(), now=now())
    return _show(seq, number)


@blp.post("/items/<int:seq>/versions/<int:number>/publication")
@requires(Role.EDITOR)
@blp.response(200, schemas.VersionInFull)
@refusals(blp, 401, 403, 404, 409, 422)
def publish(seq: int, number: int) -> dict[str, Any]:
    """Publish what another editor wrote; refused while the provinces differ without a recorded reason."""
    desk.publish_version(seq, number, actor=current_actor(), now=now())
    return _show(seq, number)


@blp.post("/items/<int:seq>/versions/<int:number>/retirement")
@requires(Role.EDITOR)
@blp.arguments(schemas.RetirementSchema)
@blp.response(200, schemas.VersionInFull)
@refusals(blp, 401, 403, 404, 409, 422)
def retire(body: dict[str, Any], seq: int, number: int) -> dict[str, Any]:
    """End a published version with none to follow."""
    desk.retire_version(
        seq, number, body["last_day"], body["words"], actor=current_actor(), now=now()
    )
    return _show(seq, number)


@blp.get("/items/<int:seq>/versions/<int:number>/guide")
@public
@blp.response(200, schemas.GuideOfVersion)
@refusals(blp, 404)
def show_guide(seq: int, number: int) -> dict[str, Any]:
    """The guide exactly as a published version said it, however old."""
    with reading() as session:
        version = versions.get_version(session, seq, number)
        if version.status not in FINAL:
            raise UnknownVersion(f"第 {seq} 项第 {number} 版没有发布")
        asked = Asked(seq, version.effective_from)
        hotline = current_app.config["HOTLINE"]
        return guide_of_version(session, catalogue(), version, asked, hotline)


@blp.get("/items/<int:seq>/guide")
@public
@blp.arguments(schemas.GuideQuery, location="query")
@blp.response(200, schemas.GuideOfVersion)
@refusals(blp, 404, 422)
def show_guide_on(query: dict[str, Any], seq: int) -> dict[str, Any]:
    """The guide that was, or will be, in force on a date, with what the authority of a district offers."""
    return guide_for_reader(seq, on=query["on"] or _today(), district=query["district"])


@blp.get("/items/<int:seq>/guide.pdf")
@public
@blp.arguments(schemas.GuideQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@refusals(blp, 404, 422)
def print_guide(query: dict[str, Any], seq: int) -> Response:
    """The same guide as a notice on one A4 sheet."""
    guide = guide_for_reader(seq, on=query["on"] or _today(), district=query["district"])
    response = Response(render(document_of(guide)).data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="guide-{seq}.pdf"'
    return response


@blp.get("/items/<int:seq>/offerings/<authority>")
@public
@blp.arguments(schemas.OnQuery, location="query")
@blp.response(200, schemas.OfferingAnswer)
@refusals(blp, 404, 422)
def show_offering(query: dict[str, Any], seq: int, authority: str) -> OfferingInForce:
    """What an authority offers for an item on a date."""
    with reading() as session:
        return offering_in_force(session, seq, authority, schemas.on_or(_today(), query))


@blp.post("/items/<int:seq>/offerings/<authority>")
@requires(Role.EDITOR)
@blp.arguments(schemas.OfferingDraft)
@blp.response(201, schemas.OfferingAnswer)
@refusals(blp, 401, 403, 404, 422)
def change_offering(body: dict[str, Any], seq: int, authority: str) -> OfferingInForce:
    """Put the authority's own terms in force from a date."""
    row = offering_desk.change_offering(
        seq, authority, body["terms"], body["effective_from"], actor=current_actor(), now=now()
    )
    return OfferingInForce(seq, authority, row.version, terms_from(row.terms))


@blp.get("/items/<int:seq>/offerings/<authority>/versions")
@requires(Role.EDITOR)
@blp.response(200, schemas.OfferingVersions)
@refusals(blp, 401, 403)
def list_offering_versions(seq: int, authority: str) -> dict[str, Any]:
    """Every version of what an authority changed for an item, oldest first."""
    with reading() as session:
        rows = list_offerings(session, seq, authority)
    return {"versions": [vars(row) | {"terms": terms_from(row.terms)} for row in rows]}


@blp.post("/items/<int:seq>/offerings/<authority>/suspension")
@requires(Role.EDITOR)
@blp.arguments(schemas.SuspensionSchema)
@blp.response(201, schemas.OfferingAnswer)
@refusals(blp, 401, 403, 404, 422)
def suspend_offering(body: dict[str, Any], seq: int, authority: str) -> OfferingInForce:
    """Receive nothing for some days; the other terms stay."""
    closure = offering_desk.Closure(**body)
    actor = current_actor()
    row = offering_desk.suspend_offering(seq, authority, closure, actor=actor, now=now())
    return OfferingInForce(seq, authority, row.version, terms_from(row.terms))


@blp.post("/items/<int:seq>/offerings/<authority>/end")
@requires(Role.EDITOR)
@blp.arguments(schemas.EndSchema)
@blp.response(201, schemas.OfferingAnswer)
@refusals(blp, 401, 403, 404, 422)
def end_offering(body: dict[str, Any], seq: int, authority: str) -> OfferingInForce:
    """Offer the item no more from a day on; the other terms stay for the record."""
    closure = offering_desk.Closure(body["first"], None, body["reason"])
    row = offering_desk.end_offering(seq, authority, closure, actor=current_actor(), now=now())
    return OfferingInForce(seq, authority, row.version, terms_from(row.terms))


@blp.get("/divergences")
@requires(Role.EDITOR)
@blp.response(200, schemas.DivergenceList)
@refusals(blp, 401, 403)
def list_divergences() -> dict[str, Any]:
    """Where the two provinces, or single organs, ask or promise different things, and why."""
    with reading() as session:
        return {"divergences": list(report_divergences(session, _today()))}


def _show(seq: int, number: int) -> dict[str, Any]:
    with reading() as session:
        version = versions.get_version(session, seq, number)
        before = versions.find_version_before(session, version)
        changes = difference(before.content, version.content) if before else []
        told = [asdict(change) for change in changes]
        return _line(version) | {"content": version.content, "changes": told}


def _line(version: ItemVersion) -> dict[str, Any]:
    standing = versions.standing(version, _today())
    names = (
        "item_seq",
        "version",
        "effective_from",
        "effective_to",
        "author",
        "reviewer",
        "digest",
    )
    told = {name: getattr(version, name) for name in names}
    return told | {"status": standing, "status_words": versions.STATUS_WORDS[standing]}


def _today() -> date:
    return office_date(now())
