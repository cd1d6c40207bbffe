"""The guide answers before queuing, for any day and place, as data, as a page and on one sheet of paper."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pikepdf import Pdf

from kiosk.catalogue import catalogue
from kiosk.web.guides import document_of, guide_for_reader
from printing.render import render
from tests.web.api.test_catalogue import ITEM, publish

ClientFor = Callable[[str], FlaskClient]
WUHOU = "510107"
BUREAU = "成都市武侯区行政审批局"


def words_of(pdf: bytes, folder: Path) -> str:
    (folder / "guide.pdf").write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-layout", folder / "guide.pdf", "-"],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return "".join(told.stdout.decode().split())


def test_the_guide_answers_what_people_ask(client: FlaskClient) -> None:
    guide = client.get(f"{ITEM}/guide?district={WUHOU}").json
    assert [entry["name"] for entry in guide["bring"]] == guide["materials"]
    assert all(entry["on_file"] is None for entry in guide["bring"])
    assert guide["decides"]["authority_name"] == BUREAU
    assert guide["decides"]["explanation"]
    assert guide["result"]["printable"] is True
    assert guide["phones"][-1]["number"] == "12345"
    assert guide["where"]
    assert guide["takes"]["promised"]
    assert guide["costs"]


def test_without_a_place_the_guide_says_by_which_rule_the_authority_is_found(
    client: FlaskClient,
) -> None:
    decides = client.get(f"{ITEM}/guide").json["decides"]
    assert decides["authority_name"] is None
    assert "决定" in decides["explanation"][0]


def test_where_nobody_decides_the_guide_says_why(client: FlaskClient) -> None:
    decides = client.get(f"{ITEM}/guide?district=500171").json["decides"]
    assert decides["authority_name"] is None
    assert len(decides["explanation"]) == 2


def offer(author: FlaskClient, client: FlaskClient, **terms: Any) -> None:
    code = client.get(f"{ITEM}/guide?district={WUHOU}").json["decides"]["authority_code"]
    body = {"effective_from": "2026-03-02", "terms": terms}
    answer = author.post(f"{ITEM}/offerings/{code}", json=body)
    assert answer.status_code == 201, answer.text


def test_what_an_authority_offers_stands_in_its_guide(
    client: FlaskClient, client_for: ClientFor, tmp_path: Path
) -> None:
    before = client.get(f"{ITEM}/guide?district={WUHOU}")
    window = {"address": "武侯大道1号", "hours": "9:00-17:00", "phone": "028-00000001"}
    offer(client_for("editor.wuhou"), client, windows=[window], promised_days=0)
    guide = client.get(f"{ITEM}/guide?district={WUHOU}")
    assert guide.headers["ETag"] != before.headers["ETag"]
    assert f"{BUREAU}：武侯大道1号　9:00-17:00" in guide.json["where"]
    assert {"name": BUREAU, "number": "028-00000001"} in guide.json["phones"]
    assert guide.json["takes"]["promised"] == "当场办结"
    printed = words_of(client.get(f"{ITEM}/guide.pdf?district={WUHOU}").data, tmp_path)
    assert "武侯大道1号" in printed
    page = client.get(f"/items/37?district={WUHOU}").text
    assert "028-00000001" in page
    assert BUREAU in page
    assert "武侯大道1号" not in client.get(f"/items/37?district={WUHOU}&on=2026-03-01").text


def test_a_suspension_stands_at_the_top(
    client: FlaskClient, client_for: ClientFor, tmp_path: Path
) -> None:
    suspension = {"first": "2026-03-02", "last": None, "reason": "系统升级暂停"}
    offer(client_for("editor.wuhou"), client, suspensions=[suspension])
    assert client.get(f"{ITEM}/guide?district={WUHOU}").json["suspended"] == "系统升级暂停"
    printed = words_of(client.get(f"{ITEM}/guide.pdf?district={WUHOU}").data, tmp_path)
    assert "请注意：系统升级暂停" in printed
    assert "系统升级暂停" in client.get(f"/items/37?district={WUHOU}").text


def test_an_old_guide_is_shown_as_it_was(client: FlaskClient, client_for: ClientFor) -> None:
    before = client.get(f"{ITEM}/guide.pdf?on=2026-03-01").data
    publish(client_for("editor.wuhou"), client_for("editor.shapingba"), materials=["新的材料"])
    assert client.get(f"{ITEM}/guide.pdf?on=2026-03-01").data == before
    assert client.get(f"{ITEM}/guide.pdf").data != before
    assert "新的材料" in client.get("/items/37").text
    assert "新的材料" not in client.get("/items/37?on=2026-03-01").text


def test_the_notice_is_one_sheet_for_every_item(app: Flask) -> None:
    with app.test_request_context("/"):
        for seq in catalogue().items:
            paper = render(document_of(guide_for_reader(seq, district=WUHOU)))
            with Pdf.open(io.BytesIO(paper.data)) as pdf:
                assert len(pdf.pages) == 1, seq


def test_the_pages_lead_to_the_notice(client: FlaskClient) -> None:
    for page in ("/items/37", "/touch/items/37"):
        assert "/api/v1/catalogue/items/37/guide.pdf" in client.get(page).text
    answer = client.get(f"{ITEM}/guide.pdf")
    assert answer.mimetype == "application/pdf"
    again = client.get(f"{ITEM}/guide.pdf", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("on=x", 422, "input-invalid"),
        ("district=x", 422, "input-invalid"),
        ("district=999999", 404, "unknown-district"),
        ("on=1999-01-01", 404, "unknown-version"),
    ],
)
@pytest.mark.parametrize("form", ["guide", "guide.pdf"])
def test_a_guide_that_can_not_be_given_is_refused(
    client: FlaskClient, form: str, query: str, status: int, code: str
) -> None:
    answer = client.get(f"{ITEM}/{form}?{query}")
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert client.get(f"/items/37?{query}").status_code in (200, 404)


def test_the_guide_of_a_signed_in_person_is_kept_by_them_alone(client_for: ClientFor) -> None:
    assert client_for("zhang").get(f"{ITEM}/guide").headers["Cache-Control"] == "private, no-cache"
