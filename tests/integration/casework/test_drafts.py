"""Drafts against real databases: one receipt for two hands, few statements, and nothing left when they are over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from kiosk.casework import drafts
from kiosk.casework.draft_errors import DraftSubmitted
from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_submission import read_draft
from kiosk.casework.errors import ItemVersionChanged
from kiosk.casework.material_sweep import sweep_materials
from kiosk.casework.materials import Origin, Source, add_material, open_file
from kiosk.casework.models import Case
from kiosk.casework.receipt import Delivery, Material, Receipt, Submission
from kiosk.casework.receiving import receive
from kiosk.catalogue import catalogue
from kiosk.errors import KioskError, StaleVersion
from kiosk.exchange.files import FileStore
from kiosk.identity.provider import Identity
from kiosk.privacy import DataUnreadable, keyring
from kiosk.uow import reading
from tests.integration.casework.test_begun_under_a_former_version import publish_a_new_question
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.sample_cases import CLERK
from tests.support.sample_drafts import CONTENT, FORM, PAPERS, PERSON, PROOF
from tests.support.sample_files import pdf
from tests.support.statements import counting

CARD = Identity(PERSON["name"], "111", PERSON["document_number"], PERSON["phone"])
MOST_STATEMENTS = 12


def begun(clock: StandingClock, files: int = 0) -> str:
    opened = drafts.begin(37, CONTENT, applicant=CARD, actor=CLERK, now=clock.now())
    for _ in range(files):
        keep(opened.number, clock)
    return opened.number


def keep(number: str, clock: StandingClock) -> Upload:
    source = Source(Origin.SCAN)
    return add_material(number, PROOF, pdf(1), source, actor=CLERK, now=clock.now())


def submission_of(number: str, clock: StandingClock, key: str | None = None) -> Submission:
    draft = read_draft(number, version=1, actor=CLERK, now=clock.now())
    papers = tuple(Material(**paper) for paper in PAPERS)
    plain = Submission(37, FORM, CARD, Delivery.WINDOW, materials=papers, key=key)
    return draft.complete(plain)


def test_handing_in_is_one_commit_and_at_most_twelve_statements(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        submission = submission_of(begun(clock, files=2), clock, key="statement-count")
        catalogue()
        with counting(app.extensions["database"]) as counted:
            receive(submission, actor=CLERK, now=clock.now())
    assert counted.commits == 1
    assert len(counted.statements) <= MOST_STATEMENTS, "\n".join(counted.statements)


@pytest.mark.both_databases
def test_two_hands_make_one_case(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        submission = submission_of(begun(clock, files=1), clock)

    def hand_in(_: int) -> Receipt:
        with app.app_context():
            return receive(submission, actor=CLERK, now=clock.now())

    outcomes = at_once(hand_in)
    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, KioskError)]
    assert (len(receipts), len(refused)) == (1, 1)
    assert isinstance(refused[0], DraftSubmitted | StaleVersion)
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        upload = session.scalars(select(Upload)).one()
        assert (upload.draft_id, upload.case_id is not None) == (None, True)
        assert session.scalars(select(Draft.content)).one() is None


@pytest.mark.both_databases
def test_what_is_over_is_wiped_once_and_the_rest_stays(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        begun(clock, files=2)
        clock.advance(days=20)
        kept = begun(clock, files=1)
        later = clock.now() + timedelta(days=11)
        assert drafts.forget_expired(now=later) == 1
        assert drafts.forget_expired(now=later) == 0
        with reading() as session:
            assert session.scalars(select(Draft.number)).all() == [kept]
            assert len(session.scalars(select(Upload)).all()) == 1
        assert sweep_materials() == {"materials_without_rows": [], "materials_without_files": []}


def test_a_file_that_came_after_the_draft_was_read_stops_the_receipt(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = begun(clock, files=1)
        submission = submission_of(number, clock)
        keep(number, clock)
        with pytest.raises(StaleVersion, match="材料"):
            receive(submission, actor=CLERK, now=clock.now())
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_draft_of_a_former_version_is_asked_for_the_difference_only(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = begun(clock)
        publish_a_new_question()
        view = drafts.view_draft(number, actor=CLERK, now=clock.now())
        assert view.changes == ["表单增加“是否连锁经营”（必填）"]
        assert set(view.asked) == {"form.fresh"}
        with pytest.raises(ItemVersionChanged) as refusal:
            submission_of(number, clock)
        assert set(refusal.value.fields) == {"form.fresh"}
        answered = {**CONTENT, "form": {**FORM, "fresh": "否"}}
        drafts.save(number, answered, version=1, item_version=2, actor=CLERK, now=clock.now())
        assert drafts.view_draft(number, actor=CLERK, now=clock.now()).changes == []
        assert read_draft(number, version=2, actor=CLERK, now=clock.now()).item_version == 2


def test_nothing_typed_or_handed_in_is_readable_at_rest(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = begun(clock, files=1)
        with reading() as session:
            raw = session.execute(text("SELECT content FROM case_draft")).scalar_one()
            upload = session.scalars(select(Upload)).one()
        assert FORM["head_id"] not in raw
        assert FORM["branch_name"] not in raw
        stored = app.extensions["materials"].get(upload.stored)
        assert pdf(1)[:20] not in stored
        assert open_file(upload) == pdf(1)
        with pytest.raises(DataUnreadable):
            keyring().decrypt_file(stored, number)  # A file opens under its own number only.


def test_the_sweep_names_what_does_not_fit(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = begun(clock, files=1)
        files: FileStore = app.extensions["materials"]
        stray = files.put(b"left by a crash")
        with reading() as session:
            lost = session.scalars(select(Upload.stored)).one()
        files.remove(lost)
        told = sweep_materials()
        assert told == {"materials_without_rows": [stray], "materials_without_files": [lost]}
        drafts.discard(number, actor=CLERK, now=clock.now())
