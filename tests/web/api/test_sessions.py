"""Signing in and out over HTTP."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask
from flask.testing import FlaskClient

from kiosk.demo import PASSWORD
from kiosk.errors import NotFound
from kiosk.identity import second_factor
from kiosk.identity.actors import SYSTEM
from tests.support.clocks import StandingClock


def test_staff_sign_in_and_out(client_for: Callable[[str], FlaskClient]) -> None:
    clerk = client_for("clerk.liangjiang")
    assert clerk.get("/api/v1/sessions/current").json["role"] == "clerk"
    assert clerk.delete("/api/v1/sessions/current").status_code == 204
    assert clerk.get("/api/v1/sessions/current").json["code"] == "not-signed-in"


def test_a_session_ends_by_itself(
    client_for: Callable[[str], FlaskClient], clock: StandingClock
) -> None:
    citizen = client_for("zhang")
    clock.advance(minutes=29)
    assert citizen.get("/api/v1/sessions/current").status_code == 200
    clock.advance(minutes=2)
    assert citizen.get("/api/v1/sessions/current").status_code == 401


def test_five_wrong_passwords_lock_the_account_for_a_while(
    client: FlaskClient, clock: StandingClock
) -> None:
    body = {"login": "clerk.liangjiang", "password": "wrong"}
    answers = [client.post("/api/v1/sessions/staff", json=body) for _ in range(5)]
    assert {answer.json["code"] for answer in answers} == {"sign-in-refused"}
    right = {"login": "clerk.liangjiang", "password": PASSWORD}
    assert client.post("/api/v1/sessions/staff", json=right).json["code"] == "account-locked"
    clock.advance(minutes=16)
    assert client.post("/api/v1/sessions/staff", json=right).status_code == 201


def test_an_unknown_login_is_refused_like_a_wrong_password(client: FlaskClient) -> None:
    answer = client.post("/api/v1/sessions/staff", json={"login": "nobody", "password": "x"})
    assert (answer.status_code, answer.json["code"]) == (401, "sign-in-refused")


def test_a_ticket_works_once(app: Flask, client: FlaskClient) -> None:
    ticket = client.post("/api/v1/demo/tickets", json={"person": "li"}).json["ticket"]
    assert client.post("/api/v1/sessions/online", json={"ticket": ticket}).status_code == 201
    again = client.post("/api/v1/sessions/online", json={"ticket": ticket})
    assert (again.status_code, again.json["code"]) == (401, "identity-unconfirmed")
    crooked = client.post("/api/v1/sessions/online", json={"ticket": "../people.json"})
    assert crooked.json["code"] == "identity-unconfirmed"


def test_the_demo_stands_in_outside_production_only(app: Flask) -> None:
    assert app.config["DEMO"] is True
    addresses = {rule.rule for rule in app.url_map.iter_rules()}
    assert "/api/v1/demo/tickets" in addresses


@pytest.fixture
def device(app: Flask, clock: StandingClock) -> Callable[[datetime], str]:
    """The clerk's authenticator app, set up with what ``flask staff second-factor`` printed."""
    with app.app_context():
        address = app.test_cli_runner().invoke(args=["staff", "second-factor", LOGIN]).output
    secret = parse_qs(urlsplit(address.strip()).query)["secret"][0]
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)
    return lambda at: totp.generate(int(at.timestamp())).decode()


LOGIN = "clerk.liangjiang"


def sign_in(client: FlaskClient, code: str = "", password: str = PASSWORD) -> tuple[int, str]:
    body = {"login": LOGIN, "password": password, "code": code}
    answer = client.post("/api/v1/sessions/staff", json=body)
    return answer.status_code, (answer.json or {}).get("code", "")


def test_a_device_set_up_is_asked_for_and_its_code_works_once(
    client: FlaskClient, clock: StandingClock, device: Callable[[datetime], str]
) -> None:
    assert sign_in(client) == (401, "second-factor-needed")
    code = device(clock.now())
    assert sign_in(client, code)[0] == 201
    assert sign_in(client, code) == (401, "second-factor-needed")
    assert sign_in(client, device(clock.advance(seconds=30)))[0] == 201


def test_a_clock_half_a_minute_off_is_forgiven_and_no_more(
    client: FlaskClient, clock: StandingClock, device: Callable[[datetime], str]
) -> None:
    early = device(clock.now())
    clock.advance(seconds=90)
    assert sign_in(client, early) == (401, "second-factor-needed")
    late = device(clock.now())
    clock.advance(seconds=-30)
    assert sign_in(client, late)[0] == 201


def test_wrong_codes_lock_like_wrong_passwords_and_reveal_no_password(
    client: FlaskClient, device: Callable[[datetime], str]
) -> None:
    assert sign_in(client, "000000", password="wrong") == (401, "sign-in-refused")
    for code in ("000000", "12345x", "１２３４５６", "0"):
        assert sign_in(client, code) == (401, "second-factor-needed")
    assert sign_in(client) == (403, "account-locked")


def test_where_two_factors_are_asked_a_password_alone_opens_nothing(
    app: Flask, client: FlaskClient
) -> None:
    app.config["STAFF_TWO_FACTORS"] = True
    assert sign_in(client) == (403, "second-factor-not-set-up")


def test_only_accounts_get_a_second_factor(app: Flask, clock: StandingClock) -> None:
    with app.app_context(), pytest.raises(NotFound):
        second_factor.set_up("nobody", actor=SYSTEM, now=clock.now())
    assert app.test_cli_runner().invoke(args=["staff", "second-factor", "nobody"]).exit_code == 1
