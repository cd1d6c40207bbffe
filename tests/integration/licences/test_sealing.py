"""A paper is sealed once, whatever happens meanwhile, and a refused seal can be put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk import workers
from kiosk.identity.actors import Actor
from kiosk.licences import sealing
from kiosk.licences.models import Seal, SealedDocument, SealUse
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.sample_cases import granted


def document(number: str) -> SealedDocument:
    with reading() as session:
        return sealing.get_document(session, number)


def stop_seal(clock: StandingClock, authority_code: str | None, *, stopped: bool = True) -> None:
    with unit_of_work() as session:
        for seal in session.scalars(select(Seal).where(Seal.authority_code == authority_code)):
            seal.stopped_at = clock.now() if stopped else None


def blocked(clock: StandingClock) -> tuple[str, str, Actor]:
    """A granted case whose paper was refused, because the seal was stopped in between."""
    _, first, _ = granted(clock)
    sealing.seal_document(first, now=clock.now())
    number, paper, officer = granted(clock)
    stop_seal(clock, officer.authority_code)
    workers.drain()
    return number, paper, officer


def test_a_refused_seal_is_repeated_once_its_cause_is_gone(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        _, paper, officer = blocked(clock)
        assert (document(paper).state, document(paper).problem) == ("blocked", "seal-stopped")
        runner = app.test_cli_runner()
        assert paper in runner.invoke(args=["licence", "blocked"]).output
        stop_seal(clock, officer.authority_code, stopped=False)
        assert runner.invoke(args=["licence", "seal-again", paper]).exit_code == 0
        workers.drain()
        assert (document(paper).state, document(paper).problem) == ("sealed", None)
        again = runner.invoke(args=["licence", "seal-again", paper])
        assert again.exit_code == 1
        assert "不用重新盖章" in again.output


def test_only_the_deciding_authority_has_a_paper_sealed_again(
    app: Flask, clock: StandingClock, client_for: Callable[[str], Any]
) -> None:
    with app.app_context():
        number, paper, officer = blocked(clock)
        stop_seal(clock, officer.authority_code, stopped=False)
    path = f"/api/v1/cases/{number}/papers/{paper}/sealing"
    assert client_for("officer.jinjiang").post(path).json["code"] == "wrong-place"
    wuhou = client_for("officer.wuhou")
    assert wuhou.post(f"/api/v1/cases/{number}/papers/D0/sealing").json["code"] == "not-found"
    answer = wuhou.post(path)
    states = {entry["number"]: entry["state"] for entry in answer.json["papers"]}
    assert (answer.status_code, states[paper]) == (202, "pending")
    assert wuhou.post(path).json["code"] == "not-blocked"


@pytest.mark.both_databases
def test_a_late_refusal_does_not_touch_a_sealed_paper(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        _, paper, _ = granted(clock)
        sealing.seal_document(paper, now=clock.now())
        assert sealing._block(paper, "seal-stopped", clock.now()) == "sealed"
        assert document(paper).state == "sealed"


@pytest.mark.both_databases
def test_two_workers_seal_a_paper_once(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        _, other, _ = granted(clock)
        sealing.seal_document(other, now=clock.now())
        _, paper, _ = granted(clock)

    def seal(lag: int) -> str | None:
        with app.app_context():
            sealing.seal_document(paper, now=clock.now().replace(microsecond=lag))
            return document(paper).file_digest

    digests = at_once(seal)
    with app.app_context(), reading() as session:
        uses = session.scalar(select(func.count()).where(SealUse.document_number == paper))
    assert uses == 1
    assert digests[0] == digests[1] is not None
