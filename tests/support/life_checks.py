"""What holds for a case at any moment of its life, and how much is written of it. Needs an application context."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit.models import AuditEntry
from kiosk.casework import clocks, opinions
from kiosk.casework.courier_models import CourierLeg
from kiosk.casework.deeds import Deed
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.procedure_models import Extension, Hearing, Procedure
from kiosk.casework.receipt import Mode
from kiosk.casework.states import TRANSITIONS, Action, State
from kiosk.clock import office_date
from kiosk.exchange.models import OutboxMessage
from kiosk.fees.models import Payment
from kiosk.fees.payments import PaymentState
from kiosk.identity.actors import Role
from kiosk.licences.models import SealedDocument
from kiosk.uow import reading

DECISIONS = (Action.GRANT, Action.REFUSE)
BY_SUPERVISOR = {Action.APPROVE_EXTENSION, Action.DECLINE_EXTENSION}
BY_DECIDER = {
    Action.ACCEPT, Action.NOT_ACCEPT, Action.REQUEST_CORRECTION, Action.REVIEW, *DECISIONS, Action.CLOSE,
    Action.START_SPECIAL, Action.END_ONE, Action.END_SPECIAL, Action.GIVE_OPINION, Action.VISIT_SITE,
    Action.TELL_HEARING, Action.ASK_EXTENSION, *BY_SUPERVISOR,
    Deed.TAKE, Deed.GIVE_BACK, Deed.REASSIGN, Deed.OPINE, Deed.SIGN,
}  # fmt: skip
BY_APPLICANT = {Action.ASK_HEARING}
BY_TIME = {Action.DEEM_ACCEPTED, Action.LAPSE, Deed.FLAG_LEG, Deed.FLAG_UNSENT}
WAYS_OF_PAYING = {
    PaymentState.DUE: ["asked"],
    PaymentState.PAID: ["asked", "paid"],
    PaymentState.WAIVED: ["asked", "waive"],
    PaymentState.REFUNDING: ["asked", "paid", "refund"],
    PaymentState.REFUNDED: ["asked", "paid", "refund", "refunded"],
}


class Wishes:
    """Outbox rows by case and topic, read on from where the last look ended: their content is encrypted."""

    def __init__(self) -> None:
        self._seen = 0
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def of(self, session: Session, number: str) -> Counter[str]:
        """Those of a case."""
        rows = select(OutboxMessage).where(OutboxMessage.id > self._seen).order_by(OutboxMessage.id)
        for row in session.scalars(rows):
            self._seen = row.id
            if row.topic.startswith(("case.", "payment.")):
                self._counts[row.payload["case"]][row.topic] += 1
        return self._counts[number]

    def acts(self, session: Session, number: str) -> Counter[str]:
        """Those that tell of an act on the case, by act."""
        return Counter(
            {
                topic.removeprefix("case."): count
                for topic, count in self.of(session, number).items()
                if topic.startswith("case.")
            }
        )


def events_of(number: str) -> list[CaseEvent]:
    """The steps of a case, oldest first."""
    with reading() as session:
        steps = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id)
        return list(
            session.scalars(steps.where(Case.number == number).order_by(CaseEvent.position))
        )


def records(number: str, wishes: Wishes) -> tuple[object, ...]:
    """How much is written of a case: nothing of it may differ after a refusal."""
    with reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        rows = [
            session.scalar(select(func.count()).select_from(kind).where(kind.case_id == case.id))
            for kind in (CaseEvent, Procedure, Extension, Hearing, CourierLeg)
        ]
        papers = select(func.count()).where(SealedDocument.case_number == number)
        entries = select(func.count()).where(
            (AuditEntry.subject == f"case:{number}") & AuditEntry.action.like("case-%")
        )
        paid = select(Payment.number, Payment.version).where(Payment.case_number == number)
        return (
            case.version,
            *rows,
            session.scalar(papers),
            session.scalar(entries),
            tuple(tuple(row) for row in session.execute(paid)),
            sum(wishes.of(session, number).values()),
            len(opinions.list_opinions(session, case)),
        )


def check_case(number: str, wishes: Wishes, now: datetime) -> None:
    """All that holds for this case at any moment."""
    events = events_of(number)
    with reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        check_steps(case, events)
        check_deciders(case, events)
        check_records(session, number, events, wishes)
        check_payments(session, number, wishes)
        check_legs(session, case)
        check_clocks(session, case, now)


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
        if event.action in BY_TIME:
            assert event.actor_role == Role.SYSTEM
        if event.action in BY_APPLICANT:
            assert event.actor_role == Role.CITIZEN
        if event.action not in BY_DECIDER:
            continue
        if case.mode == Mode.JOINT_LEAD:
            assert event.actor_role == Role.SYSTEM
            continue
        assert event.actor_role == Role.OFFICER
        boss = event.actor_number == f"boss-{case.deciding_authority}"
        assert boss or event.actor_number.endswith(case.deciding_authority)
        assert boss or event.action not in BY_SUPERVISOR


def check_clocks(session: Session, case: Case, now: datetime) -> None:
    """No limit ends before it began, none counts less than nothing, and what stops them ends after it began."""
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
    for clock in clocks.clocks_of(session, case, now):
        assert clock.days >= 0
        assert clock.earliest_on >= clock.started_on
        assert all(part.days >= 0 and part.to_on >= part.from_on for part in clock.parts)
    held = session.scalars(select(Procedure).where(Procedure.case_id == case.id)).all()
    assert all(row.ended_on is None or row.ended_on >= row.started_on for row in held)
    running = [row for row in held if row.ended_on is None]
    assert bool(running) == (case.state == State.SPECIAL_PROCEDURE)
    assert len({row.kind for row in running}) == len(running)


def check_legs(session: Session, case: Case) -> None:
    """Papers are at one place or on one road."""
    on_the_road = select(func.count()).where(
        CourierLeg.case_id == case.id, CourierLeg.received_at.is_(None)
    )
    assert (session.scalar(on_the_road) or 0) <= (case.mode == Mode.AGENCY)


def check_payments(session: Session, number: str, wishes: Wishes) -> None:
    """Each payment came to its state by the steps of the table, each with its audit entry and its wish."""
    told: Counter[str] = Counter()
    for payment in session.scalars(select(Payment).where(Payment.case_number == number)):
        entries = select(AuditEntry.action).where(AuditEntry.subject == f"payment:{payment.number}")
        steps = WAYS_OF_PAYING[PaymentState(payment.state)]
        assert sorted(session.scalars(entries)) == sorted(f"payment-{step}" for step in steps)
        assert payment.amount_fen > 0
        assert (payment.paid_at is not None) == ("paid" in steps)
        told.update(f"payment.{step}" for step in steps)
    wished = wishes.of(session, number)
    assert {topic: wished[topic] for topic in wished if topic.startswith("payment.")} == told


def check_records(session: Session, number: str, events: list[CaseEvent], wishes: Wishes) -> None:
    """Each step has its audit entry and its wish, one for one."""
    steps: Counter[str] = Counter(event.action for event in events)
    steps["received"] = steps.pop(Action.RECEIVE)
    assert audited(session, number) == steps
    assert wishes.acts(session, number) == steps


def audited(session: Session, number: str) -> Counter[str]:
    """Audit entries of a case by act."""
    entries = select(AuditEntry.action).where(
        AuditEntry.subject == f"case:{number}", AuditEntry.action.like("case-%")
    )
    return Counter(action.removeprefix("case-") for action in session.scalars(entries))
