"""The code on a receipt can not be found by trying."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.clocks import StandingClock
from tests.support.sample_cases import received


@pytest.mark.both_databases
def test_five_wrong_codes_close_the_status_for_a_while(
    app: Flask, client: FlaskClient, clock: StandingClock
) -> None:
    with app.app_context():
        receipt = received(clock)
    path, right = f"/api/v1/cases/{receipt.number}/status", {"query_code": receipt.query_code}
    wrong = {"query_code": f"{(int(receipt.query_code) + 1) % 1_000_000:06d}"}
    assert {client.post(path, json=wrong).json["code"] for _ in range(5)} == {"query-code-wrong"}
    told = client.post(path, json=right)
    assert (told.status_code, told.json["code"]) == (429, "too-many-guesses")
    page = client.post("/status", data={"number": receipt.number, **right})
    assert page.status_code == 429
    clock.advance(minutes=16)
    assert client.post(path, json=right).status_code == 200
    assert client.post(path, json=wrong).json["code"] == "query-code-wrong"


def test_an_unknown_number_is_answered_as_a_known_one(client: FlaskClient) -> None:
    path, wrong = "/api/v1/cases/50017120260302000001X/status", {"query_code": "000000"}
    codes = [client.post(path, json=wrong).json["code"] for _ in range(6)]
    assert codes == ["query-code-wrong"] * 5 + ["too-many-guesses"]


def test_the_applicant_signed_in_is_not_kept_out(
    app: Flask, client: FlaskClient, client_for: Callable[[str], FlaskClient], clock: StandingClock
) -> None:
    with app.app_context():
        number = received(clock).number
    for _ in range(6):
        client.post(f"/api/v1/cases/{number}/status", json={"query_code": "00000x"})
    assert client_for("zhang").get(f"/api/v1/cases/{number}").status_code == 200
