"""Messages about one's cases: only to who asked, nothing private in them, nothing lost, failures in sight."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk import workers
from kiosk.casework.states import Action
from kiosk.exchange import outbox
from kiosk.notifications.messages import queue_case_message
from kiosk.notifications.models import Contact, Notification
from kiosk.notifications.words import WORDS
from kiosk.uow import reading
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.web.api.test_cases import ZHANG, brought_to, received

ClientFor = Callable[[str], FlaskClient]
PHONE = "13900000009"


class BrokenTransport:
    """A phone network that is down."""

    def send(self, phone: str, text: str, at: datetime) -> None:
        raise ConnectionError(phone)


def agree(client: FlaskClient, channel: str = "sms", address: str = PHONE) -> Any:
    return client.put(f"/api/v1/contacts/{channel}", json={"address": address})


def carried(app: Flask, name: str = "messages.jsonl") -> list[dict[str, str]]:
    path = Path(app.config["INSTANCE"]) / name
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def test_every_message_is_about_something_that_happens() -> None:
    """A topic nobody announces would be a message that never comes."""
    announced = {f"case.{action}" for action in Action} | {"case.received", "payment.asked"}
    assert set(WORDS) <= announced


def test_only_who_agreed_gets_messages_and_they_tell_nothing_private(
    app: Flask, client_for: ClientFor
) -> None:
    received(client_for("clerk.liangjiang"))
    with app.app_context():
        workers.drain()
    assert carried(app) == []
    assert agree(client_for("zhang")).status_code == 204
    assert agree(client_for("zhang"), "app", "zhang.sample").status_code == 204
    number = brought_to(client_for, "accepted")
    with app.app_context():
        workers.drain()
    told = carried(app)
    assert [line["phone"] for line in told] == [PHONE, PHONE]
    assert told[1]["text"] == f"【川渝通办】尾号{number[-4:]}：您的申请已受理，可查询办理期限。"
    assert len(carried(app, "app-messages.jsonl")) == 2
    for line in told:
        assert number not in line["text"]
        assert ZHANG["name"] not in line["text"]


def test_who_declines_gets_no_more_not_even_what_waits(app: Flask, client_for: ClientFor) -> None:
    mine = client_for("zhang")
    agree(mine)
    (line,) = mine.get("/api/v1/contacts").json["contacts"]
    assert (line["channel"], line["address"]) == ("sms", "139****0009")
    number = received(client_for("clerk.liangjiang"))
    with app.app_context():
        queue_case_message("case.received", {"case": number}, app.extensions["clock"].now())
    assert mine.delete("/api/v1/contacts/sms").status_code == 204
    with app.app_context():
        workers.drain()
        with reading() as session:
            assert session.scalar(select(Notification.state)) == "dropped"
    assert carried(app) == []


@pytest.mark.both_databases
def test_an_event_handled_twice_at_once_is_one_message(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    agree(client_for("zhang"))
    number = received(client_for("clerk.liangjiang"))

    def handle(_: int) -> None:
        with app.app_context():
            queue_case_message("case.received", {"case": number}, clock.now())

    assert at_once(handle) == [None, None]
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Notification)) == 1


def test_what_can_not_be_carried_is_retried_given_up_in_sight_and_tried_again(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    agree(client_for("zhang"))
    number = received(client_for("clerk.liangjiang"))
    working = app.extensions["notifiers"]["sms"]
    app.extensions["notifiers"]["sms"] = BrokenTransport()
    with app.app_context():
        for _ in range(outbox.MOST_ATTEMPTS):
            workers.drain()
            clock.advance(minutes=11)
    operator = client_for("operator")
    (line,) = operator.get("/api/v1/notifications/given-up").json["notifications"]
    assert (line["attempts"], line["last_error"]) == (outbox.MOST_ATTEMPTS, "ConnectionError")
    assert line["case"] == f"*{number[-4:]}"
    assert PHONE not in str(line)
    app.extensions["notifiers"]["sms"] = working
    path = f"/api/v1/notifications/{line['number']}/repetition"
    assert operator.post(path).status_code == 202
    again = operator.post(path)
    assert (again.status_code, again.json["code"]) == (409, "notification-not-given-up")
    with app.app_context():
        workers.drain()
    assert [told["phone"] for told in carried(app)] == [PHONE]
    assert operator.post("/api/v1/notifications/N0/repetition").status_code == 404


@pytest.mark.parametrize(
    ("channel", "address", "status", "code"),
    [
        ("sms", "12345", 422, "input-invalid"),
        ("app", "两字", 422, "input-invalid"),
        ("pigeon", PHONE, 404, "not-found"),
    ],
)
def test_a_contact_has_the_shape_of_its_channel(
    client_for: ClientFor, channel: str, address: str, status: int, code: str
) -> None:
    answer = agree(client_for("zhang"), channel, address)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert agree(client_for("clerk.liangjiang")).status_code == 403


def test_addresses_are_stored_encrypted(app: Flask, client_for: ClientFor) -> None:
    agree(client_for("zhang"))
    agree(client_for("zhang"), address="13900000008")
    with app.app_context(), reading() as session:
        (stored,) = session.connection().exec_driver_sql(
            f"SELECT address FROM {Contact.__tablename__}"
        )
    assert stored[0].startswith("k1:")
