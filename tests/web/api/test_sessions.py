"""Signing in and out over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from kiosk.demo import PASSWORD
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
