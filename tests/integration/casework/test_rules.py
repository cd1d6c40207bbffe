"""Rules that are published while cases are under way: proof, cut-over, delegation."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import routing_desk, workers
from kiosk.audit.models import AuditEntry
from kiosk.casework import commands
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading
from services_catalog.errors import ReviewerIsAuthor
from services_catalog.models import RoutingRule
from services_catalog.rule_errors import (
    ProposalSettled,
    ProposalUnknown,
    RulesInvalid,
    RulesUnproven,
)
from services_catalog.rule_rows import list_rules
from tests.support.case_papers import decision_papers
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.rules import AUTHOR, REVIEWER, publish_rules
from tests.support.sample_cases import officer_of, received

WUHOU = "成都市武侯区行政审批局"
JINJIANG = "成都市锦江区市场监督管理局"


def today(clock: StandingClock) -> str:
    return clock.now().date().isoformat()


def rule(clock: StandingClock, kind: str, **content: Any) -> dict[str, Any]:
    shared = {"kind": kind, "number": f"{kind}-1", "basis": "文件", "valid_from": today(clock)}
    return {**shared, **content}


def officer(name: str) -> Actor:
    with reading() as session:
        from_world = routing_desk.rule_changes.load_world(session).by_name[name]
    return Actor(Role.OFFICER, "delegate", "审批", authority_code=from_world.code)


def sealed(number: str) -> list[tuple[str, str | None]]:
    workers.drain()
    return [(row.state, row.problem) for row in decision_papers(number)]


def test_the_shipped_agreements_are_there_and_the_rules_are_sound(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        with reading() as session:
            assert [rule.number.startswith("pair-") for rule in list_rules(session)] == [True] * 8
        (report,) = routing_desk.prove_proposal(None, now=clock.now())
        assert (report.checked, report.sound) == (311 * 253, True)
        receipt = received(clock)
        spoken = "沙坪坝区与武侯区订有异地办理合作协议（事项范围和起止日期未核实）。"
        assert spoken in receipt.explanation


def test_a_case_in_flight_goes_on_and_a_new_one_follows_the_cut_over(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = received(clock).number
        clock.advance(days=1)
        founded = {
            "name": "成都市武侯区政务服务局", "organ_kind": "行政审批局", "level": "county",
            "district_code": "510107", "begun_on": today(clock),
        }  # fmt: skip
        merged = rule(clock, "succession", predecessor_code=WUHOU, successor_code=founded["name"])
        rehearsal = routing_desk.rehearse_proposal(
            {"authorities": [founded], "rules": [merged]}, now=clock.now()
        )
        assert [(case.number, case.to) for case in rehearsal.moved] == [(number, founded["name"])]
        publish_rules(clock, authorities=[founded], rules=[merged])
        old = officer_of(number)
        commands.accept(number, actor=old, now=clock.now())
        commands.review(number, actor=old, now=clock.now())
        commands.grant(number, "同意", actor=old, now=clock.now())
        assert sealed(number) == [("sealed", None)]
        assert received(clock, key="another").deciding_authority == founded["name"]


def test_rules_that_leave_a_hole_are_refused_and_change_nothing(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        torn = [
            rule(clock, "succession", number="s1", predecessor_code=WUHOU, successor_code=JINJIANG),
            rule(clock, "succession", number="s2", predecessor_code=JINJIANG, successor_code=WUHOU),
        ]
        with pytest.raises(RulesUnproven) as refused:
            publish_rules(clock, rules=torn)
        assert all("互相循环" in finding for finding in refused.value.findings)
        with pytest.raises(RulesInvalid) as invalid:
            publish_rules(clock, rules=[rule(clock, "delegation", item_seq=999)])
        assert len(invalid.value.faults) == 6
        with reading() as session:
            assert len(list_rules(session)) == 8


def merger(clock: StandingClock) -> dict[str, Any]:
    return {"rules": [
        rule(clock, "succession", predecessor_code=WUHOU, successor_code=JINJIANG)
    ]}  # fmt: skip


def test_nobody_publishes_their_own_rules(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = routing_desk.submit_proposal(merger(clock), actor=AUTHOR, now=clock.now())
        with pytest.raises(ReviewerIsAuthor):
            routing_desk.publish_proposal(number, actor=AUTHOR, now=clock.now())
        assert len(routing_desk.published_rules()) == 8
        routing_desk.publish_proposal(number, actor=REVIEWER, now=clock.now())
        with reading() as session:
            row = session.scalars(select(RoutingRule).filter_by(number="succession-1")).one()
            acts = session.scalars(
                select(AuditEntry).where(AuditEntry.subject == f"routing:{number}")
            ).all()
        assert (row.author, row.reviewer) == ("editor.one", "editor.two")
        assert [(act.action, act.actor_number) for act in acts] == [
            ("rules-submitted", "editor.one"),
            ("rules-published", "editor.two"),
        ]
        with pytest.raises(ProposalSettled):
            routing_desk.publish_proposal(number, actor=REVIEWER, now=clock.now())
        with pytest.raises(ProposalUnknown):
            routing_desk.publish_proposal("GZ", actor=REVIEWER, now=clock.now())


def test_a_proposal_is_proved_again_when_it_is_published(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first = routing_desk.submit_proposal(merger(clock), actor=AUTHOR, now=clock.now())
        back = merger(clock)["rules"][0] | {
            "number": "back", "predecessor_code": JINJIANG, "successor_code": WUHOU,
        }  # fmt: skip
        second = routing_desk.submit_proposal({"rules": [back]}, actor=AUTHOR, now=clock.now())
        routing_desk.publish_proposal(first, actor=REVIEWER, now=clock.now())
        with pytest.raises(RulesUnproven):
            routing_desk.publish_proposal(second, actor=REVIEWER, now=clock.now())
        routing_desk.return_proposal(second, "互相循环", actor=REVIEWER, now=clock.now())
        assert [proposal.status for proposal in routing_desk.list_proposals()] == [
            "returned",
            "published",
        ]


@pytest.mark.both_databases
def test_two_reviewers_publish_a_proposal_once(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = routing_desk.submit_proposal(merger(clock), actor=AUTHOR, now=clock.now())

    def publish(turn: int) -> list[str]:
        with app.app_context():
            return routing_desk.publish_proposal(number, actor=REVIEWER, now=clock.now())

    outcomes = at_once(publish)
    assert sum(outcome == ["succession-1"] for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ProposalSettled) for outcome in outcomes) == 1
