"""Quotas over HTTP: agreed by two officers, used by a grant, asked about beyond; and each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.clocks import StandingClock
from tests.support.waste_cases import BATTERIES, HOLDER, receiver, sender, waste_case

ClientFor = Callable[[str], FlaskClient]
QUOTAS = "/api/v1/quotas"
LINE = f"{QUOTAS}/WF-2026-SC01"


@pytest.fixture
def first(client_for: ClientFor) -> FlaskClient:
    return client_for("officer.sichuan")


@pytest.fixture
def second(client_for: ClientFor) -> FlaskClient:
    return client_for("officer.chongqing")


@pytest.fixture
def proposal(app: Flask) -> dict[str, Any]:
    with app.app_context():
        sides = {
            "first_authority": sender().authority_code,
            "second_authority": receiver().authority_code,
        }
    return {
        "number": "WF-2027-001", "item": 87, "year": 2027, "holder_code": HOLDER,
        "holder_name": "样例", "kind": BATTERIES, "amount": "12.5", "unit": "吨", **sides,
    }  # fmt: skip


def test_a_line_is_proposed_signed_by_both_and_withdrawn(
    first: FlaskClient, second: FlaskClient, proposal: dict[str, Any]
) -> None:
    made = first.post(QUOTAS, json=proposal)
    assert made.status_code == 201, made.text
    assert (made.json["quota"]["status"], made.json["quota"]["amount"]) == ("proposed", "12.5")
    address = f"{QUOTAS}/WF-2027-001"
    assert first.post(f"{address}/signature").json["quota"]["status"] == "proposed"
    again = first.post(f"{address}/signature")
    assert (again.status_code, again.json["code"]) == (403, "quota-signature-refused")
    assert second.post(f"{address}/signature").json["quota"]["status"] == "in-force"
    listed = second.get(f"{QUOTAS}?year=2027&item=87").json["quotas"]
    assert [(line["number"], line["free"]) for line in listed] == [("WF-2027-001", "12.5")]
    assert second.post(f"{address}/withdrawal", json={"words": ""}).status_code == 422
    told = second.post(f"{address}/withdrawal", json={"words": "许可证到期"}).json
    assert told["quota"]["status"] == "withdrawn"
    assert [(act["act"], act["by"]) for act in told["acts"]] == [
        ("quota-proposed", "officer.sichuan"),
        ("quota-signed", "officer.sichuan"),
        ("quota-signed", "officer.chongqing"),
        ("quota-withdrawn", "officer.chongqing"),
    ]
    over = first.post(f"{address}/signature")
    assert (over.status_code, over.json["code"]) == (409, "quota-withdrawn")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": "0"}, 422, "input-invalid"),
        ({"amount": "1.0001"}, 422, "input-invalid"),
        ({"amount": "NaN"}, 422, "input-invalid"),
        ({"number": "a b"}, 422, "input-invalid"),
        ({"first_authority": "x"}, 404, "unknown-authority"),
        ({"number": "WF-2026-SC01"}, 422, "quota-invalid"),
        ({"second_authority": "x", "first_authority": "x"}, 422, "quota-invalid"),
        ({"item": 9999}, 404, "unknown-item"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(
    second: FlaskClient, proposal: dict[str, Any], changes: dict[str, Any], status: int, code: str
) -> None:
    answer = second.post(QUOTAS, json={**proposal, **changes})
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def test_others_see_and_do_nothing(client_for: ClientFor, proposal: dict[str, Any]) -> None:
    stranger = client_for("officer.wuhou")
    assert stranger.get(QUOTAS).json == {"quotas": []}
    assert stranger.get(LINE).json["code"] == "quota-unknown"
    assert stranger.post(QUOTAS, json=proposal).json["code"] == "quota-signature-refused"
    assert stranger.post(f"{LINE}/signature").json["code"] == "quota-signature-refused"
    assert stranger.get(f"{QUOTAS}/consultations").json == {"consultations": []}
    clerk = client_for("clerk.liangjiang")
    assert clerk.get(QUOTAS).status_code == 403


def test_beyond_the_list_one_officer_asks_and_the_other_answers(
    app: Flask, clock: StandingClock, first: FlaskClient, second: FlaskClient
) -> None:
    with app.app_context():
        case = waste_case(clock, {BATTERIES: 1300}, "over-http")
    words = {"words": "同意"}
    refused = first.post(f"/api/v1/cases/{case}/grant", json=words)
    assert (refused.status_code, refused.json["code"]) == (409, "quota-exceeded")
    question = {"case": case, "letter": "川函1号", "words": "请函复"}
    assert second.post(f"{QUOTAS}/consultations", json=question).json["code"] == "wrong-place"
    asked = first.post(f"{QUOTAS}/consultations", json=question)
    assert asked.status_code == 201, asked.text
    assert asked.json["amounts"] == {BATTERIES: "1300"}
    pending = first.post(f"/api/v1/cases/{case}/grant", json=words)
    assert pending.json["code"] == "consent-pending"
    (waiting,) = second.get(f"{QUOTAS}/consultations").json["consultations"]
    address = f"{QUOTAS}/consultations/{waiting['number']}/answer"
    reply = {"agreed": True, "letter": "渝函1号", "words": "同意移入"}
    assert first.post(address, json=reply).json["code"] == "consultation-unknown"
    assert second.post(address, json=reply).json["answered_by"] == "officer.chongqing"
    assert second.post(address, json=reply).json["code"] == "consultation-refused"
    granted = first.post(f"/api/v1/cases/{case}/grant", json=words)
    assert granted.json["state"] == "granted", granted.text


def test_an_approval_inside_the_list_is_granted_and_withdrawn(
    app: Flask, clock: StandingClock, first: FlaskClient, second: FlaskClient
) -> None:
    with app.app_context():
        case = waste_case(clock, {BATTERIES: 200}, "inside-http")
    address = f"{QUOTAS}/approvals/{case}/withdrawal"
    early = first.post(address, json={"words": "违法"})
    assert (early.status_code, early.json["code"]) == (409, "transition-refused")
    assert first.post(f"/api/v1/cases/{case}/grant", json={"words": "同意"}).status_code == 200
    told = second.get(LINE).json
    assert (told["quota"]["used"], told["quota"]["free"]) == ("200", "1000")
    assert [(b["case"], b["amount"]) for b in told["bookings"]] == [(case, "200")]
    assert second.post(address, json={"words": "违法"}).json["code"] == "wrong-place"
    assert first.post(address, json={"words": "违法"}).json == {"given_back": 1}
    assert first.get(LINE).json["quota"]["free"] == "1200"
