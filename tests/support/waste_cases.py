"""Cases of item 87, hazardous waste across the border, up to the decision. Needs an application context."""

from __future__ import annotations

from typing import Any

from kiosk.casework import commands
from kiosk.casework.receipt import Delivery, Submission
from kiosk.casework.receiving import receive
from kiosk.catalogue import catalogue
from kiosk.identity.actors import Actor
from kiosk.identity.provider import Identity
from kiosk.identity.queries import find_staff
from kiosk.uow import reading
from tests.support.clocks import StandingClock
from tests.support.sample_cases import CLERK, PERSON
from tests.support.sample_forms import sample_data

ITEM = 87
HOLDER = "91500107DM10000155"
BATTERIES, LAMPS, BOARDS = "废铅蓄电池", "废荧光灯管", "废线路板"


def waste_form(amounts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The form of a transfer from 武侯 to the demo's receiver in Chongqing, in March 2026."""
    form = sample_data(catalogue().forms[ITEM], "510107")
    rows = [{"废物名称": kind, "数量(吨)": amount} for kind, amount in amounts.items()]
    days = {"start_date": "2026-03-10", "end_date": "2026-03-20"}
    receiver = {"receiver_uscc": HOLDER, "receiver_name": "重庆样例再生资源有限公司"}
    return {**form, **days, **receiver, "waste_items": rows, **changes}


def waste_case(clock: StandingClock, amounts: dict[str, Any], key: str, **changes: Any) -> str:
    """A case under review at 四川省生态环境厅; answers its number."""
    applicant = Identity(PERSON["name"], "111", PERSON["document_number"], PERSON["phone"])
    form = waste_form(amounts, **changes)
    submission = Submission(ITEM, form, applicant, Delivery.WINDOW, key=key)
    number = receive(submission, actor=CLERK, now=clock.now()).number
    commands.accept(number, actor=sender(), now=clock.now())
    commands.review(number, actor=sender(), now=clock.now())
    return number


def sender() -> Actor:
    """The demo officer of 四川省生态环境厅."""
    return _staff("officer.sichuan")


def receiver() -> Actor:
    """The demo officer of 重庆市生态环境局."""
    return _staff("officer.chongqing")


def _staff(login: str) -> Actor:
    with reading() as session:
        actor = find_staff(session, login)
    assert actor is not None
    return actor
