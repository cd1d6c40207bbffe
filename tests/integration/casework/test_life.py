"""Random officers, clerks and citizens act on random cases; whatever they try, the law and the records hold.

``make test`` tries at least 300 acts, and more where the machine is free; ``make life`` goes on for ten minutes.
"""

from __future__ import annotations

import itertools
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import workers
from kiosk.audit.models import AuditEntry
from kiosk.casework import batch, commands, corrections, couriers, holding, opinions
from kiosk.casework.correction_models import CorrectionDefect
from kiosk.casework.correction_queries import list_notices
from kiosk.casework.deeds import Deed
from kiosk.casework.joint_queries import list_parts
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.non_acceptance import not_accept
from kiosk.casework.opinions import Outcome
from kiosk.casework.receipt import Mode, Submission
from kiosk.casework.receiving import receive
from kiosk.casework.states import TRANSITIONS, Action, State
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import KioskError
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.uow import reading
from printing.errors import PrintingError
from services_catalog.errors import CatalogError
from services_catalog.joint_items import joint_items
from tests.support.clocks import StandingClock
from tests.support.desks import ask_second_signature
from tests.support.sample_cases import CLERK, SUBMISSION
from tests.support.sample_forms import full_data

SECONDS = float(os.environ.get("LIFE_SECONDS", "25"))
LEAST, TRIES = 300, 8
"""Acts tried however slow the machine is, and those tried in one step of a life."""
STEPS, LIVES, MOST_CASES = 40, 5, 6
MOST_DAYS = 4
"""Days that may pass in one life; each new day reads the catalogue anew."""
ITEMS = (37, 61, 64, 43)
DECISIONS = (Action.GRANT, Action.REFUSE)
BY_DECIDER = {
    Action.ACCEPT, Action.NOT_ACCEPT, Action.REQUEST_CORRECTION, Action.REVIEW, *DECISIONS, Action.CLOSE,
}  # fmt: skip
PLACES = {"to_division": "510107", "from_division": "500106"}
CLERKS = (
    CLERK,
    Actor(Role.CLERK, "clerk-sc", "窗口", division_code="510107", place="武侯区政务服务中心"),
)
REFUSALS = (KioskError, CatalogError, PrintingError)
Attempt = Callable[[str, Actor], object]


class Office:
    """The application that all lives of one test share."""

    def __init__(self, app: Flask, clock: StandingClock) -> None:
        self.app, self.clock = app, clock
        self.until = 0.0
        self.wishes = Wishes()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        with app.app_context():
            held = catalogue().world
            codes = {
                seq: held.by_name[name].code
                for seq, name in enumerate(("成都市武侯区行政审批局", "成都市锦江区市场监督管理局"))
            }
        self.codes = list(codes.values())
        self.until = time.monotonic() + SECONDS

    @property
    def goes_on(self) -> bool:
        return self.tried < LEAST or time.monotonic() < self.until

    @property
    def tried(self) -> int:
        return sum(self.done.values()) + sum(self.refused.values())

    def attempts(self, words: str) -> dict[str, Attempt]:
        """Everything anybody may try on a case, by the name of the event it leaves."""
        now = self.clock.now()
        flaw = corrections.Defect(reason="不清晰", mend="重新提交", paper="申请书")
        parcel = (couriers.Paper("申请书", 1),)

        def sent(way: couriers.Direction) -> couriers.Consignment:
            return couriers.Consignment(way, "邮政速递", "EX1", parcel)

        return {
            "accept": lambda n, a: commands.accept(n, actor=a, now=now),
            "not-accept": lambda n, a: not_accept(n, words, actor=a, now=now),
            "request-correction": lambda n, a: corrections.request_correction(
                n, [flaw], actor=a, now=now
            ),
            "supply-correction": lambda n, a: corrections.supply(
                n,
                [corrections.Answer(label, pages=1) for label in open_defects(n)],
                actor=a,
                now=now,
            ),
            "review": lambda n, a: commands.review(n, actor=a, now=now),
            "grant": lambda n, a: commands.grant(n, words, actor=a, now=now),
            "grant in batch": lambda n, a: raised(
                batch.grant_each([batch.Wanted(n)], words, actor=a, now=now)
            ),
            "refuse": lambda n, a: commands.refuse(n, words, actor=a, now=now),
            "deliver": lambda n, a: commands.deliver(n, words, actor=a, now=now),
            "close": lambda n, a: commands.close(n, actor=a, now=now),
            "withdraw": lambda n, a: commands.withdraw(n, actor=a, now=now),
            "take": lambda n, a: holding.take(n, actor=a, now=now),
            "give-back": lambda n, a: holding.give_back(n, actor=a, now=now),
            "reassign": lambda n, a: holding.reassign(n, "second.wuhou", actor=a, now=now),
            "opine": lambda n, a: opinions.opine(n, Outcome.GRANT, words, actor=a, now=now),
            "sign": lambda n, a: opinions.sign(n, Outcome.GRANT, words, actor=a, now=now),
            "send out": lambda n, a: couriers.send(
                n, sent(couriers.Direction.OUT), actor=a, now=now
            ),
            "send back": lambda n, a: couriers.send(
                n, sent(couriers.Direction.BACK), actor=a, now=now
            ),
        }


