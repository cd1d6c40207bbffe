"""Cases brought to a state by commands, for tests that begin there. Needs an application context."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deploy.demo import branch_form
from kiosk.casework import commands
from kiosk.casework.queries import get_case
from kiosk.casework.receipt import Delivery, Receipt, Submission
from kiosk.casework.receiving import receive
from kiosk.demo import PEOPLE
from kiosk.identity.actors import Actor, Role
from kiosk.identity.provider import Identity
from kiosk.uow import reading
from tests.support.case_papers import decision_papers
from tests.support.clocks import StandingClock

CLERK = Actor(Role.CLERK, "clerk", "窗口", division_code="500106", place="沙坪坝区政务服务中心")
PERSON = PEOPLE[0]
SUBMISSION = Submission(
    item_seq=37,
    form=branch_form(PERSON, "510107", "武侯大道"),
    applicant=Identity(PERSON["name"], "111", PERSON["document_number"], PERSON["phone"]),
    delivery=Delivery.WINDOW,
)


def received(clock: StandingClock, **changes: Any) -> Receipt:
    """A case of a branch in 武侯, received at a window in 沙坪坝."""
    return receive(replace(SUBMISSION, **changes), actor=CLERK, now=clock.now())


def officer_of(number: str) -> Actor:
    """An officer of the authority that decides the case."""
    with reading() as session:
        authority = get_case(session, number).deciding_authority
    return Actor(Role.OFFICER, "officer", "审批", authority_code=authority)


def granted(clock: StandingClock, **changes: Any) -> tuple[str, str, Actor]:
    """A granted case, its first paper, still without a seal, and the officer who decided."""
    number = received(clock, **changes).number
    officer = officer_of(number)
    commands.accept(number, actor=officer, now=clock.now())
    commands.review(number, actor=officer, now=clock.now())
    commands.grant(number, "同意", actor=officer, now=clock.now())
    paper = decision_papers(number)[0].number
    return number, paper, officer
