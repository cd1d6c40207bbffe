"""A machine that is asked for a paper it may not print says who makes it and how it is to be had."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.casework.errors import NotForPrinting
from kiosk.casework.models import Case
from kiosk.casework.printing_results import print_copy
from kiosk.casework.receipt import Delivery
from kiosk.identity.actors import Actor, Role
from kiosk.identity.models import Person
from kiosk.licences.models import Licence
from kiosk.licences.sealing import seal_document
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.sample_cases import PERSON, granted

WINDOW = {"name": "综合窗口", "address": "武侯区示例路1号", "hours": "", "phone": ""}


def asked(clock: StandingClock, windows: list[dict[str, Any]], **changes: Any) -> str:
    """The words a machine answers for an original that only its authority makes."""
    case_number, paper, _ = granted(clock, **changes)
    seal_document(paper, now=clock.now())
    with unit_of_work() as session:
        licence = session.scalars(select(Licence).where(Licence.case_number == case_number)).one()
        licence.printable = False
        case = session.scalars(select(Case).where(Case.number == case_number)).one()
        terms = {**case.offering["offering"]["terms"], "windows": windows}
        case.offering = {**case.offering, "offering": {**case.offering["offering"], "terms": terms}}
        identifier = licence.identifier
    with reading() as session:
        person = session.scalars(select(Person)).first()
        assert person is not None
        holder = Actor(
            Role.CITIZEN, person.number, PERSON["name"], person_id=person.id, machine_number="M1"
        )
    with pytest.raises(NotForPrinting) as refusal:
        print_copy(identifier, "1-1", actor=holder, now=clock.now())
    return refusal.value.detail


def test_the_refusal_says_who_makes_the_paper_and_where_to_get_it(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        told = asked(clock, [WINDOW])
        assert "由成都市武侯区行政审批局制作" in told
        assert "到窗口领取（武侯区示例路1号）" in told
        assert asked(clock, [], delivery=Delivery.POST).endswith("将邮寄给您")
