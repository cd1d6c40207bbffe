"""Filters, the answer where nothing fits, and reads that are not sent twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

ClientFor = Callable[[str], FlaskClient]
WUHOU, JINJIANG = "510107", "510104"
BUREAU = "成都市武侯区行政审批局"


def seqs(client: FlaskClient, query: str) -> set[int]:
    return {item["seq"] for item in client.get(f"/api/v1/items?limit=311&{query}").json["items"]}


def lines(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    return client.get(f"/api/v1/items?limit=311&{query}").json["items"]


def bureau(client: FlaskClient) -> str:
    listed = client.get(f"/api/v1/authorities?district={WUHOU}").json["authorities"]
    return next(each["code"] for each in listed if each["name"] == BUREAU)


def test_filters_narrow_what_the_words_find(client: FlaskClient) -> None:
    everything = seqs(client, "q=登记")
    for query in ("audience=法人", "theme=法人-市场准入", "mode=多地联办", f"district={WUHOU}"):
        assert seqs(client, f"q=登记&{query}") < everything, query
    joint = lines(client, "mode=多地联办")
    assert joint
    assert all("多地联办" in item["modes"] for item in joint)
    assert {item["audience"] for item in lines(client, "audience=个人")} == {"个人", "both"}


def test_a_machine_offers_what_needs_no_hands(client: FlaskClient) -> None:
    at_machine = lines(client, "machine=SPB-001")
    assert at_machine
    assert all("全程网办" in item["modes"] for item in at_machine)
    assert all(item["status"] == "在用" for item in at_machine)


def test_a_district_shows_what_its_authorities_receive_today(
    client: FlaskClient, client_for: ClientFor
) -> None:
    before = seqs(client, f"district={WUHOU}")
    assert 37 in before
    assert 87 in before  # Decided by the province for whoever is there.
    assert 185 not in before  # Cancelled.
    assert suspend(client_for("editor.wuhou"), bureau(client)) == 201
    assert seqs(client, f"district={WUHOU}") == before - {37}
    assert 37 in seqs(client, f"district={JINJIANG}")


def suspend(editor: FlaskClient, authority: str) -> int:
    suspension = {"first": "2026-03-02", "last": None, "reason": "系统升级"}
    body = {"effective_from": "2026-03-02", "terms": {"suspensions": [suspension]}}
    address = f"/api/v1/catalogue/items/37/offerings/{authority}"
    return editor.post(address, json=body).status_code


@pytest.mark.parametrize(
    "query", ["q=%23%23%23", "q=😀😀", "theme=没有的主题", "q=结婚&audience=法人"]
)
def test_nothing_found_names_themes_and_a_clerk(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/items?{query}").json
    assert answer["items"] == []
    assert answer["help"]["phone"] == "12345"
    assert answer["help"]["phone"] in answer["help"]["words"]
    assert {theme["audience"] for theme in answer["help"]["themes"]} == {"个人", "法人"}
    page = client.get(f"/items?{query}").text
    assert "12345" in page
    assert "社会保险" in page


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("district=999999", 404, "unknown-district"),
        ("machine=NIX-1", 404, "not-found"),
        ("district=x", 422, "input-invalid"),
        ("mode=飞鸽传书", 422, "input-invalid"),
    ],
)
def test_a_filter_that_names_nothing_is_refused(
    client: FlaskClient, query: str, status: int, code: str
) -> None:
    answer = client.get(f"/api/v1/items?{query}")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_an_unknown_division_has_no_authorities(client: FlaskClient) -> None:
    assert client.get("/api/v1/authorities?district=999999").json["code"] == "unknown-district"


PUBLIC = (
    "/api/v1/items",
    "/api/v1/items?q=身份证",
    f"/api/v1/items?district={WUHOU}",
    "/api/v1/items/37",
    "/api/v1/items/37/form",
    f"/api/v1/items/37/route?district={WUHOU}",
    "/api/v1/divisions",
    f"/api/v1/authorities?district={WUHOU}",
    "/api/v1/catalogue/items/37/guide",
    "/api/v1/catalogue/items/37/versions/1/guide",
)
OF_EDITORS = (
    "/api/v1/catalogue/items/37/versions",
    "/api/v1/catalogue/items/37/versions/1",
    "/api/v1/catalogue/divergences",
    "/api/v1/routing/rules",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_read_is_not_sent_twice(client: FlaskClient, address: str) -> None:
    assert_conditional(client, address, "public, max-age=60")


@pytest.mark.parametrize("address", OF_EDITORS)
def test_an_editor_s_read_is_kept_by_them_alone(client_for: ClientFor, address: str) -> None:
    assert_conditional(client_for("editor.wuhou"), address, "private, no-cache")


def assert_conditional(client: FlaskClient, address: str, kept: str) -> None:
    first = client.get(address)
    assert first.status_code == 200, first.text
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == kept
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_refusal_has_no_name_to_be_kept_under(client: FlaskClient) -> None:
    answer = client.get("/api/v1/items/999")
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
