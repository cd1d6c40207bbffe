"""Every one of the 311 items once through its whole straight path, across the provincial border."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk import workers
from kiosk.audit.models import AuditEntry
from kiosk.audit.trail import check_chain
from kiosk.casework import commands
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.quota_use import Asked, ask_other_side
from kiosk.casework.receipt import Delivery, Submission
from kiosk.casework.receiving import receive
from kiosk.catalogue import catalogue
from kiosk.exchange.queries import count_dead, count_waiting
from kiosk.identity.actors import Actor, Role
from kiosk.identity.provider import Identity
from kiosk.licences.models import Licence, SealedDocument
from kiosk.quotas import consultations
from kiosk.uow import reading
from services_catalog.errors import ItemCancelled
from services_catalog.quota_forms import quota_forms
from tests.support.clocks import StandingClock
from tests.support.databases import SQLITE
from tests.support.sample_forms import sample_data

APPLICANT = Identity("张样例", "111", "510104199003070015", "13800000001")
CLERKS = {
    "重庆市": Actor(
        Role.CLERK, "clerk-cq", "窗口", division_code="500106", place="沙坪坝区政务服务中心"
    ),
    "四川省": Actor(
        Role.CLERK, "clerk-sc", "窗口", division_code="510107", place="武侯区政务服务中心"
    ),
}
PLACES = {"重庆市": "500106", "四川省": "510107"}
CANCELLED = {185, 286}
STRAIGHT = ["receive", "accept", "review", "grant", "deliver", "close"]


def send_through(seq: int, clock: StandingClock) -> str:
    """Receive in one province, decide in the other; answers the case number."""
    decider, receiver = ("四川省", "重庆市") if seq % 2 else ("重庆市", "四川省")
    held = catalogue()
    form = held.forms[seq]
    submission = Submission(
        item_seq=seq,
        form=sample_data(form, PLACES[decider]),
        applicant=APPLICANT,
        delivery=Delivery.WINDOW,
        key=f"all-items-{seq}",
    )
    receipt = receive(submission, actor=CLERKS[receiver], now=clock.now())
    with reading() as session:
        case = session.scalars(select(Case).where(Case.number == receipt.number)).one()
    assert held.world.districts[case.deciding_division].province == decider
    officer = Actor(Role.OFFICER, "officer", "审批", authority_code=case.deciding_authority)
    commands.accept(receipt.number, actor=officer, now=clock.now())
    commands.review(receipt.number, actor=officer, now=clock.now())
    if seq in quota_forms():
        agree_to(receipt.number, officer, clock)
    commands.grant(receipt.number, "材料齐全，符合规定。", actor=officer, now=clock.now())
    workers.drain()
    commands.deliver(receipt.number, "窗口领取", actor=replace(CLERKS[receiver]), now=clock.now())
    commands.close(receipt.number, actor=officer, now=clock.now())
    return receipt.number


def agree_to(number: str, officer: Actor, clock: StandingClock) -> None:
    """Beyond the list the other side is asked first, and agrees."""
    asked = ask_other_side(number, Asked("函1号", "请函复"), actor=officer, now=clock.now())
    with reading() as session:
        code = consultations.get_consultation(session, asked).asked_code
    other = Actor(Role.OFFICER, "other", "审批", authority_code=code)
    consultations.answer(asked, "函2号", "同意", agreed=True, actor=other, now=clock.now())


@pytest.mark.timeout(1200)
@pytest.mark.both_databases
def test_each_item_crosses_the_border_and_is_closed(
    app: Flask, clock: StandingClock, database_kind: str
) -> None:
    """All of them on SQLite; on PostgreSQL every fourth, as no item is another one there."""
    with app.app_context():
        every = sorted(catalogue().items)
        tried = every if database_kind == SQLITE else every[::4]
        refused, closed = set(), []
        for seq in tried:
            clock.advance(seconds=1)
            try:
                closed.append(send_through(seq, clock))
            except ItemCancelled as refusal:
                refused.add(refusal.seq)
        workers.drain()
        assert refused == CANCELLED.intersection(tried)
        assert len(closed) == (309 if tried == every else len(tried) - len(refused))
        _everything_is_accounted_for(closed, len(quota_forms().keys() & set(tried)))


def _everything_is_accounted_for(closed: list[str], letters: int) -> None:
    """``letters`` cases use a quota, of which the other side is told as well."""
    with reading() as session:
        states = Counter(session.scalars(select(Case.state)))
        assert states == {"closed": len(closed)}
        papers = Counter(
            session.execute(select(SealedDocument.state, SealedDocument.problem)).all()
        )
        # Each case gives out its receipt, the notice of acceptance, what was decided and that it is closed.
        assert papers == {("sealed", None): 4 * len(closed) + letters}
        assert count_waiting(session) == count_dead(session) == 0
        assert session.scalar(select(func.count()).select_from(Licence)) > len(closed) / 8
        _history_is_whole(session, closed)
        report = check_chain(session)
    assert (report.broken_at, report.unsealed) == (None, 0)


def _history_is_whole(session: Session, closed: list[str]) -> None:
    steps: dict[int, list[str]] = {}
    for event in session.scalars(select(CaseEvent).order_by(CaseEvent.case_id, CaseEvent.position)):
        steps.setdefault(event.case_id, []).append(event.action)
        assert event.receiving_place
        assert event.deciding_authority
    assert all(actions == STRAIGHT for actions in steps.values())
    told = Counter(
        session.scalars(select(AuditEntry.action).where(AuditEntry.subject.like("case:%")))
    )
    assert told["case-received"] == told["case-grant"] == told["case-close"] == len(closed)
