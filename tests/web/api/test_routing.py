"""Rules over HTTP: proved, rehearsed, proposed by one editor, published by another; and each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

ClientFor = Callable[[str], FlaskClient]
ROUTING = "/api/v1/routing"
WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
MERGER = {
    "kind": "succession", "number": "m1", "basis": "机构改革方案", "valid_from": "2026-03-02",
    "predecessor_code": WUHOU, "successor_code": JINJIANG,
}  # fmt: skip


@pytest.fixture
def author(client_for: ClientFor) -> FlaskClient:
    return client_for("editor.wuhou")


@pytest.fixture
def reviewer(client_for: ClientFor) -> FlaskClient:
    return client_for("editor.shapingba")


def proposal(**changes: Any) -> dict[str, Any]:
    return {"rules": [MERGER | changes]}


def test_rules_need_a_second_person(author: FlaskClient, reviewer: FlaskClient) -> None:
    proofs = author.post(f"{ROUTING}/proof", json=proposal()).json["proofs"]
    assert all(proof["sound"] for proof in proofs)
    assert author.post(f"{ROUTING}/rehearsal", json=proposal()).json["replayed"] == 0
    made = author.post(f"{ROUTING}/proposals", json=proposal())
    assert (made.status_code, made.json["status"]) == (201, "in-review"), made.text
    address = f"{ROUTING}/proposals/{made.json['number']}"
    own = author.post(f"{address}/publication")
    assert (own.status_code, own.json["code"]) == (403, "reviewer-is-author")
    assert reviewer.post(f"{address}/publication").json == {"numbers": ["m1"]}
    again = reviewer.post(f"{address}/return", json={"words": "晚了"})
    assert (again.status_code, again.json["code"]) == (409, "proposal-settled")
    told = author.get(address).json
    assert (told["author"], told["reviewer"]) == ("editor.wuhou", "editor.shapingba")
    assert "m1" in {rule["number"] for rule in author.get(f"{ROUTING}/rules").json["rules"]}
    route = author.get("/api/v1/items/37/route?district=510107").json
    assert route["authority_name"] == JINJIANG


def test_a_proposal_is_sent_back_with_the_reason(
    author: FlaskClient, reviewer: FlaskClient
) -> None:
    number = author.post(f"{ROUTING}/proposals", json=proposal()).json["number"]
    address = f"{ROUTING}/proposals/{number}"
    assert reviewer.post(f"{address}/return", json={"words": ""}).status_code == 422
    back = reviewer.post(f"{address}/return", json={"words": "缺文号"}).json
    assert (back["status"], back["words"]) == ("returned", "缺文号")
    assert [p["number"] for p in author.get(f"{ROUTING}/proposals").json["proposals"]] == [number]


def test_what_is_faulty_or_unproved_is_not_even_proposed(
    author: FlaskClient, client_for: ClientFor
) -> None:
    faulty = author.post(f"{ROUTING}/proposals", json=proposal(predecessor_code="没有"))
    assert (faulty.status_code, faulty.json["code"]) == (422, "rules-invalid")
    circle = [
        MERGER,
        MERGER | {"number": "m2", "predecessor_code": JINJIANG, "successor_code": WUHOU},
    ]
    torn = author.post(f"{ROUTING}/proposals", json={"rules": circle})
    assert (torn.status_code, torn.json["code"]) == (409, "rules-unproven")
    assert author.get(f"{ROUTING}/proposals").json == {"proposals": []}
    unknown = author.post(f"{ROUTING}/proposals/GZ/publication")
    assert (unknown.status_code, unknown.json["code"]) == (404, "proposal-unknown")
    assert client_for("officer.wuhou").get(f"{ROUTING}/proposals").status_code == 403
