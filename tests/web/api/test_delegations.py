"""Delegations over HTTP and at the terminal: entered, confirmed by a second officer, told, ended; each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

ClientFor = Callable[[str], FlaskClient]
DELEGATIONS = "/api/v1/delegations"
WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
WISH = {
    "delegate": JINJIANG, "item_seqs": [36, 37], "basis": "《行政许可委托书》",
    "document_number": "成武审委〔2026〕1号", "document_date": "2026-02-27",
    "announced": "已于2026年2月28日在区政府网站公告", "valid_from": "2026-03-02",
}  # fmt: skip


@pytest.fixture
def first(client_for: ClientFor) -> FlaskClient:
    return client_for("officer.wuhou")


@pytest.fixture
def second(client_for: ClientFor) -> FlaskClient:
    return client_for("second.wuhou")


def entered(first: FlaskClient, **changes: Any) -> str:
    """The address of an entry that waits for its second officer."""
    made = first.post(f"{DELEGATIONS}/proposals", json=WISH | changes)
    assert made.status_code == 201, made.text
    return f"{DELEGATIONS}/proposals/{made.json['number']}"


def test_a_delegation_is_entered_confirmed_told_to_all_and_ended(
    first: FlaskClient, second: FlaskClient, client: FlaskClient, client_for: ClientFor
) -> None:
    address = entered(first)
    waiting = second.get(f"{DELEGATIONS}/proposals").json["proposals"]
    assert [row["author"] for row in waiting] == ["officer.wuhou"]
    own = first.post(f"{address}/confirmation")
    assert (own.status_code, own.json["code"]) == (403, "reviewer-is-author")
    stranger = client_for("officer.jinjiang").post(f"{address}/confirmation")
    assert (stranger.status_code, stranger.json["code"]) == (404, "not-found")
    numbers = second.post(f"{address}/confirmation").json["numbers"]
    again = second.post(f"{address}/confirmation")
    assert (again.status_code, again.json["code"]) == (409, "proposal-settled")
    told = client.get(DELEGATIONS).json["delegations"]
    assert [row["number"] for row in told] == numbers[::-1]
    assert (told[0]["delegating_name"], told[0]["delegate_name"]) == (WUHOU, JINJIANG)
    assert told[0]["document_number"] == "成武审委〔2026〕1号"
    ending = first.post(f"{DELEGATIONS}/{numbers[0]}/end", json={"last_day": "2026-06-30"})
    assert ending.status_code == 201
    second.post(f"{DELEGATIONS}/proposals/{ending.json['number']}/confirmation")
    ended = {row["number"]: row["valid_to"] for row in client.get(DELEGATIONS).json["delegations"]}
    assert ended == {numbers[0]: "2026-06-30", numbers[1]: None}


def test_what_is_not_allowed_is_refused_in_words(first: FlaskClient, second: FlaskClient) -> None:
    no_organ = first.post(
        f"{DELEGATIONS}/proposals", json=WISH | {"delegate": "成都住房公积金管理中心"}
    )
    assert (no_organ.status_code, no_organ.json["code"]) == (409, "delegation-refused")
    assert "不是行政机关" in no_organ.json["detail"]
    unknown = first.post(f"{DELEGATIONS}/proposals", json=WISH | {"delegate": "没有"})
    assert (unknown.status_code, unknown.json["code"]) == (422, "rules-invalid")
    nothing = first.post(f"{DELEGATIONS}/proposals", json=WISH | {"document_number": ""})
    assert nothing.status_code == 422
    address = entered(first)
    assert second.post(f"{address}/return", json={"words": "缺公告"}).status_code == 204
    late = second.post(f"{address}/confirmation")
    assert (late.status_code, late.json["code"]) == (409, "proposal-settled")
    absent = first.post(f"{DELEGATIONS}/WT/end", json={"last_day": "2026-06-30"})
    assert (absent.status_code, absent.json["code"]) == (404, "not-found")


def test_the_same_at_the_terminal(app: Flask) -> None:
    runner = app.test_cli_runner()

    def run(*words: str) -> str:
        return runner.invoke(args=["casework", *words]).output.strip()

    given = (
        "delegate", JINJIANG, "--item", "37", "--document", "《行政许可委托书》", "成武审委〔2026〕1号",
        "2026-02-27", "--announced", "已公告", "--from", "2026-03-02",
    )  # fmt: skip
    number = run(*given, "--officer", "officer.wuhou")
    assert "起草人不能审核" in run("confirm-delegation", number, "--officer", "officer.wuhou")
    rule = run("confirm-delegation", number, "--officer", "second.wuhou").removeprefix("已生效：")
    assert f'"number": "{rule}"' in run("delegations")
    ending = run("end-delegation", rule, "--last-day", "2026-06-30", "--officer", "officer.wuhou")
    assert "已退回" in run(
        "return-delegation", ending, "--words", "不终止", "--officer", "second.wuhou"
    )
    assert "没有审批人员" in run(*given, "--officer", "editor.wuhou")
