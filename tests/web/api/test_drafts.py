"""Drafts over HTTP: nothing typed is lost, nobody else opens them, and handing in makes a case once."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from kiosk.workers import watch_limits
from tests.support.clocks import StandingClock
from tests.support.sample_drafts import CARD, CONTENT, FORM, PAPERS, begun, handed_in, sent, shown

ClientFor = Callable[[str], FlaskClient]
DRAFTS = "/api/v1/drafts"


def test_what_was_typed_is_kept_faults_and_all(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    half = {"form": {"branch_name": "武侯", "head_id": "51"}, "delivery": "?"}
    draft = begun(zhang, content=half)["number"]
    saved = zhang.put(
        f"{DRAFTS}/{draft}", json={"version": 1, "content": half | {"registrar": "武"}}
    )
    assert (saved.status_code, saved.json) == (200, {"version": 2})
    told = shown(client_for("zhang"), draft)
    assert told["content"] == half | {"registrar": "武"}
    assert (told["changes"], told["asked"], told["version"]) == ([], {}, 2)
    listed = zhang.get(DRAFTS).json["drafts"]
    assert [line["number"] for line in listed] == [draft]
    assert listed[0]["item_name"] == "内资企业及分支机构设立登记"


def test_a_draft_begun_online_is_resumed_at_a_window_by_card_and_code(
    client_for: ClientFor,
) -> None:
    zhang, clerk = client_for("zhang"), client_for("clerk.shapingba")
    draft = begun(zhang)
    assert clerk.get(f"{DRAFTS}/{draft['number']}").status_code == 404
    opened = clerk.post(
        f"{DRAFTS}/resumption", json={"code": draft["code"], "applicant": CARD}
    ).json
    assert opened["number"] == draft["number"]
    assert opened["code"] != draft["code"]
    assert shown(clerk, draft["number"])["content"] == CONTENT
    assert [line["number"] for line in clerk.get(DRAFTS).json["drafts"]] == [draft["number"]]
    again = clerk.post(f"{DRAFTS}/resumption", json={"code": draft["code"], "applicant": CARD})
    assert again.json["code"] == "draft-code-wrong"  # A code opens once.
    receipt = handed_in(clerk, draft["number"])
    assert receipt.status_code == 201
    case = zhang.get(f"/api/v1/cases/{receipt.json['number']}").json
    assert (case["subject_name"], case["channel"]) == ("重庆样例科技有限公司", "window")


def test_a_window_needs_the_card_as_well_as_the_code(client_for: ClientFor) -> None:
    clerk = client_for("clerk.shapingba")
    assert clerk.post(DRAFTS, json={"item": 37}).json["fields"] == {
        "applicant": ["请读取申请人证件"]
    }
    code = begun(clerk, applicant=CARD)["code"]
    bare = clerk.post(f"{DRAFTS}/resumption", json={"code": code})
    assert bare.json["fields"] == {"applicant": ["请读取申请人证件"]}
    other = {**CARD, "document_number": "500103198512011045"}
    wrong = clerk.post(f"{DRAFTS}/resumption", json={"code": code, "applicant": other})
    assert (wrong.status_code, wrong.json["code"]) == (404, "draft-code-wrong")


def test_resuming_twice_under_one_key_answers_as_the_first_time(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    code = begun(zhang)["code"]
    headers = {"Idempotency-Key": "line-dropped"}
    first = zhang.post(f"{DRAFTS}/resumption", json={"code": code}, headers=headers)
    second = zhang.post(f"{DRAFTS}/resumption", json={"code": code}, headers=headers)
    assert first.status_code == 200
    assert first.json == second.json


def test_codes_can_not_be_found_by_trying(client_for: ClientFor, clock: StandingClock) -> None:
    clerk = client_for("clerk.shapingba")
    code = begun(clerk, applicant=CARD)["code"]
    wrong = {"code": f"{(int(code) + 1) % 1_000_000:06d}", "applicant": CARD}
    tried = [clerk.post(f"{DRAFTS}/resumption", json=wrong).json["code"] for _ in range(6)]
    assert tried == ["draft-code-wrong"] * 5 + ["too-many-guesses"]
    right = {"code": code, "applicant": CARD}
    assert clerk.post(f"{DRAFTS}/resumption", json=right).status_code == 429
    clock.advance(minutes=16)
    assert clerk.post(f"{DRAFTS}/resumption", json=right).status_code == 200


def test_a_code_can_be_renewed_where_the_draft_is_open(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)
    renewed = zhang.post(f"{DRAFTS}/{draft['number']}/code").json
    old = zhang.post(f"{DRAFTS}/resumption", json={"code": draft["code"]})
    assert old.json["code"] == "draft-code-wrong"
    new = zhang.post(f"{DRAFTS}/resumption", json={"code": renewed["code"]})
    assert new.json["number"] == draft["number"]
    assert zhang.post(f"{DRAFTS}/CGX/code").status_code == 404


def test_a_desk_lets_go_of_a_draft_after_its_time(
    client_for: ClientFor, clock: StandingClock
) -> None:
    clerk = client_for("clerk.shapingba")
    draft = begun(clerk, applicant=CARD)["number"]
    assert client_for("clerk.liangjiang").get(f"{DRAFTS}/{draft}").status_code == 404
    clock.advance(minutes=61)
    assert clerk.get(f"{DRAFTS}/{draft}").status_code == 404
    assert shown(client_for("zhang"), draft)["content"] == CONTENT


def test_nobody_else_opens_saves_or_discards_a_draft(client_for: ClientFor) -> None:
    draft, li = begun(client_for("zhang"))["number"], client_for("li")
    body = {"version": 1, "content": {}}
    answers = [
        li.get(f"{DRAFTS}/{draft}"),
        li.put(f"{DRAFTS}/{draft}", json=body),
        li.delete(f"{DRAFTS}/{draft}"),
        li.post(f"{DRAFTS}/{draft}/code"),
        li.post(f"{DRAFTS}/{draft}/submission", json={"version": 1}),
        sent(li, draft),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert client_for("officer.wuhou").get(f"{DRAFTS}/{draft}").status_code == 403


def test_two_screens_do_not_overwrite_each_other(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    assert zhang.put(f"{DRAFTS}/{draft}", json={"version": 1, "content": {}}).status_code == 200
    late = zhang.put(f"{DRAFTS}/{draft}", json={"version": 1, "content": CONTENT})
    assert (late.status_code, late.json["code"]) == (409, "stale-version")
    stale = zhang.post(f"{DRAFTS}/{draft}/submission", json={"version": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "stale-version")


def test_more_than_any_form_holds_is_refused(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    huge = {"form": {"business_scope": "技" * 100_000}}
    refused = zhang.post(DRAFTS, json={"item": 37, "content": huge})
    assert (refused.status_code, refused.json["code"]) == (413, "draft-too-large")
    odd = zhang.post(DRAFTS, json={"item": 37, "content": {"owner": 1}})
    assert odd.status_code == 422
    assert zhang.post(DRAFTS, json={"item": 9999}).json["code"] == "unknown-item"


def test_one_person_keeps_a_limited_number_of_drafts(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    for _ in range(20):
        begun(zhang, content={})
    refused = zhang.post(DRAFTS, json={"item": 37})
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-drafts")


def test_handing_in_tells_every_fault_at_once(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang, content={"form": {**FORM, "head_id": "1"}, "delivery": "post"})["number"]
    refused = handed_in(zhang, draft)
    assert (refused.status_code, refused.json["code"]) == (422, "input-invalid")
    assert {"form.head_id", "postal"} <= set(refused.json["fields"])
    shapeless = begun(zhang, content={"delivery": "by pigeon", "papers": [{"pages": -1}]})
    told = handed_in(zhang, shapeless["number"]).json["fields"]
    assert {"delivery", "materials.0.name", "materials.0.pages"} <= set(told)


def test_missing_papers_are_told_all_at_once_and_the_applicant_may_insist(
    client_for: ClientFor,
) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang, content={**CONTENT, "papers": PAPERS[:2]})["number"]
    refused = handed_in(zhang, draft)
    assert (refused.status_code, refused.json["code"]) == (422, "materials-missing")
    missing = [f"缺少“{paper['name']}”" for paper in PAPERS[2:]]
    assert refused.json["fields"] == {"materials": missing}
    receipt = handed_in(zhang, draft, insists=True)
    assert (receipt.status_code, receipt.json["missing"]) == (201, missing)


def test_a_draft_is_handed_in_once(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    path, headers = f"{DRAFTS}/{draft}/submission", {"Idempotency-Key": "twice-pressed"}
    first = zhang.post(path, json={"version": 1}, headers=headers)
    second = zhang.post(path, json={"version": 1}, headers=headers)
    assert first.status_code == 201
    assert first.json == second.json
    third = zhang.post(path, json={"version": 1})
    assert (third.status_code, third.json["code"]) == (409, "draft-submitted")
    assert first.json["number"] in third.json["detail"]
    assert zhang.get(DRAFTS).json["drafts"] == []
    assert shown(zhang, draft)["content"] == {}
    assert zhang.put(f"{DRAFTS}/{draft}", json={"version": 2, "content": {}}).status_code == 409


def test_discarding_wipes(app: Flask, client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    assert sent(zhang, draft).status_code == 201
    assert len(app.extensions["materials"].list_digests()) == 1
    assert zhang.delete(f"{DRAFTS}/{draft}").status_code == 204
    assert zhang.get(f"{DRAFTS}/{draft}").status_code == 404
    assert app.extensions["materials"].list_digests() == set()


def test_a_draft_is_wiped_when_its_time_is_over(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    draft = begun(client_for("zhang"))["number"]
    assert sent(client_for("zhang"), draft).status_code == 201
    clock.advance(days=30, minutes=1)
    zhang = client_for("zhang")
    assert zhang.get(f"{DRAFTS}/{draft}").status_code == 404
    with app.app_context():
        watch_limits()
        watch_limits()
    assert app.extensions["materials"].list_digests() == set()
