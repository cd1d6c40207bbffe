"""Random officers, clerks and citizens act on random cases; whatever they try, the law and the records hold.

``make test`` goes on until every kind of act was really carried out and really refused, ``make life`` for ten minutes.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from kiosk import workers
from kiosk.casework import batch, experts
from kiosk.casework.deeds import Deed
from kiosk.casework.joint_queries import list_parts
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.casework.receipt import Submission
from kiosk.casework.receiving import receive
from kiosk.casework.states import Action
from kiosk.catalogue import catalogue
from kiosk.errors import KioskError
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.uow import reading, unit_of_work
from printing.errors import PrintingError
from services_catalog.errors import CatalogError
from services_catalog.joint_items import joint_items
from tests.support.catalogues import CatalogueByDay
from tests.support.clocks import MONDAY_MORNING, StandingClock
from tests.support.desks import ask_second_signature
from tests.support.life_acts import (
    ACTS,
    EXPERT,
    PERMIT,
    REGISTRATION,
    WAIT,
    WORDS,
    WORK,
    Attempt,
    Who,
)
from tests.support.life_checks import Wishes, check_case, events_of, records
from tests.support.sample_cases import CLERK, SUBMISSION
from tests.support.sample_forms import full_data

SECONDS = float(os.environ.get("LIFE_SECONDS", "20"))
TRIES = 6
"""Acts tried in one step of a life."""
STEPS, LIVES, MOST_CASES = 25, 4, 6
DAYS = (0, 9, 25, 51)
"""The days on which a life takes place, counted from its first; every reading of the catalogue is for one of them."""
ITEMS = (REGISTRATION, 61, 64, 43, PERMIT)
PLACES = {"to_division": "510107", "from_division": "500106"}
CLERKS = (
    CLERK,
    Actor(Role.CLERK, "clerk-sc", "窗口", division_code="510107", place="武侯区政务服务中心"),
)
LATIN_OR_DATE = re.compile(r"[a-z]{2}|\d{4}-\d{2}")
REFUSALS = (KioskError, CatalogError, PrintingError)
BATCH, BATCH_REPEATED = "grant-batch", "grant-batch-again"


class Office:
    """The application that all lives of one test share, and what was done and refused in them."""

    def __init__(self, app: Flask, clock: StandingClock) -> None:
        self.app, self.clock = app, clock
        self.wishes = Wishes()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        app.extensions["catalogue"] = CatalogueByDay()
        with app.app_context():
            held = catalogue().world
            names = ("成都市武侯区行政审批局", "成都市锦江区市场监督管理局")
            self.authorities = [held.by_name[name].code for name in names]
            experts.enter_expert(EXPERT, actor=SYSTEM, now=clock.now())
        self.until = time.monotonic() + SECONDS

    @property
    def goes_on(self) -> bool:
        return self.in_time or bool(self.owed)

    @property
    def in_time(self) -> bool:
        """Afterwards only what is owed is still tried."""
        return time.monotonic() < self.until

    @property
    def owed(self) -> list[str]:
        """What was never done yet, or never refused."""
        named = [name for name, act in ACTS.items() if act.attempt is not None]
        return [name for name in ACTS if not self.done[name]] + [
            name for name in named if not self.refused[name]
        ]

    def table(self) -> Iterator[str]:
        """What was tried, line by line."""
        yield f"{'act':<22}{'done':>6}{'refused':>9}"
        for name in (*ACTS, BATCH, BATCH_REPEATED):
            yield f"{name:<22}{self.done[name]:>6}{self.refused[name]:>9}"
        yield f"steps in the records: {dict(self.steps.most_common())}"
        yield f"refusals: {dict(self.codes.most_common())}"


class Life(RuleBasedStateMachine):
    """One life: some cases, and what people try on them."""

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[str] = []
        self.day, self.idle = 0, True
        self.office.clock.set(MONDAY_MORNING)

    # No rule has a precondition and every draw has a fixed range: what the shared office already holds must not
    # change what can be drawn next, or a life could not be told again.
    @rule(
        seq=st.sampled_from(ITEMS),
        clerk=st.sampled_from(CLERKS),
        twice=st.booleans(),
        costs=st.booleans(),
    )
    def somebody_applies(self, seq: int, clerk: Actor, twice: bool, costs: bool) -> None:
        if len(self.numbers) < MOST_CASES:
            with self.office.app.app_context():
                self.receive(seq, clerk, twice=twice, costs=costs)

    @rule(seed=st.integers(0, 2**32))
    def people_try_something(self, seed: int) -> None:
        chance = random.Random(seed)
        with self.office.app.app_context():
            for _ in range(TRIES if self.numbers and self.office.in_time else 0):
                number = chance.choice(self.numbers)
                name = chance.choice([name for name, act in ACTS.items() if act.attempt])
                fits = chance.random() < 0.6
                actor = self.fitting(number, ACTS[name].who, chance) if fits else None
                self.try_one(number, name, actor or chance.choice(self.anybody(number)))

    @rule(seed=st.integers(0, 2**32))
    def somebody_reaches_their_goal(self, seed: int) -> None:
        """Somebody leads a new case to where the act that was done least is possible, with strangers meddling."""
        chance = random.Random(seed)
        name = chance.choice(self.office.owed or list(ACTS))
        if self.day + ACTS[name].after.count(WAIT) >= len(DAYS):
            return
        with self.office.app.app_context():
            self.reach(name, chance)

    @rule(seed=st.integers(0, 2**32), twice=st.booleans())
    def an_officer_grants_a_batch(self, seed: int, twice: bool) -> None:
        chance = random.Random(seed)
        with self.office.app.app_context():
            if not self.numbers or not self.office.in_time:
                return
            number = chance.choice(self.numbers)
            officer = self.fitting(number, Who.DECIDER, chance)
            for name in (BATCH, BATCH_REPEATED)[: 1 + twice]:
                self.grant_all(officer, name)

    @rule()
    def the_worker_works(self) -> None:
        if not self.idle:
            with self.office.app.app_context():
                self.work()

    @rule()
    def time_passes(self) -> None:
        if self.numbers and self.day + 1 < len(DAYS):
            self.wait()

    def receive(self, seq: int, clerk: Actor, *, twice: bool, costs: bool) -> str:
        """A new case at a window, and its parts if it has any."""
        form = full_data(catalogue().forms[seq], "510107")
        form |= {key: place for key, place in PLACES.items() if key in form}
        submission = Submission(
            item_seq=seq,
            form=SUBMISSION.form if seq == REGISTRATION else form,
            applicant=SUBMISSION.applicant,
            delivery=SUBMISSION.delivery,
            joint=seq in joint_items(),
        )
        number = receive(submission, actor=clerk, now=self.office.clock.now()).number
        if twice:
            ask_second_signature(number)
        if costs:
            make_it_cost(number)
        self.numbers += [number, *parts_of(number)]
        self.check(number)
        return number

    def reach(self, name: str, chance: random.Random) -> None:
        """Do what comes before the act on a new case, then the act itself."""
        costs = bool({"charge", name} & {*ACTS[name].after, "charge"})
        number = self.receive(ACTS[name].item, CLERKS[0], twice=False, costs=costs)
        for step in (*ACTS[name].after, name):
            if step == WAIT:
                self.wait()
            elif step == WORK:
                self.work()
            elif ACTS[step].attempt is None:
                self.office.done[step] += self.came_about(number, step)
            else:
                if not self.office.refused[step] or chance.random() < 0.2:
                    self.try_one(number, step, chance.choice(self.strangers(number)))
                self.try_one(number, step, self.fitting(number, ACTS[step].who, chance))
        if ACTS[name].attempt is not None:
            self.try_one(number, name, self.fitting(number, ACTS[name].who, chance))

    def came_about(self, number: str, step: str) -> bool:
        """Whether the law or the platform did it."""
        with reading() as session:
            told = self.office.wishes.of(session, number)
        return bool(told[f"case.{step}"] or told[f"payment.{step}"])

    def try_one(self, number: str, name: str, actor: Actor) -> None:
        """What is refused leaves nothing; what is done leaves the case in order."""
        attempt: Attempt | None = ACTS[name].attempt
        assert attempt is not None
        before = records(number, self.office.wishes)
        try:
            attempt(number, actor, self.office.clock.now())
        except REFUSALS as refusal:
            self.refuse(name, refusal)
            assert records(number, self.office.wishes) == before, f"{name} left something"
        else:
            self.office.done[name] += 1
        self.idle = False
        self.check(number)

    def grant_all(self, officer: Actor, name: str) -> None:
        """Each case of a batch is granted or refused by itself."""
        numbers = self.numbers
        before = {number: records(number, self.office.wishes) for number in numbers}
        wanted = [batch.Wanted(number) for number in numbers]
        now = self.office.clock.now()
        for result in batch.grant_each(wanted, WORDS, actor=officer, now=now):
            assert result.incident is None
            after = records(result.number, self.office.wishes)
            granted = result.granted and not result.repeated
            assert (after != before[result.number]) == granted
            if result.refusal is None:
                self.office.done[name] += 1
            else:
                self.refuse(name, result.refusal)
            self.check(result.number)

    def refuse(self, name: str, refusal: Exception) -> None:
        if isinstance(refusal, KioskError):
            assert not LATIN_OR_DATE.search(str(refusal)), str(refusal)
        self.office.refused[name] += 1
        self.office.codes[str(getattr(refusal, "code", ""))] += 1

    def wait(self) -> None:
        self.day += 1
        self.office.clock.set(MONDAY_MORNING + timedelta(days=DAYS[self.day]))

    def work(self) -> None:
        self.idle = True
        workers.drain()
        begun = [part for number in self.numbers for part in parts_of(number)]
        self.numbers += [part for part in begun if part not in self.numbers]
        for number in self.numbers:
            self.check(number)

    def fitting(self, number: str, who: Who, chance: random.Random) -> Actor:
        """Somebody who may do it, if anybody may."""
        with reading() as session:
            case = get_case(session, number)
        code = case.deciding_authority
        return {
            Who.DECIDER: (case.held_by != f"second-{code}" and officer("first", code))
            or officer("second", code),
            Who.COLLEAGUE: officer("second", code),
            Who.BOSS: officer("boss", code),
            Who.CLERK: clerk_of(case),
            Who.APPLICANT: applicant_of(case),
            Who.PLATFORM: SYSTEM,
        }.get(who) or chance.choice(self.anybody(number))

    def strangers(self, number: str) -> list[Actor]:
        """People who are never right: of another authority, another window, another name."""
        with reading() as session:
            case = get_case(session, number)
        others = [code for code in self.office.authorities if code != case.deciding_authority]
        clerks = [clerk for clerk in CLERKS if clerk.division_code != case.receiving_division]
        nobody = Actor(Role.CITIZEN, "q", "他人", person_id=case.applicant_id + 1000)
        return [*(officer("first", code) for code in others), *clerks, nobody]

    def anybody(self, number: str) -> list[Actor]:
        """Officers of the right place and of others, clerks, the applicant, a stranger, the system."""
        with reading() as session:
            case = get_case(session, number)
        right = case.deciding_authority
        mine = [officer(who, right) for who in ("first", "second", "boss")]
        return [*mine, *CLERKS, applicant_of(case), *self.strangers(number), SYSTEM]

    def check(self, number: str) -> None:
        check_case(number, self.office.wishes, self.office.clock.now())

    def teardown(self) -> None:
        with self.office.app.app_context():
            for number in self.numbers:
                self.check(number)
                self.office.steps.update(event.action for event in events_of(number))


def officer(who: str, code: str) -> Actor:
    return Actor(
        Role.OFFICER, f"{who}-{code}", "审批", authority_code=code, supervisor=who == "boss"
    )


def applicant_of(case: Case) -> Actor:
    return Actor(Role.CITIZEN, "p", "申请人", person_id=case.applicant_id)


def clerk_of(case: Case) -> Actor:
    return next(c for c in CLERKS if c.division_code == case.receiving_division)


def parts_of(number: str) -> list[str]:
    """The parts of a joint case that have begun."""
    with reading() as session:
        lead = get_case(session, number)
        return [part.case.number for part in list_parts(session, lead) if part.case]


def make_it_cost(number: str) -> None:
    """Make the case one of an item that costs something."""
    with unit_of_work() as session:
        case = get_case(session, number)
        case.offering = case.offering | {"fee": "per_item"}


def test_whatever_people_try_the_law_and_the_records_hold(app: Flask, clock: StandingClock) -> None:
    office = Office(app, clock)
    bound: Any = type("BoundLife", (Life,), {"office": office})
    rules = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=False,  # Each round is to bring other lives, wherever it runs.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    while office.goes_on:
        run_state_machine_as_test(bound, settings=rules)
    print("", *office.table(), sep="\n")
    assert office.owed == []
    assert {"wrong-place", "forbidden", "transition-refused"} <= set(office.codes)
    never = {*Action, *Deed} - set(office.steps)
    assert never == set()