def raised(results: list[batch.Granted]) -> None:
    """A batch of one refuses as the grant itself does."""
    (result,) = results
    if result.refusal is not None:
        raise result.refusal
    assert result.incident is None


def open_defects(number: str) -> list[str]:
    """Labels of what the applicant was told to correct, ``1.1`` for the first notice's first."""
    with reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        notices = list_notices(session, case)
        if not notices:
            return []
        found = select(CorrectionDefect.position).where(
            CorrectionDefect.correction_id == notices[-1].id
        )
        return [f"{notices[-1].position}.{place}" for place in session.scalars(found)]


class Life(RuleBasedStateMachine):
    """One life: some cases, and what people try on them."""

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[str] = []
        self.people: dict[str, Actor] = {}
        self.days, self.idle = 0, 1

    def actors(self, number: str) -> list[Actor]:
        """Those of the right place, twice, and strangers: officers, clerks, the applicant, the system."""
        with reading() as session:
            case = session.scalars(select(Case).where(Case.number == number)).one()
        right = case.deciding_authority
        officers = [
            Actor(Role.OFFICER, login, "审批", authority_code=code, supervisor=login == "boss")
            for code in dict.fromkeys([right, *self.office.codes])
            for login in (f"first-{code}", f"second-{code}")
        ]
        boss = Actor(Role.OFFICER, "boss", "主管", authority_code=right, supervisor=True)
        mine = Actor(Role.CITIZEN, "p", "申请人", person_id=case.applicant_id)
        stranger = Actor(Role.CITIZEN, "q", "他人", person_id=case.applicant_id + 1000)
        return [
            *officers[:2],
            *officers[:2],
            boss,
            *officers[2:],
            *CLERKS,
            mine,
            mine,
            stranger,
            SYSTEM,
        ]

    # No rule has a precondition and every draw has a fixed range: what the shared office already holds must not
    # change what can be drawn next, or a life could not be told again.
    @rule(seq=st.sampled_from(ITEMS), clerk=st.sampled_from(CLERKS), twice=st.booleans())
    def somebody_applies(self, seq: int, clerk: Actor, twice: bool) -> None:
        if len(self.numbers) >= MOST_CASES:
            return
        with self.office.app.app_context():
            form = full_data(catalogue().forms[seq], "510107")
            form |= {key: place for key, place in PLACES.items() if key in form}
            form = SUBMISSION.form if seq == 37 else form
            submission = Submission(
                item_seq=seq,
                form=form,
                applicant=SUBMISSION.applicant,
                delivery=SUBMISSION.delivery,
                joint=seq in joint_items(),
            )
            number = receive(submission, actor=clerk, now=self.office.clock.now()).number
            if twice:
                ask_second_signature(number)
            self.numbers += [number, *parts_of(number)]
            self.office.done["receive"] += 1
            self.check(number)

    @rule(seed=st.integers(0, 2**32))
    def people_try_something(self, seed: int) -> None:
        chance = random.Random(seed)
        with self.office.app.app_context():
            for _ in range(TRIES if self.numbers else 0):
                number = chance.choice(self.numbers)
                actor = chance.choice(self.actors(number))
                attempts = self.office.attempts("意见")
                name = chance.choice(self.likely(number, attempts))
                self.try_one(number, actor, name, attempts[name])
            self.idle = 0

    def try_one(self, number: str, actor: Actor, name: str, attempt: Attempt) -> None:
        """What is refused leaves nothing; what is done leaves the case in order."""
        before = records(number, self.office.wishes)
        try:
            attempt(number, actor)
        except REFUSALS as refusal:
            self.office.refused[refusal.code] += 1
            assert records(number, self.office.wishes) == before, f"{name} left something"
        else:
            self.office.done[name] += 1
        self.check(number)

    def likely(self, number: str, attempts: dict[str, Attempt]) -> list[str]:
        """All attempts once, and those that the state allows five times more."""
        with reading() as session:
            state = State(session.scalar(select(Case.state).where(Case.number == number)) or "")
        allowed = [
            name for name in attempts if name in {a.value for s, a in TRANSITIONS if s is state}
        ]
        return [*attempts, *allowed * 5]

    @rule()
    def the_worker_works(self) -> None:
        if self.idle:
            return
        self.idle = 1
        with self.office.app.app_context():
            workers.drain()
            self.numbers += [
                part
                for number in self.numbers
                for part in parts_of(number)
                if part not in self.numbers
            ]
            for number in self.numbers:
                self.check(number)

    @rule(days=st.integers(1, MOST_DAYS))
    def time_passes(self, days: int) -> None:
        if not self.numbers or self.days >= MOST_DAYS:
            return
        self.days += days
        self.office.clock.advance(days=days * 5)

    def check(self, number: str) -> None:
        """What holds for this case at any moment."""
        with reading() as session:
            case = session.scalars(select(Case).where(Case.number == number)).one()
            events = list(
                session.scalars(
                    select(CaseEvent)
                    .where(CaseEvent.case_id == case.id)
                    .order_by(CaseEvent.position)
                )
            )
            check_steps(case, events)
            check_deciders(case, events)
            check_clocks(case)
            check_records(session, number, events, self.office.wishes)

    def teardown(self) -> None:
        with self.office.app.app_context():
            for number in self.numbers:
                self.check(number)


