"""A licence whose template stands on numbered blanks is drawn for them, and its print asks for one."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from kiosk.casework.printing_results import print_copy
from kiosk.identity.actors import Actor, Role
from kiosk.identity.models import Person
from kiosk.licences.models import Licence
from kiosk.licences.sealing import get_document, rebuild, seal_document
from kiosk.machines.commands import create_machine
from kiosk.machines.models import MachineSession
from kiosk.uow import reading, unit_of_work
from printing.job_models import PrintJob
from tests.support.clocks import StandingClock
from tests.support.sample_cases import PERSON, granted

MACHINE = "B-001"


def standing_holder(clock: StandingClock) -> Actor:
    """The holder of the licence, proven at a machine."""
    now = clock.now()
    with unit_of_work() as session:
        person = session.scalars(select(Person)).first()
        assert person is not None
        machine = create_machine(
            session, number=MACHINE, name="终端", division_code="500106", place="大厅", now=now
        )
        visit = MachineSession(
            number="MS1",
            machine_id=machine.id,
            open_for=machine.id,
            ticket_digest="t",
            nonce="n",
            opened_at=now,
            expires_at=now + timedelta(minutes=30),
            person_id=person.id,
            proven_at=now,
        )
        session.add(visit)
        return Actor(
            Role.CITIZEN, person.number, PERSON["name"], person_id=person.id, machine_number=MACHINE
        )


def printed(clock: StandingClock) -> tuple[str, str | None]:
    """The stock a granted licence was drawn for, and the blanks its print asks for."""
    case_number, paper, _ = granted(clock)
    seal_document(paper, now=clock.now())
    with reading() as session:
        stock = get_document(session, paper).content["stock"]
        identifier = session.scalars(
            select(Licence.identifier).where(Licence.case_number == case_number)
        ).one()
    assert rebuild(paper)
    job = print_copy(identifier, "1-1", actor=standing_holder(clock), now=clock.now())
    with reading() as session:
        return stock, session.scalar(select(PrintJob.blank_kind).where(PrintJob.number == job))


def test_a_licence_on_plain_paper_asks_for_no_blank(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        assert printed(clock) == ("plain", None)


def test_a_licence_on_blanks_is_drawn_for_them(app: Flask, clock: StandingClock) -> None:
    app.config["BLANK_TEMPLATES"] = "certificate.1,business-licence-branch.1"
    with app.app_context():
        stock, kind = printed(clock)
    assert (stock, kind in app.config["BLANK_TEMPLATES"].split(",")) == ("blank", True)
