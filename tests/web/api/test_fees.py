"""Fees over HTTP: asked for, paid by a signed message, waived, refunded; no limit of the case ever moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk import workers
from kiosk.casework.queries import get_case
from kiosk.fees.models import PaymentMessage
from kiosk.fees.payments import settle
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.web.api.test_cases import brought_to, received

ClientFor = Callable[[str], FlaskClient]
ASKED = {"charge": "工本费", "amount_fen": 2000, "basis": "收费目录第12项"}
FIRST = "before_delivery"


@pytest.fixture
def number(app: Flask, client_for: ClientFor) -> str:
    """An accepted case of an item that costs something."""
    number = brought_to(client_for, "accepted")
    with app.app_context(), unit_of_work() as session:
        case = get_case(session, number)
        case.offering = case.offering | {"fee": "per_item"}
    return number


def asked(client_for: ClientFor, number: str, **changes: Any) -> str:
    path = f"/api/v1/cases/{number}/payments"
    answer = client_for("officer.wuhou").post(path, json=ASKED | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json["number"])


def pay(app: Flask, payment: str, amount: int = 2000) -> Any:
    """The platform tells that somebody paid."""
    raw, signature = app.extensions["payments"].pay(payment, amount)
    return tell(app, raw, signature)


def tell(app: Flask, raw: bytes, signature: str) -> Any:
    headers = {"X-Payment-Signature": signature}
    return app.test_client().post("/api/v1/payments/callbacks", data=raw, headers=headers)


def shown(client_for: ClientFor, number: str) -> Any:
    return client_for("zhang").get(f"/api/v1/cases/{number}/payments").json["payments"]


def test_a_fee_is_asked_for_with_a_notice_and_moves_no_limit(
    app: Flask, client_for: ClientFor, number: str
) -> None:
    officer = client_for("officer.wuhou")
    before = officer.get(f"/api/v1/cases/{number}").json
    payment = asked(client_for, number)
    assert payment == "51010726000000000001"
    with app.app_context():
        workers.drain()
    after = officer.get(f"/api/v1/cases/{number}").json
    limits = ("state", "accepted_on", "promised_due_on", "statutory_due_on")
    assert {name: after[name] for name in limits} == {name: before[name] for name in limits}
    assert ("缴款通知书", "sealed") in [(p["title"], p["state"]) for p in after["papers"]]
    (line,) = shown(client_for, number)
    assert (line["state_words"], line["due_on"]) == ("待缴费", "2026-04-01")


def test_a_payment_is_told_once_however_often_the_platform_says_it(
    app: Flask, client_for: ClientFor, number: str
) -> None:
    payment = asked(client_for, number)
    assert [pay(app, payment).status_code for _ in range(3)] == [204, 204, 204]
    (line,) = shown(client_for, number)
    assert line["state"] == "paid"
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(PaymentMessage)) == 1


@pytest.mark.both_databases
def test_two_messages_at_once_are_one_payment(
    app: Flask, client_for: ClientFor, clock: StandingClock, number: str
) -> None:
    payment = asked(client_for, number)
    raw, signature = app.extensions["payments"].pay(payment, 2000)

    def told(_: int) -> None:
        with app.app_context():
            settle(raw, signature, now=clock.now())

    assert at_once(told) == [None, None]
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(PaymentMessage)) == 1


def test_what_the_platform_did_not_sign_is_refused(
    app: Flask, client_for: ClientFor, number: str
) -> None:
    payment = asked(client_for, number)
    raw, signature = app.extensions["payments"].pay(payment, 2000)
    forged = raw.replace(b"2000", b"2001")
    for body, signed in (
        (forged, signature),
        (raw, ""),
        (raw, "中"),
        (b"\xff", signature),
        (b"[]", "x"),
    ):
        answer = tell(app, body, signed)
        assert (answer.status_code, answer.json["code"]) == (403, "payment-callback-refused")
    differs = pay(app, payment, 1)
    assert (differs.status_code, differs.json["code"]) == (409, "payment-amount-differs")
    assert pay(app, "0" * 20).status_code == 404
    assert shown(client_for, number)[0]["state"] == "due"


@pytest.mark.parametrize("missing", ["event", "kind", "number", "transaction", "amount_fen"])
def test_a_signed_message_that_lacks_something_is_refused(app: Flask, missing: str) -> None:
    port = app.extensions["payments"]
    said = {"event": "e", "kind": "paid", "number": "n", "transaction": "t", "amount_fen": 1}
    text = str({name: value for name, value in said.items() if name != missing}).replace("'", '"')
    answer = tell(app, text.encode(), port._digest(text))
    assert (answer.status_code, answer.json["code"]) == (403, "payment-callback-refused")


def test_a_waiver_has_a_basis_and_a_refund_goes_through_the_platform(
    app: Flask, client_for: ClientFor, number: str
) -> None:
    officer, waived, paid = client_for("officer.wuhou"), asked(client_for, number), ""
    path = "/api/v1/payments/{}/{}"
    assert officer.post(path.format(waived, "waiver"), json={"reason": " "}).status_code == 422
    reason = {"reason": "低保对象免收"}
    assert officer.post(path.format(waived, "waiver"), json=reason).status_code == 204
    again = officer.post(path.format(waived, "refund"), json=reason)
    assert (again.status_code, again.json["code"]) == (409, "payment-step-refused")
    assert pay(app, waived).json["code"] == "payment-step-refused"
    paid = asked(client_for, number)
    pay(app, paid)
    assert officer.post(path.format(paid, "refund"), json=reason).status_code == 204
    with app.app_context():
        workers.drain()
    assert [line["state"] for line in shown(client_for, number)] == ["waived", "refunded"]
    assert shown(client_for, number)[0]["settled_reason"] == "低保对象免收"


def test_a_result_waits_for_money_only_where_a_rule_says_so(
    app: Flask, client_for: ClientFor, number: str
) -> None:
    officer, clerk = client_for("officer.wuhou"), client_for("clerk.liangjiang")
    payment = asked(client_for, number, **{FIRST: "收费管理办法第3条"})
    asked(client_for, number)
    officer.post(f"/api/v1/cases/{number}/review", json={})
    assert officer.post(f"/api/v1/cases/{number}/grant", json={"words": "同意"}).status_code == 200
    with app.app_context():
        workers.drain()
    path = f"/api/v1/cases/{number}/delivery"
    refused = clerk.post(path, json={"words": "当面交付"})
    assert (refused.status_code, refused.json["code"]) == (409, "fee-unpaid")
    pay(app, payment)
    assert clerk.post(path, json={"words": "当面交付"}).status_code == 200


@pytest.mark.parametrize(
    ("login", "changes", "status", "code"),
    [
        ("officer.jinjiang", {}, 403, "wrong-place"),
        ("clerk.liangjiang", {}, 403, "forbidden"),
        ("officer.wuhou", {"basis": " "}, 422, "input-invalid"),
        ("officer.wuhou", {"amount_fen": 0}, 422, "input-invalid"),
        ("officer.wuhou", {"amount_fen": "20"}, 422, "input-invalid"),
    ],
)
def test_only_the_authority_asks_and_names_amount_and_basis(
    client_for: ClientFor, number: str, login: str, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = client_for(login).post(f"/api/v1/cases/{number}/payments", json=ASKED | changes)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_what_is_free_or_not_accepted_costs_nothing(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    answer = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/payments", json=ASKED)
    assert (answer.status_code, answer.json["code"]) == (409, "not-charged")
    unknown = client_for("officer.wuhou").post("/api/v1/payments/0/waiver", json={"reason": "x"})
    assert unknown.status_code == 404
    assert client_for("li").get(f"/api/v1/cases/{number}/payments").status_code == 404
