"""The straight path of a case over HTTP, and every act that the wrong place or role may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from deploy.demo import branch_form
from kiosk import workers
from kiosk.demo import PEOPLE
from kiosk.uow import reading
from services_catalog.orm import Base
from tests.support.case_papers import shown_decision_papers

ClientFor = Callable[[str], FlaskClient]
ZHANG, LI, OUYANG = PEOPLE


def application(person: dict[str, str] = ZHANG, **changes: Any) -> dict[str, Any]:
    """The application for a branch in Wuhou, as a window sends it."""
    return {
        "item": 37,
        "form": branch_form(person, "510107", "武侯大道"),
        "applicant": {
            "name": person["name"],
            "document_number": person["document_number"],
            "phone": person["phone"],
        },
        "materials": [{"name": "公司登记(备案)申请书", "form": "paper", "pages": 2}],
        **changes,
    }


def received(clerk: FlaskClient, **changes: Any) -> str:
    answer = clerk.post("/api/v1/cases", json=application(**changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json["number"])


def brought_to(client_for: ClientFor, state: str) -> str:
    """A case received at 两江 and brought to a state by the officer of Wuhou."""
    officer = client_for("officer.wuhou")
    number = received(client_for("clerk.liangjiang"))
    steps = {"accepted": "acceptance", "under-review": "review", "granted": "grant"}
    for reached, act in steps.items():
        body = {"words": "材料齐全，准予登记。"} if act == "grant" else {}
        assert officer.post(f"/api/v1/cases/{number}/{act}", json=body).status_code == 200
        if reached == state:
            break
    return number


def rows(app: Flask) -> dict[str, int]:
    """How many rows each table has."""
    with app.app_context(), reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_a_case_goes_from_receipt_to_close(app: Flask, client_for: ClientFor) -> None:
    number = brought_to(client_for, "granted")
    with app.app_context():
        workers.drain()
    officer, clerk = client_for("officer.wuhou"), client_for("clerk.liangjiang")
    case = clerk.get(f"/api/v1/cases/{number}").json
    assert case["deciding_name"] == "成都市武侯区行政审批局"
    assert case["receiving_place"] == "两江新区政务大厅川渝通办窗口"
    assert {paper["title"]: paper["state"] for paper in case["papers"]} == dict.fromkeys(
        ("收件凭证", "受理通知书", "营业执照"), "sealed"
    )
    assert case["copies"][0]["label"] == "1-1"
    assert len(case["result_code"]) == 18
    handed = clerk.post(f"/api/v1/cases/{number}/delivery", json={"words": "窗口领取"})
    assert handed.json["state"] == "delivered"
    closed = officer.post(f"/api/v1/cases/{number}/closing", json={})
    assert closed.json["state"] == "closed"
    events = closed.json["events"]
    assert [event["action"] for event in events] == [
        "receive", "accept", "review", "grant", "deliver", "close",
    ]  # fmt: skip
    assert all(event["receiving_place"] and event["deciding_name"] for event in events)


def test_receipt_explains_who_decides_and_is_no_acceptance(client_for: ClientFor) -> None:
    answer = client_for("clerk.liangjiang").post("/api/v1/cases", json=application()).json
    assert answer["deciding_authority"] == "成都市武侯区行政审批局"
    assert answer["acceptance_due_on"] == "2026-03-09"
    assert answer["assumed"] is True
    assert any("武侯区" in words for words in answer["explanation"])
    assert len(answer["number"]) == 21
    assert answer["number"].startswith("50017120260302000001")


@pytest.mark.parametrize(
    ("login", "act", "code"),
    [
        ("clerk.liangjiang", "acceptance", "forbidden"),
        ("officer.jinjiang", "acceptance", "wrong-place"),
        ("zhang", "acceptance", "forbidden"),
        ("officer.jinjiang", "non-acceptance", "wrong-place"),
        ("officer.wuhou", "review", "transition-refused"),
        ("officer.wuhou", "grant", "transition-refused"),
        ("officer.wuhou", "refusal", "transition-refused"),
        ("officer.wuhou", "closing", "transition-refused"),
        ("clerk.shapingba", "delivery", "forbidden"),
        ("li", "withdrawal", "forbidden"),
        ("officer.wuhou", "withdrawal", "forbidden"),
    ],
)
def test_a_received_case_refuses_the_wrong_act(
    app: Flask, client_for: ClientFor, login: str, act: str, code: str
) -> None:
    number = received(client_for("clerk.liangjiang"))
    client = client_for(login)
    before = rows(app)
    body = {"words": "理由"} if act in ("non-acceptance", "grant", "refusal", "delivery") else {}
    answer = client.post(f"/api/v1/cases/{number}/{act}", json=body)
    assert answer.json["code"] == code
    assert answer.content_type == "application/problem+json"
    assert rows(app) == before


def test_another_place_can_not_grant_what_is_under_review(
    app: Flask, client_for: ClientFor
) -> None:
    number = brought_to(client_for, "under-review")
    other = client_for("officer.jinjiang")
    before = rows(app)
    answer = other.post(f"/api/v1/cases/{number}/grant", json={"words": "同意"})
    assert (answer.status_code, answer.json["code"]) == (403, "wrong-place")
    assert rows(app) == before


def test_a_stale_version_is_refused(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    officer = client_for("officer.wuhou")
    seen = officer.get(f"/api/v1/cases/{number}").json["version"]
    assert (
        officer.post(f"/api/v1/cases/{number}/acceptance", json={"version": seen}).status_code
        == 200
    )
    answer = officer.post(f"/api/v1/cases/{number}/review", json={"version": seen})
    assert (answer.status_code, answer.json["code"]) == (409, "stale-version")


def test_refusal_names_reasons_and_remedies(app: Flask, client_for: ClientFor) -> None:
    number = brought_to(client_for, "under-review")
    officer = client_for("officer.wuhou")
    empty = officer.post(f"/api/v1/cases/{number}/refusal", json={"words": " "})
    assert (empty.status_code, empty.json["code"]) == (422, "input-invalid")
    answer = officer.post(f"/api/v1/cases/{number}/refusal", json={"words": "经营场所证明无效"})
    assert answer.json["state"] == "refused"
    with app.app_context():
        workers.drain()
    (paper,) = shown_decision_papers(officer.get(f"/api/v1/cases/{number}").json)
    assert paper["title"] == "不予登记通知书"
    data = officer.get(f"/api/v1/cases/{number}/papers/{paper['number']}").data
    assert data.startswith(b"%PDF-")


def test_not_accepting_needs_a_reason_and_ends_the_case(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    officer = client_for("officer.wuhou")
    answer = officer.post(f"/api/v1/cases/{number}/non-acceptance", json={})
    assert "words" in answer.json["fields"]
    answer = officer.post(
        f"/api/v1/cases/{number}/non-acceptance", json={"words": "不属于本机关职权"}
    )
    assert answer.json["state"] == "not-accepted"


def test_the_applicant_withdraws_before_the_decision(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    mine = client_for("zhang")
    assert mine.post(f"/api/v1/cases/{number}/withdrawal", json={}).json["state"] == "withdrawn"
    assert mine.get("/api/v1/cases").json["cases"][0]["state_words"] == "已撤回"


def test_strangers_do_not_learn_that_a_case_exists(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    for login in ("li", "clerk.shapingba", "officer.jinjiang"):
        answer = client_for(login).get(f"/api/v1/cases/{number}")
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_status_by_number_and_code_is_masked(client: FlaskClient, client_for: ClientFor) -> None:
    receipt = client_for("clerk.liangjiang").post("/api/v1/cases", json=application()).json
    path = f"/api/v1/cases/{receipt['number']}/status"
    told = client.post(path, json={"query_code": receipt["query_code"]})
    assert told.json["state_words"] == "已收件"
    assert ZHANG["document_number"] not in told.text
    assert ZHANG["name"] not in told.text
    wrong = "000000" if receipt["query_code"] != "000000" else "000001"
    assert client.post(path, json={"query_code": wrong}).json["code"] == "query-code-wrong"


def test_the_same_key_gets_the_first_answer(app: Flask, client_for: ClientFor) -> None:
    clerk, body = client_for("clerk.liangjiang"), application()
    first = clerk.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "window-0001"})
    before = rows(app)
    second = clerk.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "window-0001"})
    assert second.json == first.json
    assert rows(app) == before
    body["form"]["branch_name"] = "重庆样例科技有限公司成都分公司"
    other = clerk.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "window-0001"})
    assert (other.status_code, other.json["code"]) == (409, "idempotency-key-reused")


def test_bad_input_names_every_faulty_field_and_writes_nothing(
    app: Flask, client_for: ClientFor
) -> None:
    clerk = client_for("clerk.liangjiang")
    before = rows(app)
    form = branch_form(ZHANG, "510107", "武侯大道") | {
        "head_id": "510104199003070010",
        "extra": "x",
    }
    del form["business_scope"]
    answer = clerk.post(
        "/api/v1/cases", json=application(form=form, applicant=None, delivery="post")
    )
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {
        "applicant", "postal", "form.head_id", "form.extra", "form.business_scope",
    }  # fmt: skip
    assert ZHANG["document_number"] not in answer.text
    assert rows(app) == before


def test_a_name_the_page_can_not_draw_stops_the_decision(app: Flask, client_for: ClientFor) -> None:
    clerk, officer = client_for("clerk.liangjiang"), client_for("officer.wuhou")
    form = branch_form(ZHANG, "510107", "武侯大道") | {"head_name": "张\U0003134a"}
    number = received(clerk, form=form)
    for act in ("acceptance", "review"):
        officer.post(f"/api/v1/cases/{number}/{act}", json={})
    before = rows(app)
    answer = officer.post(f"/api/v1/cases/{number}/grant", json={"words": "同意"})
    assert (answer.status_code, answer.json["code"]) == (409, "glyph-missing")
    assert "U+3134A" in answer.json["detail"]
    assert rows(app) == before


@pytest.mark.parametrize(("seq", "reason"), [(185, "对外贸易法"), (286, "动物防疫法")])
def test_a_cancelled_item_says_why(client_for: ClientFor, seq: int, reason: str) -> None:
    body = application(item=seq, form={})
    answer = client_for("clerk.liangjiang").post("/api/v1/cases", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "item-cancelled")
    assert reason in answer.json["detail"]


def test_an_original_is_not_handed_out_as_a_file(app: Flask, client_for: ClientFor) -> None:
    number = brought_to(client_for, "granted")
    with app.app_context():
        workers.drain()
    mine = client_for("zhang")
    paper = shown_decision_papers(mine.get(f"/api/v1/cases/{number}").json)[0]["number"]
    answer = mine.get(f"/api/v1/cases/{number}/papers/{paper}")
    assert (answer.status_code, answer.json["code"]) == (409, "original-from-machine")


def test_an_online_application_is_no_window_s_business(client_for: ClientFor) -> None:
    body = application(LI, applicant=None)
    body["form"] |= branch_form(LI, "500106", "沙坪坝大道")
    number = client_for("li").post("/api/v1/cases", json=body).json["number"]
    clerk = client_for("clerk.shapingba")
    assert clerk.get("/api/v1/cases").json["cases"] == []
    assert clerk.get(f"/api/v1/cases/{number}").json["code"] == "not-found"
