"""What to know before queuing, of any day and place: what to bring, where, how long, what it costs, what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from kiosk.catalogue import Catalogue, catalogue, form_of
from kiosk.clock import OFFICE_ZONE
from kiosk.identity.actors import Role
from kiosk.identity.queries import get_person_digest
from kiosk.licences.queries import list_copies_for
from kiosk.uow import reading
from kiosk.web.access import find_current_actor
from kiosk.web.pages.words import day, limit_words, words_for
from printing.documents import Document
from services_catalog.errors import CatalogError, UnknownDistrict, UnknownItem, UnknownVersion
from services_catalog.form_fields import Form
from services_catalog.items import PublishedItem
from services_catalog.material_rules import rules_of
from services_catalog.models import ItemVersion
from services_catalog.offerings import OfferingInForce, offering_in_force
from services_catalog.queries import get_pinned_item, load_world
from services_catalog.routing import Route, RoutingFacts, route
from services_catalog.versions import find_version_in_force

ANYWHERE = "网上、任一自助终端，或四川、重庆任一政务服务窗口"
AT_A_DESK = "四川、重庆任一政务服务窗口，或自助终端"
TEMPLATE = "guide.1"
PRINTABLE_FORMS = ("certificate", "electronic")
LICENCE_ITEMS = frozenset({37})
FORM_WORDS = {"paper": "纸质", "electronic": "电子"}


@dataclass(frozen=True)
class Asked:
    """Whose guide: the day, the division of the routing fact if it is known, and whom the reader has proven to be."""

    seq: int
    on: date
    district: str | None = None
    person_digest: str | None = None


@dataclass(frozen=True)
class _Place:
    """Who decides there, or why nobody does, and what that authority offers."""

    decided: Route | None = None
    why: str = ""
    offering: OfferingInForce | None = None


def read_guide(session: Session, held: Catalogue, asked: Asked, hotline: str) -> dict[str, Any]:
    """The guide as plain values, by the version, the rules and the offering of that day.

    Raises UnknownVersion where no version is in force that day, UnknownDistrict.
    """
    version = find_version_in_force(session, asked.seq, asked.on)
    if version is None:
        raise UnknownVersion(f"第 {asked.seq} 项在 {asked.on} 没有生效的版本")
    return guide_of_version(session, held, version, asked, hotline)


def guide_of(item: PublishedItem, form: Form) -> dict[str, Any]:
    """The guide that a version of an item makes."""
    names = (
        "version",
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
        "generic_form": form.generic,
        "printable": item.result_form in PRINTABLE_FORMS or item.seq in LICENCE_ITEMS,
    }


def guide_of_version(
    session: Session, held: Catalogue, version: ItemVersion, asked: Asked, hotline: str
) -> dict[str, Any]:
    """The same for one version, however old. Raises UnknownDistrict."""
    pinned = get_pinned_item(session, version.id)
    form = form_of(pinned)
    place = _place(session, pinned, held, asked)
    item = place.offering.apply(pinned) if place.offering else pinned
    told = guide_of(item, form)
    return told | {
        "on": asked.on,
        "effective_from": version.effective_from,
        "effective_to": version.effective_to,
        "form": form,
        "bring": _bring(session, item, place.offering, asked.person_digest),
        "where": _where(item, place),
        "takes": _takes(item, place.offering),
        "costs": words_for(item.fee, "fee") or item.fee,
        "result": _result(item, told["printable"]),
        "decides": _decides(item, place),
        "suspended": _suspended(place.offering, asked.on),
        "phones": _phones(place, hotline),
    }


def guide_for_reader(
    seq: int, *, on: date | None = None, district: str | None = None
) -> dict[str, Any]:
    """The guide for whoever asks now, by default for today. Raises UnknownItem, UnknownVersion, UnknownDistrict."""
    held, actor = catalogue(), find_current_actor()
    if seq not in held.items and on is None:
        raise UnknownItem(seq)
    with reading() as session:
        known = actor is not None and actor.role is Role.CITIZEN
        digest = get_person_digest(session, actor) if actor is not None and known else None
        asked = Asked(seq, on or held.on, district, digest)
        return read_guide(session, held, asked, current_app.config["HOTLINE"])


def document_of(guide: dict[str, Any]) -> Document:
    """The guide as a notice on one sheet, without a seal: it informs, it decides nothing.

    The same guide gives the same bytes, whenever it is asked for.
    """
    moment = datetime.combine(guide["effective_from"], time(), OFFICE_ZONE)
    authority = guide["decides"]["authority_name"]
    return Document(
        template=TEMPLATE,
        number=f"guide-{guide['seq']}-{guide['version']}",
        values={
            "name": guide["name"],
            "edition": f"川渝通办第 {guide['seq']} 项　第 {guide['version']} 版，{day(guide['effective_from'])}起生效",
            "shown_on": f"按 {day(guide['on'])} 的规定",
            "warning": guide["cancelled_reason"] or guide["suspended"] or "",
            "authority": authority or f"{guide['routing_fact']}的{guide['department']}部门",
        },
        seal=None,
        qr_text=None,
        sealed_at=moment,
        demo=False,  # No seal and nothing decided: there is nothing that a sample could be mistaken for.
        tables={"answers": tuple(_rows(guide))},
    )


def _rows(guide: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [("要带什么", _material_words(entry)) for entry in guide["bring"]]
    rows = rows or [("要带什么", "不用带材料")]
    rows += [("在哪里办", words) for words in guide["where"]]
    rows += [
        ("多久办完", f"承诺 {guide['takes']['promised']}；法定最长 {guide['takes']['legal']}"),
        ("收费", guide["costs"]),
        ("办完得到", guide["result"]["words"]),
    ]
    rows += [("谁来决定", words) for words in guide["decides"]["explanation"]]
    rows += [("问谁", f"{entry['name']}　{entry['number']}") for entry in guide["phones"]]
    return [
        (label if not number or rows[number - 1][0] != label else "", words)
        for number, (label, words) in enumerate(rows)
    ]


def _material_words(entry: dict[str, Any]) -> str:
    if entry["on_file"]:
        return f"{entry['name']}：已有（{entry['on_file']}），不用带"
    told = [] if entry["required"] else ["需要时才交"]
    told += [f"{entry['copies']} 份"] if entry["copies"] > 1 else []
    told += [FORM_WORDS[entry["form"]]] if entry["form"] in FORM_WORDS else []
    return "□ " + entry["name"] + (f"（{'，'.join(told)}）" if told else "")


def _place(session: Session, item: PublishedItem, held: Catalogue, asked: Asked) -> _Place:
    if asked.district is None:
        return _Place()
    world = held.world if asked.on == held.on else load_world(session, asked.on)
    if asked.district not in world.districts:
        raise UnknownDistrict(asked.district)
    try:
        decided = route(item, RoutingFacts(district_code=asked.district), world)
    except CatalogError as refusal:
        return _Place(why=str(refusal))
    offering = offering_in_force(session, item.seq, decided.authority_code, asked.on)
    return _Place(decided, offering=offering)


def _bring(
    session: Session, item: PublishedItem, offering: OfferingInForce | None, digest: str | None
) -> list[dict[str, Any]]:
    """Every paper asked for; ``on_file`` names the reader's valid licence that the registry already has."""
    copies = list_copies_for(session, digest) if digest else []
    held = {copy.name: copy.identifier for copy in copies if copy.status == "valid"}
    rules = rules_of(item.materials, offering.terms.material_rules if offering else ())
    return [{**vars(rule), "on_file": _on_file(rule.name, held)} for rule in rules]


