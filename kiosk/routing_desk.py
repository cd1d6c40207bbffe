"""The editor's desk for routing rules: prove, rehearse on past cases, publish."""

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
from kiosk.identity.actors import Actor
from kiosk.uow import reading, unit_of_work
from services_catalog import rule_changes
from services_catalog.proof import PastCase, ProofReport, Rehearsal, rehearse
from services_catalog.queries import list_items
from services_catalog.routing import RoutingFacts
from services_catalog.rule_changes import RuleChange
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


def publish_proposal(proposed: Proposal, *, actor: Actor, now: datetime) -> list[str]:
    """Publish the proved rules; answers the numbers of the new ones. Raises RulesInvalid, RulesUnproven."""
    today = office_date(now)
    with unit_of_work() as session:
        change = rule_changes.read_change(session, proposed, today)
        rule_changes.publish(session, change, author=actor.number, today=today)
        numbers = [rule.number for rule in change.rules]
        ended = [number for number, _ in change.ends]
        trail.record(session, actor, "rules-published", "routing", now, rules=numbers, ended=ended)
    current_app.extensions["catalogue"].forget()
    return numbers


def published_rules() -> list[dict[str, Any]]:
    """Every published rule as plain values, oldest first."""
    with reading() as session:
        return [_as_answer(rule) for rule in list_rules(session)]


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
