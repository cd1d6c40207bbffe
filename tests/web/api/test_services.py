"""Service of papers over HTTP: every way, every refusal, and the dates that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import workers
from tests.support.case_papers import shown_decision_papers
from tests.support.clocks import StandingClock
from tests.web.api.test_cases import ZHANG, brought_to, received

ClientFor = Callable[[str], FlaskClient]
POST = {"way": "posted", "address": "样例路1号", "tracking": "EX000000001CN"}


@pytest.fixture
def decided(app: Flask, client_for: ClientFor) -> str:
    """A refused case whose notice bears its seal."""
    number = brought_to(client_for, "under-review")
    client_for("officer.wuhou").post(f"/api/v1/cases/{number}/refusal", json={"words": "证明无效"})
    with app.app_context():
        workers.drain()
    return number


def paper_of(client: FlaskClient, number: str) -> str:
    case = client.get(f"/api/v1/cases/{number}").json
    return str(shown_decision_papers(case)[0]["number"])


def serve(client: FlaskClient, number: str, **order: Any) -> Any:
    return client.post(f"/api/v1/cases/{number}/services", json=order)


def shown(client: FlaskClient, number: str) -> Any:
    return client.get(f"/api/v1/cases/{number}/services").json


def test_handing_over_the_result_delivers_and_starts_the_remedies(
    app: Flask, client_for: ClientFor, decided: str
) -> None:
    clerk, officer = client_for("clerk.liangjiang"), client_for("officer.wuhou")
    paper = paper_of(clerk, decided)
    answer = serve(
        clerk, decided, way="handed", papers=[paper], result=True, recipient=ZHANG["name"]
    )
    assert answer.status_code == 201, answer.text
    told = shown(client_for("zhang"), decided)
    (line,) = told["services"]
    assert (line["state"], line["served_on"]) == ("served", "2026-03-02")
    assert (line["review_until"], line["suit_until"]) == ("2026-05-06", "2026-09-02")
    assert "武侯区人民政府" in line["review_body"]
    assert line["recipient"] == "张**"
    assert told["delivery_due_on"] == "2026-03-16"
    case = officer.get(f"/api/v1/cases/{decided}").json
    assert case["state"] == "delivered"
    with app.app_context():
        workers.drain()
    papers = officer.get(f"/api/v1/cases/{decided}").json["papers"]
    assert [(paper["title"], paper["state"]) for paper in papers][-1] == ("送达回证", "sealed")
    again = serve(clerk, decided, way="handed", result=True, recipient="张样例")
    assert (again.status_code, again.json["code"]) == (409, "transition-refused")


def test_a_posted_result_counts_from_the_day_on_its_slip(
    client_for: ClientFor, clock: StandingClock, decided: str
) -> None:
    officer = client_for("officer.wuhou")
    record = serve(officer, decided, result=True, **POST).json["number"]
    assert officer.get(f"/api/v1/cases/{decided}").json["state"] == "refused"
    assert shown(officer, decided)["services"][0]["review_until"] is None
    clock.advance(days=3)
    officer = client_for("officer.wuhou")
    path = f"/api/v1/services/{record}/confirmation"
    early = officer.post(path, json={"signed_on": "2026-03-01", "recipient": "张样例"})
    assert (early.status_code, list(early.json["fields"])) == (422, ["signed_on"])
    later = officer.post(path, json={"signed_on": "2026-03-06", "recipient": "张样例"})
    assert later.status_code == 422
    slip = {"signed_on": "2026-03-04", "recipient": "李样例", "relation": "同住家属"}
    assert officer.post(path, json=slip).status_code == 204
    (line,) = shown(officer, decided)["services"]
    assert (line["served_on"], line["relation"]) == ("2026-03-04", "同住家属")
    assert officer.get(f"/api/v1/cases/{decided}").json["state"] == "delivered"
    twice = officer.post(path, json=slip)
    assert (twice.status_code, twice.json["code"]) == (409, "service-settled")


def test_electronic_service_needs_consent_that_can_be_taken_back(
    client_for: ClientFor, decided: str
) -> None:
    officer, mine = client_for("officer.wuhou"), client_for("zhang")
    paper, consent = paper_of(officer, decided), f"/api/v1/cases/{decided}/service-consent"
    refused = serve(officer, decided, way="electronic", papers=[paper])
    assert (refused.status_code, refused.json["code"]) == (409, "service-consent-missing")
    assert client_for("li").put(consent).json["code"] == "forbidden"
    assert mine.put(consent).status_code == 204
    assert mine.put(consent).status_code == 204
    assert serve(officer, decided, way="electronic", papers=[paper]).status_code == 201
    assert mine.delete(consent).status_code == 204
    assert mine.delete(consent).json["code"] == "service-consent-missing"
    assert serve(officer, decided, way="electronic", papers=[paper]).status_code == 409


def test_an_announcement_comes_after_another_way_has_failed(
    client_for: ClientFor, decided: str
) -> None:
    officer = client_for("officer.wuhou")
    notice = {"way": "announced", "place": "本机关网站", "reason": "查无此人", "result": True}
    refused = serve(officer, decided, **notice)
    assert (refused.status_code, refused.json["code"]) == (409, "other-ways-first")
    record = serve(officer, decided, result=True, **POST).json["number"]
    failed = officer.post(f"/api/v1/services/{record}/failure", json={"reason": "邮件退回"})
    assert failed.status_code == 204
    assert serve(officer, decided, **notice).status_code == 201
    assert shown(officer, decided)["services"][-1]["served_on"] == "2026-04-01"


@pytest.mark.parametrize(
    ("order", "fields"),
    [
        ({"way": "handed", "result": True}, ["recipient"]),
        ({"way": "posted", "result": True}, ["address", "tracking"]),
        ({"way": "left", "result": True}, ["place", "reason", "witness"]),
        ({"way": "announced", "result": True}, ["place", "reason"]),
        ({"way": "handed", "recipient": "张样例"}, ["papers"]),
        ({"way": "by-pigeon"}, ["way"]),
    ],
)
def test_each_way_names_what_it_needs(
    client_for: ClientFor, decided: str, order: dict[str, Any], fields: list[str]
) -> None:
    answer = serve(client_for("officer.wuhou"), decided, **order)
    assert (answer.status_code, sorted(answer.json["fields"])) == (422, fields)


def test_only_sealed_papers_of_the_case_are_served_by_those_it_concerns(
    app: Flask, client_for: ClientFor, decided: str
) -> None:
    officer = client_for("officer.wuhou")
    unknown = serve(officer, decided, way="handed", papers=["D0"], recipient="张样例")
    assert (unknown.status_code, unknown.json["code"]) == (404, "not-found")
    stranger = serve(client_for("clerk.shapingba"), decided, result=True, **POST)
    assert (stranger.status_code, stranger.json["code"]) == (403, "forbidden")
    elsewhere = serve(client_for("officer.jinjiang"), decided, result=True, **POST)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "wrong-place")
    fresh = received(client_for("clerk.liangjiang"))
    early = serve(officer, fresh, result=True, **POST)
    assert (early.status_code, early.json["code"]) == (409, "transition-refused")
    undecided = brought_to(client_for, "granted")
    paper = paper_of(officer, undecided)
    wet = serve(officer, undecided, way="handed", papers=[paper], recipient="张样例")
    assert (wet.status_code, wet.json["code"]) == (409, "not-ready-yet")
    missing = officer.post("/api/v1/services/S0/failure", json={"reason": "退回"})
    assert (missing.status_code, missing.json["code"]) == (404, "not-found")


def test_results_that_have_not_arrived_are_listed_with_their_limit(
    client_for: ClientFor, clock: StandingClock, decided: str
) -> None:
    officer = client_for("officer.wuhou")
    (line,) = officer.get("/api/v1/deliveries").json["deliveries"]
    assert (line["number"], line["due_on"], line["overdue"]) == (decided, "2026-03-16", False)
    clock.advance(days=15)
    officer = client_for("officer.wuhou")
    (line,) = officer.get("/api/v1/deliveries").json["deliveries"]
    assert line["overdue"] is True
    assert client_for("officer.jinjiang").get("/api/v1/deliveries").json["deliveries"] == []
