"""Corrections over HTTP: each route as it should go, and each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.api.test_cases import received

ClientFor = Callable[[str], FlaskClient]
LISTED: dict[str, Any] = {
    "defects": [
        {"paper": "住所使用证明", "reason": "缺少第二页", "mend": "提交完整复印件"},
        {"field": "business_scope", "reason": "表述不规范", "mend": "按规范表述填写"},
    ]
}


def asked(client_for: ClientFor) -> str:
    number = received(client_for("clerk.liangjiang"))
    officer = client_for("officer.wuhou")
    answer = officer.post(f"/api/v1/cases/{number}/corrections", json=LISTED)
    assert answer.status_code == 200, answer.text
    assert answer.json["state_words"] == "待补正"
    assert answer.json["clocks"][0]["key"] == "correction"
    return number


def test_a_correction_is_told_and_answered(client_for: ClientFor) -> None:
    number = asked(client_for)
    citizen, clerk = client_for("zhang"), client_for("clerk.liangjiang")
    (notice,) = citizen.get(f"/api/v1/cases/{number}/corrections").json["corrections"]
    assert [defect["code"] for defect in notice["defects"]] == ["1.1", "1.2"]
    path = f"/api/v1/cases/{number}/corrections/answers"
    part = citizen.post(path, json={"answers": [{"defect": "1.2", "value": "食品销售"}]})
    assert part.json["state"] == "correction-requested"
    rest = clerk.post(path, json={"answers": [{"defect": "1.1", "form": "paper", "pages": 2}]})
    assert (rest.json["state"], rest.json["complete_on"]) == ("received", "2026-03-02")
    again = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/corrections", json=LISTED)
    assert (again.status_code, again.json["code"]) == (409, "correction-already-told")


def test_what_is_mended_at_the_window(client_for: ClientFor) -> None:
    clerk = client_for("clerk.liangjiang")
    number = received(clerk)
    fixed = clerk.post(f"/api/v1/cases/{number}/fixes", json={"fixes": [{"paper": "身份证复印件"}]})
    assert (fixed.status_code, fixed.json["state"]) == (200, "received")


@pytest.mark.parametrize(
    ("login", "path", "body", "status", "code"),
    [
        ("clerk.liangjiang", "corrections", LISTED, 403, "forbidden"),
        ("officer.jinjiang", "corrections", LISTED, 403, "wrong-place"),
        ("officer.wuhou", "corrections", {"defects": []}, 422, "input-invalid"),
        (
            "officer.wuhou",
            "corrections",
            {"defects": LISTED["defects"], "days": 0},
            422,
            "input-invalid",
        ),
        ("officer.wuhou", "corrections", LISTED | {"version": 99}, 409, "stale-version"),
        (
            "zhang",
            "corrections/answers",
            {"answers": [{"defect": "1.1"}]},
            409,
            "transition-refused",
        ),
        ("li", "corrections/answers", {"answers": [{"defect": "1.1"}]}, 403, "forbidden"),
        (
            "officer.wuhou",
            "corrections/answers",
            {"answers": [{"defect": "1.1"}]},
            403,
            "forbidden",
        ),
        ("clerk.shapingba", "fixes", {"fixes": [{"paper": "申请书"}]}, 403, "wrong-place"),
        ("zhang", "fixes", {"fixes": [{"paper": "申请书"}]}, 403, "forbidden"),
        ("clerk.liangjiang", "fixes", {"fixes": [{}]}, 422, "input-invalid"),
        (
            "officer.wuhou",
            "non-acceptance",
            {"words": "场所在锦江", "ground": "out-of-scope"},
            422,
            "competent-organ-missing",
        ),
    ],
)
def test_a_received_case_refuses(
    client_for: ClientFor, login: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    number = received(client_for("clerk.liangjiang"))
    answer = client_for(login).post(f"/api/v1/cases/{number}/{path}", json=body)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_strangers_corrections_are_nobodys_business(client_for: ClientFor) -> None:
    number = asked(client_for)
    answer = client_for("li").get(f"/api/v1/cases/{number}/corrections")
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_the_competent_organ_is_told(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    body = {
        "words": "场所在锦江",
        "ground": "out-of-scope",
        "competent": "成都市锦江区市场监督管理局",
    }
    told = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/non-acceptance", json=body)
    assert (told.status_code, told.json["state"]) == (200, "not-accepted")
    assert "锦江区市场监督管理局" in told.json["reasons"]
