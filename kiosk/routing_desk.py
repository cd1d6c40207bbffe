"""The editors' desk for routing rules: prove, rehearse on past cases, propose, and publish what another proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.models import Case
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.identity.tokens import draw_number
from kiosk.uow import reading, unit_of_work
from services_catalog import rule_changes
from services_catalog.models import IN_REVIEW, PUBLISHED, RETURNED, RuleProposal
from services_catalog.proof import PastCase, ProofReport, Rehearsal, rehearse
from services_catalog.queries import list_items
from services_catalog.routing import RoutingFacts
from services_catalog.rule_changes import RuleChange
from services_catalog.rule_errors import ProposalSettled, ProposalUnknown
from services_catalog.rule_rows import kind_of, list_rules
from services_catalog.rules import AnyRule

Proposal = Mapping[str, Any]
BATCH = 1000


def prove_proposal(proposed: Proposal | None, *, now: datetime) -> list[ProofReport]:
    """Prove the rules of today and of every later day of change; without a proposal those in force.

    Raises RulesInvalid.
    """
    today = office_date(now)
    with reading() as session:
        return list(rule_changes.prove_change(session, _read(session, proposed, today), today))


def rehearse_proposal(proposed: Proposal, *, now: datetime) -> Rehearsal:
    """Replay the proposed rules on every past case, as if each came on the last day of change.

    Raises RulesInvalid.
    """
    today = office_date(now)
    with reading() as session:
        change = _read(session, proposed, today)
        day = change.last_day(today)
        items = {item.seq: item for item in list_items(session, day)}
        world = rule_changes.world_after(session, change, day)
        return rehearse(_past_cases(session), items, world, day)


def submit_proposal(proposed: Proposal, *, actor: Actor, now: datetime) -> str:
    """Hand a proved proposal to a reviewer; answers its number. Raises RulesInvalid, RulesUnproven."""
    today = office_date(now)
    with unit_of_work() as session:
        rule_changes.require_proven(session, _read(session, proposed, today), today)
        number = draw_number("GZ", 8)
        session.add(
            RuleProposal(
                number=number,
                status=IN_REVIEW,
                content=dict(proposed),
                author=actor.number,
                proposed_at=now,
            )
        )
        _record(session, actor, "rules-submitted", number, now)
    return number


def publish_proposal(number: str, *, actor: Actor, now: datetime) -> list[str]:
    """Publish what another person proposed, proved anew; answers the numbers of the new rules.

    Raises ProposalUnknown, ProposalSettled, ReviewerIsAuthor, RulesInvalid, RulesUnproven.
    """
    today = office_date(now)
    with unit_of_work() as session:
        proposal = _open_proposal(session, number)
        change = rule_changes.read_change(session, proposal.content, today)
        rule_changes.publish(
            session, change, author=proposal.author, reviewer=actor.number, today=today
        )
        _settle(proposal, PUBLISHED, None, actor, now)
        numbers = [rule.number for rule in change.rules]
        ended = [ended for ended, _ in change.ends]
        _record(session, actor, "rules-published", number, now, rules=numbers, ended=ended)
    current_app.extensions["catalogue"].forget()
    return numbers


def return_proposal(number: str, words: str, *, actor: Actor, now: datetime) -> None:
    """Send a proposal back with the reason; its author may withdraw it so. Raises ProposalUnknown, ProposalSettled."""
    with unit_of_work() as session:
        _settle(_open_proposal(session, number), RETURNED, words, actor, now)
        _record(session, actor, "rules-returned", number, now, words=words)


def list_proposals() -> list[RuleProposal]:
    """Every proposal, newest first."""
    with reading() as session:
        return list(session.scalars(select(RuleProposal).order_by(RuleProposal.id.desc())))


def get_proposal(session: Session, number: str) -> RuleProposal:
    """The proposal of that number. Raises ProposalUnknown."""
    found = session.scalar(select(RuleProposal).where(RuleProposal.number == number))
    if found is None:
        raise ProposalUnknown(f"没有编号为 {number} 的规则变更")
    return found


def published_rules() -> list[dict[str, Any]]:
    """Every published rule as plain values, oldest first."""
    with reading() as session:
        return [_as_answer(rule) for rule in list_rules(session)]


def _open_proposal(session: Session, number: str) -> RuleProposal:
    """The proposal, locked, while it waits for a reviewer."""
    waiting = select(RuleProposal.id).where(RuleProposal.number == number)
    session.scalar(waiting.with_for_update())
    proposal = get_proposal(session, number)
    if proposal.status != IN_REVIEW:
        raise ProposalSettled(f"规则变更 {number} 已由 {proposal.reviewer} 处理")
    return proposal


def _settle(
    proposal: RuleProposal, status: str, words: str | None, actor: Actor, now: datetime
) -> None:
    proposal.status, proposal.words = status, words
    proposal.reviewer, proposal.settled_at = actor.number, now


def _record(
    session: Session, actor: Actor, act: str, number: str, now: datetime, **facts: Any
) -> None:
    trail.record(session, actor, act, f"routing:{number}", now, **facts)
    outbox.enqueue(session, f"catalogue.{act}", {"proposal": number}, now)


def _as_answer(rule: AnyRule) -> dict[str, Any]:
    said = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(rule).items()
    }
    return {"kind": kind_of(rule), **said}


def _read(session: Session, proposed: Proposal | None, today: date) -> RuleChange:
    if proposed is None:
        return RuleChange()
    return rule_changes.read_change(session, proposed, today)


def _past_cases(session: Session) -> Iterator[PastCase]:
    columns = (
        Case.number,
        Case.item_seq,
        Case.offering,
        Case.deciding_authority,
        Case.deciding_name,
    )
    chosen = select(*columns).order_by(Case.id).execution_options(yield_per=BATCH)
    for number, seq, offering, code, name in session.execute(chosen):
        yield PastCase(number, seq, RoutingFacts(**offering["facts"]), code, name)
