"""Extensions, hearings, travelling papers and corrections: in every situation every event, done or refused."""

from __future__ import annotations

import pytest
from flask import Flask

from kiosk.casework.queries import get_case
from kiosk.errors import KioskError
from kiosk.identity.actors import Actor, Role
from kiosk.uow import unit_of_work
from tests.support.catalogues import CatalogueByDay
from tests.support.clocks import StandingClock
from tests.support.life_acts import ACTS, WAIT, Who
from tests.support.sample_cases import CLERK, received

REVIEWED = ["accept", "review"]
ASKED = [*REVIEWED, "ask-extension"]
EXTENSIONS = {
    "none": (REVIEWED, {"ask-extension"}),
    "asked": (ASKED, {"approve-extension", "decline-extension"}),
    "approved": ([*ASKED, "approve-extension"], set[str]()),
    "declined": ([*ASKED, "decline-extension"], {"ask-extension"}),
}
TOLD = [*REVIEWED, "tell-hearing"]
ARRANGED = [*TOLD, "ask-hearing", "arrange-hearing"]
HEARINGS = {
    "not told": (REVIEWED, {"tell-hearing"}),
    "told": (TOLD, {"ask-hearing"}),
    "asked": ([*TOLD, "ask-hearing"], {"arrange-hearing"}),
    "arranged": (ARRANGED, set[str]()),
    "its day": ([*ARRANGED, WAIT], {"hold-hearing"}),
    "held": ([*ARRANGED, WAIT, "hold-hearing"], set[str]()),
    "time over": ([*TOLD, WAIT], set[str]()),
}
LEGS = {
    "at the window": ([], {"send-out", "send-back"}),
    "on the road": (["send-out"], {"acknowledge"}),
    "arrived": (["send-out", "acknowledge"], {"send-out", "send-back"}),
}
NOTICE = ["request-correction"]
CORRECTIONS = {
    "nothing asked": ([], {"request-correction", "fix-on-spot"}),
    "asked": (NOTICE, {"supply-part", "supply-correction"}),
    "part came": ([*NOTICE, "supply-part"], {"supply-part", "supply-correction"}),
    "all came": ([*NOTICE, "supply-correction"], {"fix-on-spot"}),
    "time over": ([*NOTICE, WAIT], set[str]()),
}
TESTING = ["start-inspection", "start-testing"]
PROCEDURES = {
    "none": (REVIEWED, {"start-inspection", "start-testing"}),
    "one": ([*REVIEWED, "start-inspection"], {"start-testing", "end-procedure"}),
    "two": ([*REVIEWED, *TESTING], {"end-procedure"}),
    "ended": ([*REVIEWED, "start-inspection", "end-procedure"], set(TESTING)),
}
TABLES = {
    "extensions": EXTENSIONS,
    "hearings": HEARINGS,
    "legs": LEGS,
    "corrections": CORRECTIONS,
    "procedures": PROCEDURES,
}


@pytest.mark.parametrize("name", TABLES)
def test_every_event_is_tried_in_every_situation(
    app: Flask, clock: StandingClock, name: str
) -> None:
    table = TABLES[name]
    events = sorted(set().union(*(allowed for _, allowed in table.values())))
    begun = clock.now()
    app.extensions["catalogue"] = CatalogueByDay()
    wrong = []
    with app.app_context():
        for situation, (before, allowed) in table.items():
            for event in events:
                clock.set(begun)
                number = permit(clock)
                for step in before:
                    assert take(number, step, clock), (situation, step)
                if take(number, event, clock) != (event in allowed):
                    wrong.append((situation, event))
    assert wrong == []


def take(number: str, step: str, clock: StandingClock) -> bool:
    """Whether the step was done, by whom it belongs to."""
    if step == WAIT:
        clock.advance(days=24)
        return True
    attempt = ACTS[step].attempt
    assert attempt is not None
    try:
        attempt(number, actor_for(number, ACTS[step].who), clock.now())
    except KioskError:
        return False
    return True


def permit(clock: StandingClock) -> str:
    """A permit of 60 days whose papers travel, just received."""
    number = received(clock).number
    with unit_of_work() as session:
        case = get_case(session, number)
        terms = case.offering["terms"] | {"regime": "permit", "legal_days": 60, "promised_days": 50}
        case.offering, case.mode = case.offering | {"terms": terms}, "agency"
    return number


def actor_for(number: str, who: Who) -> Actor:
    with unit_of_work() as session:
        case = get_case(session, number)
        authority, person = case.deciding_authority, case.applicant_id
    if who is Who.CLERK:
        return CLERK
    if who is Who.APPLICANT:
        return Actor(Role.CITIZEN, "p", "申请人", person_id=person)
    boss = who is Who.BOSS
    login = "boss" if boss else "first"
    return Actor(Role.OFFICER, login, "审批", authority_code=authority, supervisor=boss)
