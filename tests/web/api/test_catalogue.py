"""The editor's desk over HTTP: from a draft to what a citizen reads, and each refusal."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.audit.models import AuditEntry
from kiosk.exchange.models import OutboxMessage
from kiosk.uow import reading
from tests.support.clocks import StandingClock

ITEM = "/api/v1/catalogue/items/37"
ZIYANG = Path(__file__).parents[2] / "unit" / "catalog" / "city_items_ziyang.json"
ClientFor = Callable[[str], FlaskClient]


@pytest.fixture
def author(client_for: ClientFor) -> FlaskClient:
    return client_for("editor.wuhou")


@pytest.fixture
def reviewer(client_for: ClientFor) -> FlaskClient:
    return client_for("editor.shapingba")


def draft(author: FlaskClient, first: str = "2026-03-02", **changes: Any) -> Any:
    body = {"effective_from": first, "changes": changes}
    return author.post(f"{ITEM}/versions", json=body)


def publish(author: FlaskClient, reviewer: FlaskClient, **changes: Any) -> str:
    answer = draft(author, **changes)
    assert answer.status_code == 201, answer.text
    address = f"{ITEM}/versions/{answer.json['version']}"
    assert author.post(f"{address}/submission").status_code == 200
    done = reviewer.post(f"{address}/publication")
    assert done.status_code == 200, done.text
    return address


def test_a_version_is_drafted_reviewed_and_read(
    app: Flask, client: FlaskClient, author: FlaskClient, reviewer: FlaskClient
) -> None:
    before = client.get("/api/v1/items/37").json
    address = publish(author, reviewer, promised_days=0, materials=["新的材料"])
    shown = reviewer.get(address).json
    assert shown["status"] == "published"
    assert (shown["author"], shown["reviewer"]) == ("editor.wuhou", "editor.shapingba")
    assert {change["field"] for change in shown["changes"]} == {"promised_days", "materials"}
    assert client.get("/api/v1/items/37").json["materials"] == ["新的材料"]
    old = client.get(f"{ITEM}/versions/1/guide").json
    assert old["materials"] == before["materials"]
    assert old["form"]["fields"]
    yesterday = client.get(f"{ITEM}/guide?on=2026-03-01").json
    assert (yesterday["version"], yesterday["effective_to"]) == (1, "2026-03-01")
    assert client.get(f"{ITEM}/guide").json["version"] == 2
    with app.app_context(), reading() as session:
        acts = [entry.action for entry in session.query(AuditEntry).filter_by(subject="item:37/2")]
        topics = {message.topic for message in session.query(OutboxMessage)}
    assert acts == ["version-drafted", "version-submitted", "version-published"]
    assert {f"catalogue.{act}" for act in acts} <= topics


def test_the_author_does_not_publish(author: FlaskClient) -> None:
    number = draft(author, note="改").json["version"]
    author.post(f"{ITEM}/versions/{number}/submission")
    answer = author.post(f"{ITEM}/versions/{number}/publication")
    assert (answer.status_code, answer.json["code"]) == (403, "reviewer-is-author")


def test_a_version_is_returned_rewritten_and_then_stays(
    author: FlaskClient, reviewer: FlaskClient
) -> None:
    address = f"{ITEM}/versions/{draft(author, note='一').json['version']}"
    author.post(f"{address}/submission")
    body = {"effective_from": "2026-03-02", "changes": {"note": "二"}}
    assert author.put(address, json=body).json["code"] == "version-step-refused"
    assert reviewer.post(f"{address}/return", json={"words": "写清楚"}).json["status"] == "draft"
    assert author.put(address, json=body).json["content"]["note"] == "二"
    author.post(f"{address}/submission")
    reviewer.post(f"{address}/publication")
    assert author.put(address, json=body).json["code"] == "version-immutable"


def test_drafts_are_for_editors_only(client: FlaskClient, author: FlaskClient) -> None:
    number = draft(author, note="改").json["version"]
    assert client.get(f"{ITEM}/versions").status_code == 401
    assert client.get(f"{ITEM}/versions/{number}/guide").json["code"] == "unknown-version"
    assert len(author.get(f"{ITEM}/versions").json["versions"]) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promised_days": 999}, "promised_days"),
        ({"promised_days": "3"}, "promised_days"),
        ({"modes": ["飞鸽传书"]}, "modes"),
        ({"name": ""}, "name"),
        ({"audience": "猫"}, "audience"),
        ({"seq": 5}, "seq"),
        ({"secret": 1}, "secret"),
        ({"materials": "一"}, "materials"),
        ({"form": {"fields": []}}, "form"),
        ({"provinces": {"云南省": {}}}, "provinces.云南省"),
        ({"provinces": {"四川省": {"legal_days": "x"}}}, "provinces.四川省.legal_days"),
        ({"provinces": []}, "provinces"),
        ({"form": []}, "form"),
    ],
)
def test_every_faulty_cell_is_named(
    author: FlaskClient, changes: dict[str, Any], field: str
) -> None:
    answer = draft(author, **changes)
    if changes == {"provinces": []}:
        assert answer.status_code == 201  # Nothing said of any province.
        return
    assert (answer.status_code, answer.json["code"]) == (422, "content-invalid")
    assert field in answer.json["fields"]


def test_nothing_is_published_while_the_provinces_differ_without_a_reason(
    author: FlaskClient, reviewer: FlaskClient
) -> None:
    own = {"provinces": {"四川省": {"materials": ["另一份材料"]}}}
    address = f"{ITEM}/versions/{draft(author, **own).json['version']}"
    author.post(f"{address}/submission")
    answer = reviewer.post(f"{address}/publication")
    assert (answer.status_code, answer.json["code"]) == (409, "provinces-differ")
    assert set(answer.json["fields"]) == {"justifications.materials"}
    publish(author, reviewer, **own, justifications={"materials": "川办〔2026〕1号"})


def test_the_report_lists_the_demo_differences(reviewer: FlaskClient) -> None:
    found = reviewer.get("/api/v1/catalogue/divergences").json["divergences"]
    assert len({entry["seq"] for entry in found}) == 20
    assert all("示例" in e["sichuan"] + e["chongqing"] + e["justification"] or e["field"].endswith("days")
               for e in found)  # fmt: skip
    assert any(not entry["justification"] for entry in found)


def test_a_registered_item_is_found_once_published(
    client: FlaskClient, author: FlaskClient, reviewer: FlaskClient
) -> None:
    like = {
        name: client.get("/api/v1/items/37").json[name]
        for name in ("department", "theme", "item_type", "audience", "modes", "routing_fact")
    }
    kinds = {"organ_kind_sc": "市场监督管理局", "organ_kind_cq": "市场监督管理局"}
    levels = {"decided_level_sc": "county", "decided_level_cq": "county"}
    new = {**like, **kinds, **levels, "name": "无人机巡检备案", "year": 2026}
    body = {"effective_from": "2026-03-02", "changes": new}
    made = author.post("/api/v1/catalogue/items", json=body)
    assert made.status_code == 201, made.text
    seq = made.json["seq"]
    assert seq >= 1001
    assert client.get(f"/api/v1/items/{seq}").status_code == 404
    address = f"/api/v1/catalogue/items/{seq}/versions/1"
    author.post(f"{address}/submission")
    assert reviewer.post(f"{address}/publication").status_code == 200
    assert client.get(f"/api/v1/items/{seq}").json["name"] == "无人机巡检备案"
    assert client.get(f"/api/v1/items/{seq}/route?district=510107").json["authority_name"]
    short = author.post("/api/v1/catalogue/items", json={**body, "changes": {"name": "缺"}})
    assert {"department", "theme", "modes"} <= set(short.json["fields"])


def test_an_item_is_retired(
    client: FlaskClient, client_for: ClientFor, author: FlaskClient, clock: StandingClock
) -> None:
    body = {"last_day": "2026-03-03", "words": "合并"}
    assert author.post(f"{ITEM}/versions/1/retirement", json=body).json["status"] == "published"
    clock.advance(days=2)
    assert client.get("/api/v1/items/37").status_code == 404
    shown = client_for("editor.wuhou").get(f"{ITEM}/versions/1")
    assert shown.json["status"] == "retired"


def test_an_authority_changes_its_own_offering(client: FlaskClient, author: FlaskClient) -> None:
    code = client.get("/api/v1/items/37/route?district=510107").json["authority_code"]
    address = f"{ITEM}/offerings/{code}"
    assert client.get(address).json["version"] == 0
    window = {"address": "武侯大道1号", "hours": "9:00-17:00"}
    body = {"effective_from": "2026-03-02", "terms": {"windows": [window], "promised_days": 1}}
    answer = author.post(address, json=body)
    assert answer.status_code == 201, answer.text
    assert client.get(address).json["terms"]["windows"][0]["address"] == "武侯大道1号"
    assert client.get(f"{address}?on=2026-03-01").json["version"] == 0
    body["terms"] = {"promised_days": 999, "local_materials": ["承诺书"]}
    assert set(author.post(address, json=body).json["fields"]) == {"promised_days", "justification"}


def test_an_offering_is_suspended_and_ended(client: FlaskClient, author: FlaskClient) -> None:
    code = client.get("/api/v1/items/37/route?district=510107").json["authority_code"]
    address = f"{ITEM}/offerings/{code}"
    days = {"first": "2026-03-03", "last": "2026-03-04", "reason": "升级"}
    made = author.post(f"{address}/suspension", json=days)
    assert (made.status_code, len(made.json["terms"]["suspensions"])) == (201, 1), made.text
    end = {"first": "2026-04-01", "reason": "职能划转"}
    assert author.post(f"{address}/end", json=end).json["terms"]["ended"] == "职能划转"
    past = author.post(f"{address}/end", json=end | {"first": "2026-03-01"})
    assert (past.status_code, past.json["code"]) == (422, "effective-in-past")
    told = author.get(f"{address}/versions").json["versions"]
    assert [(v["effective_from"], v["effective_to"], v["author"]) for v in told] == [
        ("2026-03-03", "2026-03-31", "editor.wuhou"), ("2026-04-01", None, "editor.wuhou"),
    ]  # fmt: skip
    assert client.get(f"{address}/versions").status_code == 401


def test_no_authority_changes_anothers_offering(client: FlaskClient, reviewer: FlaskClient) -> None:
    code = client.get("/api/v1/items/37/route?district=510107").json["authority_code"]
    body = {"effective_from": "2026-03-02", "terms": {}}
    address = f"{ITEM}/offerings/{code}"
    assert reviewer.post(address, json=body).status_code == 403
    end = {"first": "2026-03-02", "reason": "职能划转"}
    assert reviewer.post(f"{address}/suspension", json=end).status_code == 403
    assert reviewer.post(f"{address}/end", json=end).status_code == 403


def upload() -> dict[str, Any]:
    return {"file": (io.BytesIO(ZIYANG.read_bytes()), "list.json")}


def test_a_list_is_inspected_taken_in_mapped_and_exported(author: FlaskClient) -> None:
    address = "/api/v1/catalogue/local-lists/510107"
    dry = author.post(f"{address}/inspection", data=upload())
    assert dry.json.get("rows") == 135, dry.text
    assert author.get(f"{address}/items").json["code"] == "unknown-local-list"
    assert author.post(address, data=upload()).json["taken"] == 135
    assert author.post(address, data=upload()).json["already"] is True
    rows = author.get(f"{address}/items?limit=3").json["rows"]
    assert [row["row"] for row in rows] == [1, 2, 3]
    assert author.put(f"{address}/items/2/mapping", json={"item": 37}).status_code == 204
    assert author.put(f"{address}/items/2/mapping", json={"item": 9999}).status_code == 404
    rows = author.get(f"{address}/items?limit=3&unmapped=true").json["rows"]
    assert [row["row"] for row in rows] == [1, 3, 4]
    out = author.get(f"{address}/export?format=json")
    assert len(out.json["items"]) == 135


def test_lists_of_other_divisions_are_left_alone(author: FlaskClient) -> None:
    for address in ("500106", "510000", "999999"):
        answer = author.post(f"/api/v1/catalogue/local-lists/{address}", data=upload())
        assert answer.status_code == 403
    wrong = {"file": (io.BytesIO(b"x"), "list.exe")}
    answer = author.post("/api/v1/catalogue/local-lists/510107", data=wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "list-unreadable")
    assert author.post("/api/v1/catalogue/local-lists/510107").status_code == 422
