"""What the application page sends, as a submission; with every fault of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.casework.form_checks import form_faults
from kiosk.casework.receipt import Delivery, Submission
from kiosk.catalogue import Catalogue
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor
from kiosk.identity.provider import Identity
from kiosk.web.api.cases import submission_of
from kiosk.web.api.items import guide
from kiosk.web.api.schemas import ApplicantSchema, SubmissionSchema
from kiosk.web.errors import flatten
from kiosk.web.pages.questions import answers_from, input_name, prefill
from kiosk.web.pages.refusals import Faults
from services_catalog.forms import Form

GET_METHOD, DELIVERY_ADDRESS = "get_method", "delivery_address"
"""Fields of some forms that ask what the page asks everybody: how the result is to come, and where to."""
GET_METHODS = {
    Delivery.HERE: "自助机打印",
    Delivery.MACHINE: "自助机打印",
    Delivery.WINDOW: "窗口领取",
    Delivery.POST: "邮寄",
}
APPLICANT = ("name", "document_type", "document_number", "phone")
POSTAL = ("recipient", "phone", "address")
MATERIAL_FORMS = ("paper", "electronic")
MOST_PAGES = 999
LONGEST_KEY = 64


@dataclass(frozen=True)
class Desk:
    """Where an application is filled in: the blueprint's name and its frame.

    ``for_others``: a clerk enters the applicant; ``at_machine``: the result may be printed right here.
    """

    layout: str
    name: str
    for_others: bool = False
    at_machine: bool = False


def fresh_inputs(form: Form, identity: Identity | None) -> MultiDict[str, str]:
    """What stands in the inputs at first: what the card and the platform know already."""
    if identity is None:
        return MultiDict()
    given = prefill(form, identity)
    given["postal.recipient"] = identity.name
    given["postal.phone"] = identity.phone or ""
    return given


def read_applicant(given: MultiDict[str, str]) -> Identity:
    """The applicant whom a clerk entered. Raises InputInvalid."""
    body = _nested(given, "applicant", APPLICANT)
    faults = flatten(ApplicantSchema().validate(body), "applicant")
    if faults:
        raise InputInvalid("请核对申请人证件", fields=faults)
    return Identity(**ApplicantSchema().load(body))


def read_submission(
    held: Catalogue, seq: int, given: MultiDict[str, str], desk: Desk, actor: Actor
) -> Submission:
    """The submission the page sends. Raises InputInvalid with the faults of all its inputs."""
    body, faults = _body(held, seq, given, desk)
    form_told = form_faults(held.forms[seq], body["form"])
    faults |= flatten(SubmissionSchema().validate(body)) | _asked_elsewhere(form_told)
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    return submission_of(
        SubmissionSchema().load(body), given.get("key", "")[:LONGEST_KEY] or None, actor
    )


def ways_of(held: Catalogue, seq: int, desk: Desk) -> list[Delivery]:
    """How the result of this item may come to somebody who applies at this desk."""
    printable = bool(guide(held, seq)["printable"])
    ways = [Delivery.MACHINE, Delivery.WINDOW, Delivery.POST]
    if desk.at_machine:
        ways.insert(0, Delivery.HERE)
    asked = next((field for field in held.forms[seq].fields if field.key == GET_METHOD), None)
    return [
        way
        for way in ways
        if (printable or way not in (Delivery.HERE, Delivery.MACHINE))
        and (asked is None or GET_METHODS[way] in asked.choices)
    ]


def hidden_keys(form: Form) -> set[str]:
    """Fields that the choice of delivery answers."""
    keys = {field.key for field in form.fields}
    return {GET_METHOD, DELIVERY_ADDRESS} & keys if GET_METHOD in keys else set()


def _body(
    held: Catalogue, seq: int, given: MultiDict[str, str], desk: Desk
) -> tuple[dict[str, Any], Faults]:
    faults: Faults = {}
    delivery = given.get("delivery", "")
    body: dict[str, Any] = {
        "item": seq,
        "form": answers_of(held.forms[seq], given, delivery),
        "delivery": delivery,
        "materials": _materials(held.items[seq].materials, given, faults),
    }
    if desk.for_others:
        body["applicant"] = _nested(given, "applicant", APPLICANT)
    if delivery == Delivery.POST:
        body["postal"] = {name: given.get(f"postal.{name}", "").strip() for name in POSTAL}
    if delivery == Delivery.MACHINE:
        body["pickup_machine"] = given.get("pickup_machine") or None
    if delivery not in ways_of(held, seq, desk):
        faults["delivery"] = ["请选择结果怎样送到您手里"]
        body["delivery"] = Delivery.WINDOW.value
    elif delivery == Delivery.MACHINE and not body["pickup_machine"]:
        faults["pickup_machine"] = ["请选择在哪台自助机打印"]
    return body, faults


def answers_of(form: Form, given: MultiDict[str, str], delivery: str) -> dict[str, Any]:
    """The answers on the page; the choice of delivery answers what the form asks about it too."""
    answers = answers_from(form, given)
    hidden = hidden_keys(form)
    if GET_METHOD in hidden and delivery in list(Delivery):
        answers[GET_METHOD] = GET_METHODS[Delivery(delivery)]
    if DELIVERY_ADDRESS in hidden and delivery == Delivery.POST:
        answers[DELIVERY_ADDRESS] = given.get("postal.address", "")
    return answers


def _materials(
    names: tuple[str, ...], given: MultiDict[str, str], faults: Faults
) -> list[dict[str, Any]]:
    """The papers that were ticked, with the pages a clerk counted."""
    handed_in = []
    for position, name in enumerate(names):
        form = given.get(f"material.{position}", "")
        pages = given.get(f"pages.{position}", "").strip()
        if form not in MATERIAL_FORMS:
            continue
        if pages and not (pages.isdecimal() and 1 <= int(pages) <= MOST_PAGES):
            faults[f"pages.{position}"] = [f"页数应为 1 至 {MOST_PAGES} 的整数"]
            pages = ""
        handed_in.append({"name": name, "form": form, "pages": int(pages) if pages else None})
    return handed_in


def _nested(given: MultiDict[str, str], group: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The inputs of one group; an optional phone that is empty was not given."""
    values: dict[str, Any] = {name: given.get(f"{group}.{name}", "").strip() for name in names}
    values["document_type"] = values["document_type"] or "111"
    values["phone"] = values["phone"] or None
    return values


def _asked_elsewhere(faults: Faults) -> Faults:
    """The faults of the form, those of fields that the page does not ask being told beside the delivery."""
    told = dict(faults)
    for key in (GET_METHOD, DELIVERY_ADDRESS):
        told.pop(input_name(key), None)
    return told