def _on_file(material: str, held: dict[str, str]) -> str | None:
    """The licence that the material is, by its name; a copy or a part of it is what the registry shows anyway."""
    return next(
        (f"{name} {number}" for name, number in held.items() if material.startswith(name)), None
    )


def _where(item: PublishedItem, place: _Place) -> list[str]:
    windows = place.offering.terms.windows if place.offering else ()
    online = "全程网办" in item.modes
    named = place.decided.authority_name if place.decided else ""
    own = [f"{named}：{'　'.join(filter(None, (w.address, w.hours)))}" for w in windows]
    return [ANYWHERE if online else AT_A_DESK, *own]


def _takes(item: PublishedItem, offering: OfferingInForce | None) -> dict[str, str]:
    unit = offering.promised_unit if offering else "working_day"
    return {
        "promised": limit_words(item.promised_days, unit),
        "legal": limit_words(item.legal_days, item.legal_unit),
    }


def _result(item: PublishedItem, printable: bool) -> dict[str, Any]:
    how = (
        "可在自助终端打印，也可以邮寄或到窗口领取"
        if printable
        else words_for(item.result_form, "result_form")
    )
    name = item.result_document or "办理结果"
    return {"document": name, "printable": printable, "words": f"{name}（{how}）" if how else name}


def _decides(item: PublishedItem, place: _Place) -> dict[str, Any]:
    """The authority and why; without a place the rule by which it is found."""
    rule = f"由{item.routing_fact}的{item.department}部门决定，加盖它的印章；收件的地方只核对形式和身份。"
    if place.decided is None:
        return {
            "authority_code": None,
            "authority_name": None,
            "explanation": list(filter(None, (rule, place.why))),
        }
    return {
        "authority_code": place.decided.authority_code,
        "authority_name": place.decided.authority_name,
        "explanation": list(place.decided.explanation),
    }


def _suspended(offering: OfferingInForce | None, on: date) -> str | None:
    if offering is None:
        return None
    suspension = offering.find_suspension(on)
    return offering.terms.ended or (suspension.reason if suspension else None)


def _phones(place: _Place, hotline: str) -> list[dict[str, str]]:
    windows = place.offering.terms.windows if place.offering else ()
    named = place.decided.authority_name if place.decided else ""
    own = [{"name": named, "number": w.phone} for w in windows if w.phone]
    return [*own, {"name": "政务服务热线（咨询、投诉）", "number": hotline}]
