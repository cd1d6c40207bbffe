"""What applying shares wherever it is done: the desk, the applicant's card, and how the result may come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.casework.receipt import Delivery
from kiosk.catalogue import Catalogue
from kiosk.errors import InputInvalid
from kiosk.identity.provider import Identity
from kiosk.web.api.items import guide
from kiosk.web.api.schemas import ApplicantSchema
from kiosk.web.errors import flatten
from kiosk.web.pages.questions import answers_from, prefill
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


def answers_of(form: Form, given: MultiDict[str, str], delivery: str) -> dict[str, Any]:
    """The answers on the page; the choice of delivery answers what the form asks about it too."""
    answers = answers_from(form, given)
    hidden = hidden_keys(form)
    if GET_METHOD in hidden and delivery in list(Delivery):
        answers[GET_METHOD] = GET_METHODS[Delivery(delivery)]
    if DELIVERY_ADDRESS in hidden and delivery == Delivery.POST:
        answers[DELIVERY_ADDRESS] = given.get("postal.address", "")
    return answers


def _nested(given: MultiDict[str, str], group: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The inputs of one group; an optional phone that is empty was not given."""
    values: dict[str, Any] = {name: given.get(f"{group}.{name}", "").strip() for name in names}
    values["document_type"] = values["document_type"] or "111"
    values["phone"] = values["phone"] or None
    return values
