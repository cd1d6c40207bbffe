"""What the core keeps, drops, locks and refuses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from kiosk import workers
from kiosk.app import create_app
from kiosk.audit import trail
from kiosk.audit.models import AuditEntry
from kiosk.demo import PASSWORD
from kiosk.errors import SettingsInvalid
from kiosk.exchange import outbox
from kiosk.exchange.models import AnsweredRequest, OutboxMessage
from kiosk.identity.actors import SYSTEM
from kiosk.identity.models import SignIn, Staff
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.instances import Prepared
from tests.support.races import at_once
from tests.support.sample_cases import received

SAFE = dict.fromkeys(("SECRET_KEY", "DATA_KEY", "SEAL_PASSWORD"), "a" * 24)
STAFF_SESSIONS = "/api/v1/sessions/staff"
SIGN_IN = {"login": "clerk.liangjiang", "password": PASSWORD}


def count(table: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def entry(number: int, clock: StandingClock) -> AuditEntry:
    return AuditEntry(
        id=number,
        at=clock.now(),
        actor_role=SYSTEM.role,
        actor_number=SYSTEM.number,
        action="test",
        subject="test:1",
        facts={},
    )


@pytest.mark.both_databases
def test_entries_committed_late_are_still_chained(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        with unit_of_work() as session:
            session.add(entry(901, clock))
        trail.seal_entries(clock.now())
        with unit_of_work() as session:
            session.add(entry(900, clock))
        assert trail.seal_entries(clock.now()) == 1
        with reading() as session:
            assert trail.check_chain(session).broken_at is None
            assert session.get_one(AuditEntry, 900).position is not None


@pytest.mark.both_databases
def test_two_sealers_make_one_chain(app: Flask, clock: StandingClock) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add_all(entry(1000 + number, clock) for number in range(40))

    def seal(_: int) -> int:
        with app.app_context():
            return trail.seal_entries(clock.now())

    outcomes = at_once(seal)
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    with app.app_context():
        trail.seal_entries(clock.now())
        with reading() as session:
            report = trail.check_chain(session)
    assert (report.broken_at, report.unsealed) == (None, 0)


def test_entries_cut_off_at_the_end_are_noticed(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        trail.seal_entries(clock.now())
        with unit_of_work() as session:
            last = session.scalars(select(AuditEntry).order_by(AuditEntry.position.desc())).first()
            session.delete(last)
        with reading() as session:
            assert trail.check_chain(session).broken_at is not None


def test_the_worker_drops_what_has_served_its_time(
    app: Flask, client: FlaskClient, clock: StandingClock
) -> None:
    with app.app_context():
        received(clock, key="window:old")
        workers.drain()
    client.post(STAFF_SESSIONS, json=SIGN_IN)
    with app.app_context():
        workers.purge()
        assert (count(AnsweredRequest), count(SignIn)) == (1, 1)
        assert count(OutboxMessage) > 0
        clock.advance(days=100)
        with unit_of_work() as session:
            outbox.enqueue(session, "case.waiting", {}, clock.now() - timedelta(days=99))
        workers.purge()
        assert (count(OutboxMessage), count(AnsweredRequest), count(SignIn)) == (1, 0, 0)


def test_dead_messages_are_listed_and_revived(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        with unit_of_work() as session:
            outbox.enqueue(session, "document.seal", {"number": "D-none"}, clock.now())
        for _ in range(outbox.MOST_ATTEMPTS):
            workers.drain()
            clock.advance(hours=1)
        runner = app.test_cli_runner()
        assert "document.seal" in runner.invoke(args=["outbox", "dead"]).output
        assert "1" in runner.invoke(args=["outbox", "revive"]).output
        assert runner.invoke(args=["outbox", "dead"]).output == ""


def test_errors_of_the_database_do_not_repeat_values(app: Flask) -> None:
    row = insert(Staff).values(login="operator", name="13800000001", role="x", password_hash="x")
    with app.app_context(), pytest.raises(IntegrityError) as refusal, unit_of_work() as session:
        session.execute(row)
    assert "13800000001" not in str(refusal.value)


def test_a_request_id_that_could_be_personal_is_replaced(client: FlaskClient) -> None:
    odd = client.get("/health/live", headers={"X-Request-Id": "510104199003070015"})
    named = client.get("/health/live", headers={"X-Request-Id": "zhang"})
    kept = client.get("/health/live", headers={"X-Request-Id": "0af7651916cd43dd"})
    assert "510104199003070015" not in odd.headers["X-Request-Id"]
    assert named.headers["X-Request-Id"] != "zhang"
    assert kept.headers["X-Request-Id"] == "0af7651916cd43dd"


@pytest.mark.parametrize(
    "settings",
    [
        {"ENV": "prod"},
        {"ENV": "production"},
        {"ENV": "production", **SAFE, "NOW": "2026-03-02T09:00"},
        {"ENV": "production", **SAFE, "SECRET_KEY": "short"},
    ],
)
def test_unsafe_settings_do_not_start(tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsInvalid):
        create_app({"INSTANCE": str(tmp_path), **settings})


def test_a_password_of_digits_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SEAL_PASSWORD", "12345678")
    monkeypatch.setenv("KIOSK_SESSION_MINUTES", "45")
    app = create_app({"INSTANCE": str(tmp_path)})
    assert app.config["SEAL_PASSWORD"] == "12345678"
    assert app.config["SESSION_MINUTES"] == 45


def test_a_setup_that_broke_off_is_finished_by_the_next(app: Flask, prepared: Prepared) -> None:
    config = prepared.instance / "machine" / "agent.toml"
    config.unlink()
    outcome = app.test_cli_runner().invoke(args=["setup"])
    assert outcome.exit_code == 0, outcome.output
    assert config.exists()
    assert config.stat().st_mode & 0o077 == 0


@pytest.mark.both_databases
def test_wrong_passwords_at_once_are_all_counted(app: Flask) -> None:
    def guess(_: int) -> str:
        body = SIGN_IN | {"password": "wrong"}
        return str(app.test_client().post(STAFF_SESSIONS, json=body).json["code"])

    answers = at_once(guess, threads=8)
    assert sorted(map(str, answers)) == ["account-locked"] * 3 + ["sign-in-refused"] * 5
    with app.app_context(), reading() as session:
        refused = select(AuditEntry.subject).where(AuditEntry.action == "sign-in-refused")
        assert set(session.scalars(refused)) == {"staff:clerk.liangjiang"}


def test_a_foreign_page_can_not_sign_a_browser_in(client: FlaskClient) -> None:
    foreign = {"Origin": "https://elsewhere.example"}
    answer = client.post(STAFF_SESSIONS, json=SIGN_IN, headers=foreign)
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_too_deep_and_too_large_bodies_are_refused(client: FlaskClient) -> None:
    deep = client.post(STAFF_SESSIONS, data="[" * 200_000, content_type="application/json")
    assert (deep.status_code, deep.json["code"]) == (400, "bad-request")
    large = client.post(
        "/api/v1/verifications/pdf", data=b"%PDF" * 1_100_000, content_type="application/pdf"
    )
    assert (large.status_code, large.json["code"]) == (413, "too-large")
    assert "requested URL" not in client.get("/api/v1/nowhere").text
