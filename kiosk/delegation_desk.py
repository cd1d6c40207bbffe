"""Delegations on file (行政许可法 art. 24): entered by one officer of the delegating organ, confirmed by another.

They are rules of routing and go the way of every such change, so the proof of all routes and the two persons are the
same; here only the delegating organ's own officers act, and only on their own organ's delegations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kiosk import routing_desk
from kiosk.catalogue import catalogue
from kiosk.errors import Forbidden, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.tokens import draw_number
from kiosk.uow import reading
from services_catalog.models import IN_REVIEW, RuleProposal
from services_catalog.rule_rows import list_rules
from services_catalog.rules import Delegation


@dataclass(frozen=True)
class Wish:
    """A delegation as an officer enters it. ``delegate`` is a code or a name; without an area it covers all of the
    organ's own. ``announced`` says how and where the public was told.
    """

    delegate: str
    item_seqs: tuple[int, ...]
    basis: str
    document_number: str
    document_date: date
    announced: str
    valid_from: date
    valid_to: date | None = None
    area_code: str | None = None


def propose(wish: Wish, *, actor: Actor, now: datetime) -> str:
    """Enter a delegation of the officer's own organ; answers the number it waits for confirmation under.

    Raises Forbidden, DelegationRefused, RulesInvalid, RulesUnproven.
    """
    own = _own_organ(actor)
    organ = catalogue().world.by_code[own]
    number = draw_number("WT", 8)
    shared = {
        "kind": "delegation",
        "basis": wish.basis,
        "valid_from": wish.valid_from.isoformat(),
        "delegating_code": own,
        "delegate_code": wish.delegate,
        "area_code": wish.area_code or organ.district_code,
        "document_number": wish.document_number,
        "document_date": wish.document_date.isoformat(),
        "announced": wish.announced,
    }
    if wish.valid_to is not None:
        shared["valid_to"] = wish.valid_to.isoformat()
    rules = [shared | {"number": f"{number}-{seq}", "item_seq": seq} for seq in wish.item_seqs]
    return routing_desk.submit_proposal({"rules": rules}, actor=actor, now=now)


def propose_end(number: str, last_day: date, *, actor: Actor, now: datetime) -> str:
    """Enter the last day of one of the organ's delegations; cases already received stay with the delegate.

    Raises NotFound, Forbidden, RulesInvalid.
    """
    own = _own_organ(actor)
    if number not in {rule.number for rule in _published() if rule.delegating_code == own}:
        raise NotFound("本机关没有这份委托")
    ends = [{"number": number, "last_day": last_day.isoformat()}]
    return routing_desk.submit_proposal({"ends": ends}, actor=actor, now=now)


def confirm(number: str, *, actor: Actor, now: datetime) -> list[str]:
    """Confirm what another officer of the organ entered; answers the numbers of the new delegations.

    Raises NotFound, ReviewerIsAuthor, ProposalSettled, DelegationRefused, RulesInvalid, RulesUnproven.
    """
    _require_own(number, actor)
    return routing_desk.publish_proposal(number, actor=actor, now=now)


def send_back(number: str, words: str, *, actor: Actor, now: datetime) -> None:
    """Send an entry back with the reason. Raises NotFound, ProposalSettled."""
    _require_own(number, actor)
    routing_desk.return_proposal(number, words, actor=actor, now=now)


def list_waiting(actor: Actor) -> list[RuleProposal]:
    """What waits for a second officer of this organ, newest first."""
    own, mine = _own_organ(actor), {rule.number: rule for rule in _published()}
    return [
        proposal
        for proposal in routing_desk.list_proposals()
        if proposal.status == IN_REVIEW and _organs_of(proposal, mine) == {own}
    ]


def list_published() -> list[dict[str, Any]]:
    """Every delegation that was ever published, newest first, with the names of both organs: the public is told."""
    world = catalogue().world
    names = {code: organ.name for code, organ in world.by_code.items()}
    return [
        vars(rule)
        | {
            "delegating_name": names.get(rule.delegating_code, rule.delegating_code),
            "delegate_name": names.get(rule.delegate_code, rule.delegate_code),
        }
        for rule in reversed(list(_published()))
    ]


def _published() -> Iterator[Delegation]:
    with reading() as session:
        rules = list_rules(session)
    yield from (rule for rule in rules if isinstance(rule, Delegation))


def _require_own(number: str, actor: Actor) -> None:
    """Only a proposal that is about this organ's delegations alone is its officers' business."""
    own = _own_organ(actor)
    with reading() as session:
        proposal = session.scalar(select(RuleProposal).where(RuleProposal.number == number))
    held = {rule.number: rule for rule in _published()}
    if proposal is None or _organs_of(proposal, held) != {own}:
        raise NotFound("本机关没有这份待确认的委托")


def _organs_of(proposal: RuleProposal, held: dict[str, Delegation]) -> set[str]:
    """The organs whose delegations a proposal begins or ends; an empty name for whatever else it changes."""
    content = proposal.content
    named = {
        str(rule.get("delegating_code", "")) if rule.get("kind") == "delegation" else ""
        for rule in content.get("rules", [])
    }
    for end in content.get("ends", []):
        rule = held.get(end["number"])
        named.add(rule.delegating_code if rule else "")
    return named | ({""} if content.get("authorities") else set())


def _own_organ(actor: Actor) -> str:
    if actor.role is not Role.OFFICER or actor.authority_code is None:
        raise Forbidden("只有委托机关的审批人员可以办理委托")
    return actor.authority_code
