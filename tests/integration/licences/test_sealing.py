"""A paper is sealed once, whatever happens meanwhile, and a refused seal can be put right."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from deploy.demo import branch_form
from kiosk import workers
from kiosk.casework import commands
from kiosk.casework.receipt import Delivery, Submission
from kiosk.casework.receiving import receive
from kiosk.demo import PEOPLE
from kiosk.identity.actors import Actor, Role
from kiosk.identity.provider import Identity
from kiosk.licences import sealing
from kiosk.licences.models import Seal, SealedDocument, SealUse
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock

CLERK = Actor(Role.CLERK, "clerk", "窗口", division_code="500106", place="沙坪坝区政务服务中心")
PERSON = PEOPLE[0]


def granted(clock: StandingClock) -> tuple[str, str, Actor]:
    """A granted case, its one paper, still without a seal, and the officer who decided."""
    submission = Submission(
        item_seq=37,
        form=branch_form(PERSON, "510107", "武侯大道"),
        applicant=Identity(PERSON["name"], "111", PERSON["document_number"], PERSON["phone"]),
        delivery=Delivery.WINDOW,
    )
    number = receive(submission, actor=CLERK, now=clock.now()).number
    with reading() as session:
        authority = commands.get_case(session, number).deciding_authority
    officer = Actor(Role.OFFICER, "officer", "审批", authority_code=authority)
    commands.accept(number, actor=officer, now=clock.now())
    commands.review(number, actor=officer, now=clock.now())
    commands.grant(number, "同意", actor=officer, now=clock.now())
    with reading() as session:
        paper = session.scalar(
            select(SealedDocument.number).where(SealedDocument.case_number == number)
        )
    return number, str(paper), officer


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
    assert (answer.status_code, answer.json["papers"][0]["state"]) == (202, "pending")
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
    start, digests = Barrier(2), set()

    def seal(lag: int) -> None:
        with app.app_context():
            start.wait()
            sealing.seal_document(paper, now=clock.now().replace(microsecond=lag))
            digests.add(document(paper).file_digest)

    threads = [Thread(target=seal, args=[lag]) for lag in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), reading() as session:
        uses = session.scalar(select(func.count()).where(SealUse.document_number == paper))
    assert uses == 1
    assert len(digests) == 1
