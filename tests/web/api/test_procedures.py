"""Special procedures, extension, hearing, experts and reminders over HTTP: each route, and its refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.api.test_cases import brought_to, received

ClientFor = Callable[[str], FlaskClient]
TESTING = {"kind": "testing", "reason": "须送检", "expected_days": 4}
WORDS = {"words": "理由"}
EXPERT = {
    "name": "王样例",
    "document_number": "510104199003070031",
    "province": "重庆",
    "field": "企业登记",
    "employer": "样例研究院",
}
REVIEW = {"kind": "expert-review", "reason": "须评审", "expected_days": 4}


def test_a_procedure_a_visit_and_a_review_by_a_shared_expert(client_for: ClientFor) -> None:
    number = brought_to(client_for, "under-review")
    officer, operator = client_for("officer.wuhou"), client_for("operator")
    path = f"/api/v1/cases/{number}"
    assert officer.post(f"{path}/site-visits", json=WORDS).json["state"] == "under-review"
    begun = officer.post(f"{path}/procedures", json=TESTING).json
    assert (begun["state"], begun["statutory_due_on"]) == ("special-procedure", None)
    expert = operator.post("/api/v1/experts", json=EXPERT).json["number"]
    tie = {"kind": "kinship", "document_type": "001", "document_number": "91510100000000000X"}
    assert operator.post(f"/api/v1/experts/{expert}/interests", json=tie).status_code == 204
    (line,) = officer.get(f"/api/v1/experts?case={number}").json["experts"]
    assert (line["number"], line["conflicts"]) == (expert, [])
    reviewed = officer.post(f"{path}/procedures", json=REVIEW | {"experts": [expert]})
    assert reviewed.status_code == 200, reviewed.text
    early = officer.post(f"{path}/procedures/2/end", json=WORDS)
    assert (early.status_code, early.json["code"]) == (409, "expert-opinion-missing")
    opinion = WORDS | {"expert": expert}
    assert officer.post(f"{path}/expert-opinions", json=opinion).status_code == 200
    assert officer.post(f"{path}/procedures/2/end", json=WORDS).status_code == 200
    ended = officer.post(f"{path}/procedures/1/end", json=WORDS).json
    assert ended["state"] == "under-review"
    seen = client_for("zhang").get(f"{path}/procedures").json
    assert [held["words"] for held in seen["procedures"]] == ["检测", "专家评审"]


def test_an_extension_is_asked_declined_asked_again_and_approved(client_for: ClientFor) -> None:
    number = brought_to(client_for, "under-review")
    officer, head = client_for("officer.wuhou"), client_for("supervisor.wuhou")
    path = f"/api/v1/cases/{number}/extension"
    asked = WORDS | {"days": 3}
    assert officer.post(path, json=asked).status_code == 200
    own = officer.post(f"{path}/approval", json={})
    assert (own.status_code, own.json["code"]) == (403, "second-officer-needed")
    assert head.post(f"{path}/refusal", json=WORDS).status_code == 200
    assert officer.post(path, json=asked).status_code == 200
    approved = head.post(f"{path}/approval", json={})
    assert approved.json["statutory_due_on"] == "2026-03-10"
    again = officer.post(path, json=asked)
    assert (again.status_code, again.json["code"]) == (409, "extension-refused")


def test_a_hearing_is_told_asked_for_arranged_and_minuted(
    client_for: ClientFor, clock: Any
) -> None:
    number = brought_to(client_for, "under-review")
    path = f"/api/v1/cases/{number}/hearing"
    assert client_for("officer.wuhou").post(path, json=WORDS).status_code == 200
    barred = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/grant", json=WORDS)
    assert (barred.status_code, barred.json["code"]) == (409, "hearing-open")
    assert client_for("zhang").post(f"{path}/request", json={}).status_code == 200
    held = {"place": "听证室", "held_at": "2026-03-12T09:30:00+08:00"}
    early = held | {"held_at": "2026-03-04T09:30:00+08:00"}
    refused = client_for("officer.wuhou").post(f"{path}/arrangement", json=early)
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["held_at"])
    arranged = client_for("officer.wuhou").post(f"{path}/arrangement", json=held)
    assert arranged.json["state"] == "special-procedure"
    clock.advance(days=10, hours=3)
    minutes = WORDS | {"presider": "supervisor.wuhou"}
    done = client_for("officer.wuhou").post(f"{path}/minutes", json=minutes)
    assert (done.status_code, done.json["state"]) == (200, "under-review")


@pytest.mark.parametrize(
    ("login", "path", "body", "status", "code"),
    [
        ("officer.jinjiang", "procedures", TESTING, 403, "wrong-place"),
        ("zhang", "procedures", TESTING, 403, "forbidden"),
        ("officer.wuhou", "procedures", TESTING | {"kind": "site-visit"}, 422, "input-invalid"),
        ("officer.wuhou", "procedures", TESTING | {"experts": ["E0000"]}, 422, "input-invalid"),
        ("officer.wuhou", "procedures", TESTING | {"kind": "hearing"}, 409, "procedure-refused"),
        ("officer.wuhou", "procedures", REVIEW, 422, "input-invalid"),
        ("officer.wuhou", "procedures", REVIEW | {"experts": ["E0000"]}, 404, "not-found"),
        ("officer.wuhou", "procedures/1/end", WORDS, 409, "transition-refused"),
        (
            "officer.wuhou",
            "expert-opinions",
            WORDS | {"expert": "E0000"},
            409,
            "transition-refused",
        ),
        ("clerk.liangjiang", "site-visits", WORDS, 403, "forbidden"),
        ("officer.wuhou", "extension", WORDS | {"days": 4}, 422, "input-invalid"),
        ("supervisor.wuhou", "extension/approval", {}, 409, "extension-refused"),
        ("supervisor.wuhou", "extension/refusal", WORDS, 409, "extension-refused"),
        ("officer.jinjiang", "hearing", WORDS, 403, "wrong-place"),
        ("li", "hearing/request", {}, 403, "forbidden"),
        ("zhang", "hearing/request", {}, 409, "hearing-refused"),
        (
            "officer.wuhou",
            "hearing/arrangement",
            {"place": "听证室", "held_at": "2026-03-12T09:30:00+08:00"},
            409,
            "hearing-refused",
        ),
        (
            "officer.wuhou",
            "hearing/minutes",
            WORDS | {"presider": "supervisor.wuhou"},
            409,
            "hearing-refused",
        ),
    ],
)
def test_a_case_under_review_refuses(
    client_for: ClientFor, login: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    number = brought_to(client_for, "under-review")
    answer = client_for(login).post(f"/api/v1/cases/{number}/{path}", json=body)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def test_strangers_see_nothing_and_only_operators_enter_experts(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    hidden = client_for("li").get(f"/api/v1/cases/{number}/procedures")
    assert (hidden.status_code, hidden.json["code"]) == (404, "not-found")
    officer = client_for("officer.wuhou")
    assert officer.post("/api/v1/experts", json=EXPERT).json["code"] == "forbidden"
    unknown = {"kind": "other", "document_type": "111", "document_number": "1"}
    nobody = client_for("operator").post("/api/v1/experts/E0000/interests", json=unknown)
    assert nobody.json["code"] == "not-found"
    assert officer.get("/api/v1/reminders").json == {"reminders": []}
    assert client_for("zhang").get("/api/v1/reminders").json["code"] == "forbidden"