def parts_of(number: str) -> list[str]:
    """The parts of a joint case that have begun."""
    with reading() as session:
        lead = session.scalars(select(Case).where(Case.number == number)).one()
        return [part.case.number for part in list_parts(session, lead) if part.case]


def records(number: str, wishes: Wishes) -> tuple[int, int, int, int, int]:
    """How much is written of a case: its version, events, audit entries, wishes, opinions."""
    with reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        counts = audited(session, number), wishes.of(session, number)
        events = session.scalars(select(CaseEvent.id).where(CaseEvent.case_id == case.id)).all()
        written = opinions.list_opinions(session, case)
        return case.version, len(events), *(sum(each.values()) for each in counts), len(written)


def audited(session: Session, number: str) -> Counter[str]:
    """Audit entries of a case by act."""
    entries = select(AuditEntry.action).where(
        AuditEntry.subject == f"case:{number}", AuditEntry.action.like("case-%")
    )
    return Counter(action.removeprefix("case-") for action in session.scalars(entries))


class Wishes:
    """Outbox rows by case and act, read on from where the last look ended: their content is encrypted."""

    def __init__(self) -> None:
        self._seen = 0
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def of(self, session: Session, number: str) -> Counter[str]:
        """Those of a case."""
        rows = select(OutboxMessage).where(OutboxMessage.id > self._seen).order_by(OutboxMessage.id)
        for row in session.scalars(rows):
            self._seen = row.id
            if row.topic.startswith("case."):
                self._counts[row.payload["case"]][row.topic.removeprefix("case.")] += 1
        return self._counts[number]


def check_steps(case: Case, events: list[CaseEvent]) -> None:
    """Steps are numbered without a gap, each begins where the last ended, and the table of states allows it."""
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    for before, after in itertools.pairwise(events):
        assert after.from_state == before.to_state
    assert events[-1].to_state == case.state
    acts = {action.value for action in Action}
    for event in events:
        if event.action in acts:
            step = State(event.from_state), Action(event.action)
            assert TRANSITIONS[step] == event.to_state
        else:
            assert Deed(event.action)
            assert event.from_state == event.to_state


def check_deciders(case: Case, events: list[CaseEvent]) -> None:
    """One decision a case, by an officer of its authority; the whole of a joint case is decided by nobody."""
    assert sum(event.action in DECISIONS for event in events) <= 1
    for event in events:
        if event.action not in BY_DECIDER:
            continue
        if case.mode == Mode.JOINT_LEAD:
            assert event.actor_role == Role.SYSTEM
            continue
        assert event.actor_role == Role.OFFICER
        assert event.actor_number == "boss" or event.actor_number.endswith(case.deciding_authority)


def check_clocks(case: Case) -> None:
    """No limit ends before it began."""
    received_on = office_date(case.received_at)
    assert case.order_on >= received_on
    assert case.acceptance_due_on is None or case.acceptance_due_on > received_on
    if case.accepted_on is None:
        assert case.promised_due_on is None
        assert case.statutory_due_on is None
    else:
        assert case.accepted_on >= received_on
        dates = (case.promised_due_on, case.statutory_due_on)
        assert all(on is None or on >= case.accepted_on for on in dates)


def check_records(session: Session, number: str, events: list[CaseEvent], wishes: Wishes) -> None:
    """Each step has its audit entry and its wish, one for one."""
    steps: Counter[str] = Counter(event.action for event in events)
    steps["received"] = steps.pop(Action.RECEIVE)
    assert audited(session, number) == steps
    assert wishes.of(session, number) == steps


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
    print(f"\n{office.tried} steps; done {dict(office.done)}; refused {dict(office.refused)}")
    assert office.done["receive"] > 0
    assert len(office.done) >= 4
    assert {"wrong-place", "forbidden"} & set(office.refused)
