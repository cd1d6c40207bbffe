"""Rules that are published while cases are under way: proof, cut-over, delegation."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kiosk import routing_desk, workers
from kiosk.casework import commands
from kiosk.casework.errors import WrongPlace
from kiosk.casework.queries import get_case, list_queue
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.licences.queries import list_documents
from kiosk.uow import reading
from services_catalog.rule_errors import RulesInvalid, RulesUnproven
from services_catalog.rule_rows import list_rules
from tests.support.clocks import StandingClock
from tests.support.sample_cases import officer_of, received

WUHOU = "成都市武侯区行政审批局"
JINJIANG = "成都市锦江区市场监督管理局"


def today(clock: StandingClock) -> str:
    return clock.now().date().isoformat()


def publish(clock: StandingClock, **proposed: Any) -> list[str]:
    return routing_desk.publish_proposal(proposed, actor=SYSTEM, now=clock.now())


def rule(clock: StandingClock, kind: str, **content: Any) -> dict[str, Any]:
    shared = {"kind": kind, "number": f"{kind}-1", "basis": "文件", "valid_from": today(clock)}
    return {**shared, **content}


def officer(name: str) -> Actor:
    with reading() as session:
        from_world = routing_desk.rule_changes.load_world(session).by_name[name]
    return Actor(Role.OFFICER, "delegate", "审批", authority_code=from_world.code)


def sealed(number: str) -> list[tuple[str, str | None]]:
    workers.drain()
    with reading() as session:
        return [(row.state, row.problem) for row in list_documents(session, number)]


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
        publish(clock, authorities=[founded], rules=[merged])
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
            publish(clock, rules=torn)
        assert all("互相循环" in finding for finding in refused.value.findings)
        with pytest.raises(RulesInvalid) as invalid:
            publish(clock, rules=[rule(clock, "delegation", item_seq=999)])
        assert len(invalid.value.faults) == 3
        with reading() as session:
            assert len(list_rules(session)) == 8


def test_a_delegate_decides_in_the_name_of_the_delegating_organ(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = received(clock).number
        delegate = officer(JINJIANG)
        with pytest.raises(WrongPlace):
            commands.accept(number, actor=delegate, now=clock.now())
        publish(clock, rules=[rule(
            clock, "delegation", delegating_code=WUHOU, delegate_code=JINJIANG,
            item_seq=37, area_code="510107", valid_to=today(clock),
        )])  # fmt: skip
        with reading() as session:
            assert [line.number for line in list_queue(session, delegate.authority_code or "")] == [
                number
            ]
        commands.accept(number, actor=delegate, now=clock.now())
        commands.review(number, actor=delegate, now=clock.now())
        commands.grant(number, "同意", actor=delegate, now=clock.now())
        assert sealed(number) == [("sealed", None)]
        with reading() as session:
            case = get_case(session, number)
            assert case.deciding_name == WUHOU
            assert list_documents(session, number)[0].authority_code == case.deciding_authority
        clock.advance(days=1)
        with pytest.raises(WrongPlace):
            commands.close(number, actor=delegate, now=clock.now())
