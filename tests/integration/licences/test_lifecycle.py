"""From issue to end: days of effect, loss, renewal, prints that are withdrawn, and a history nobody rewrites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from kiosk import workers
from kiosk.errors import Forbidden, InputInvalid
from kiosk.identity.actors import Actor, Role
from kiosk.identity.models import Person
from kiosk.licences import lifecycle
from kiosk.licences.errors import NotReleasedToYou, StatusChangeRefused
from kiosk.licences.lifecycle import Status
from kiosk.licences.metadata import MetadataIncomplete, as_json, as_xml, metadata_of
from kiosk.licences.models import Licence, LicenceStatus, SealedDocument, SealUse
from kiosk.licences.queries import get_licence, list_history
from kiosk.licences.reissue import Cause, Wish, reissue
from kiosk.licences.sealing import seal_document
from kiosk.uow import reading, unit_of_work
from printing.job_states import Event
from printing.jobs import Change, JobSpec, apply, create_job, get_job
from printing.wire import JobState
from services_catalog.codes import parse_licence_identifier
from tests.support.case_papers import decision_papers
from tests.support.clocks import StandingClock
from tests.support.sample_cases import PERSON, granted

STRANGER = Actor(Role.OFFICER, "other", "审批", authority_code="11510104000000000X")


@dataclass(frozen=True)
class Issued:
    """An issued licence and those who have to do with it."""

    identifier: str
    case: str
    officer: Actor
    holder: Actor


@pytest.fixture
def issued(app: Flask, clock: StandingClock) -> Issued:
    """A branch's licence, sealed; the head of the branch may collect it."""
    with app.app_context():
        case, paper, officer = granted(clock)
        seal_document(paper, now=clock.now())
        with reading() as session:
            licence = session.scalars(select(Licence).where(Licence.case_number == case)).one()
            person = session.scalars(select(Person)).first()
            assert person is not None
            holder = Actor(Role.CITIZEN, person.number, PERSON["name"], person_id=person.id)
            return Issued(licence.identifier, case, officer, holder)


def status_of(identifier: str) -> str:
    with reading() as session:
        return get_licence(session, identifier).status


def change(issued: Issued, clock: StandingClock, status: Status, on: date | None = None) -> None:
    lifecycle.change_status(
        issued.identifier, status, "整改", actor=issued.officer, now=clock.now(), effective_on=on
    )


def queued(clock: StandingClock, identifier: str) -> str:
    """A print of the first copy that waits for its machine."""
    with unit_of_work() as session:
        spec = JobSpec("M1", identifier, "1-1", "0" * 64, "P1")
        return create_job(session, spec, clock.now()).number


def job_state(number: str) -> str:
    with reading() as session:
        return get_job(session, number).state


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.REVOKED, Status.CANCELLED])
def test_a_waiting_print_is_withdrawn_with_the_licence(
    app: Flask, clock: StandingClock, issued: Issued, status: Status
) -> None:
    with app.app_context():
        number = queued(clock, issued.identifier)
        change(issued, clock, status)
        assert job_state(number) == JobState.CANCELED


def test_a_replaced_licence_leaves_no_print_behind(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        number = queued(clock, issued.identifier)
        wish = Wish(Cause.DAMAGED, "烧毁")
        reissue(issued.identifier, wish, actor=issued.officer, now=clock.now())
        assert job_state(number) == JobState.CANCELED


def test_paper_on_its_way_is_left_to_the_machine(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        number = queued(clock, issued.identifier)
        with unit_of_work() as session:
            for event in (Event.ACKNOWLEDGE, Event.PERMIT):
                apply(session, Change(number, event, event.value, "M1"), clock.now())
        change(issued, clock, Status.REVOKED)
        assert job_state(number) == JobState.PROCESSING
        assert status_of(issued.identifier) == "revoked"


@pytest.mark.both_databases
def test_a_change_of_a_day_to_come_takes_effect_on_that_day(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        number = queued(clock, issued.identifier)
        day = clock.now().date() + timedelta(days=2)
        change(issued, clock, Status.REVOKED, day)
        clock.advance(days=1)
        workers.watch_limits()
        assert status_of(issued.identifier) == "valid"
        assert job_state(number) == JobState.PENDING
        clock.advance(days=1)
        assert lifecycle.take_effect(now=clock.now()) == 1
        assert status_of(issued.identifier) == "revoked"
        assert job_state(number) == JobState.CANCELED
        assert lifecycle.take_effect(now=clock.now()) == 0


def test_a_later_change_puts_a_planned_one_aside(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        change(issued, clock, Status.REVOKED, clock.now().date() + timedelta(days=1))
        change(issued, clock, Status.SUSPENDED)
        change(issued, clock, Status.VALID)
        clock.advance(days=1)
        assert lifecycle.take_effect(now=clock.now()) == 0
        assert status_of(issued.identifier) == "valid"


@pytest.mark.parametrize(
    ("status", "days", "words"),
    [
        (Status.REVOKED, -1, "不能早于颁发日期"),
        (Status.REVOKED, 367, "最多提前一年登记"),
        (Status.VALID, 1, "恢复有效自登记当日起"),
    ],
)
def test_an_impossible_day_is_named(
    app: Flask, clock: StandingClock, issued: Issued, status: Status, days: int, words: str
) -> None:
    with app.app_context():
        if status is Status.VALID:
            change(issued, clock, Status.SUSPENDED)
        with pytest.raises(InputInvalid) as refusal:
            change(issued, clock, status, clock.now().date() + timedelta(days=days))
        assert refusal.value.fields == {"effective_on": [words]}


def test_a_lost_licence_is_suspended_by_its_holder_and_replaced(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        lifecycle.report_loss(issued.identifier, actor=issued.holder, now=clock.now())
        assert status_of(issued.identifier) == "suspended"
        with pytest.raises(StatusChangeRefused):
            lifecycle.report_loss(issued.identifier, actor=issued.holder, now=clock.now())
        wish = Wish(Cause.LOST, "在车站遗失")
        with pytest.raises(Forbidden):
            reissue(issued.identifier, wish, actor=STRANGER, now=clock.now())
        raised = reissue(issued.identifier, wish, actor=issued.officer, now=clock.now())
        assert parse_licence_identifier(raised).version == 2
        assert (status_of(issued.identifier), status_of(raised)) == ("superseded", "valid")
        with reading() as session:
            history = list_history(session, get_licence(session, issued.identifier))
        assert [(entry.status, entry.reason) for entry in history] == [
            ("valid", None),
            ("suspended", "挂失：持证人申请"),
            ("superseded", "遗失补领：在车站遗失"),
        ]


def test_a_licence_suspended_by_its_authority_is_not_replaced_as_lost(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        change(issued, clock, Status.SUSPENDED)
        wish = Wish(Cause.LOST, "遗失")
        with pytest.raises(StatusChangeRefused):
            reissue(issued.identifier, wish, actor=issued.officer, now=clock.now())


def test_nobody_reports_anothers_licence_lost(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        with unit_of_work() as session:
            other = Person(
                number="P-other", name="李", document_type="111", document_number="1",
                document_digest="1" * 64, created_at=clock.now(),
            )  # fmt: skip
            session.add(other)
            session.flush()
            stranger = Actor(Role.CITIZEN, other.number, "李", person_id=other.id)
        with pytest.raises(NotReleasedToYou):
            lifecycle.report_loss(issued.identifier, actor=stranger, now=clock.now())


def test_a_renewal_raises_the_version_and_the_last_day(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context():
        today = clock.now().date()
        with unit_of_work() as session:
            get_licence(session, issued.identifier).expires_on = today - timedelta(days=1)
        day = today + timedelta(days=365)
        wish = Wish(Cause.RENEWED, "到期延续", day)
        raised = reissue(issued.identifier, wish, actor=issued.officer, now=clock.now())
        with reading() as session:
            licence = get_licence(session, raised)
            paper = decision_papers(issued.case)[-1]
        assert (licence.expires_on, licence.status) == (day, "valid")
        assert paper.content["licence_identifier"] == raised
        assert "valid_until" not in paper.content["values"]  # A branch's licence names no term.


@pytest.mark.parametrize(
    "wish",
    [
        Wish(Cause.RENEWED, "延续"),
        Wish(Cause.LOST, "遗失", date(2040, 1, 1)),
        Wish(Cause.RENEWED, "延续", date(2020, 1, 1)),
    ],
)
def test_only_a_renewal_has_a_new_last_day_and_one_to_come(
    app: Flask, clock: StandingClock, issued: Issued, wish: Wish
) -> None:
    with app.app_context(), pytest.raises(InputInvalid) as refusal:
        reissue(issued.identifier, wish, actor=issued.officer, now=clock.now())
    assert list(refusal.value.fields) == ["expires_on"]


@pytest.mark.both_databases
@pytest.mark.parametrize("table", [LicenceStatus, SealUse])
def test_the_database_itself_keeps_the_histories(
    app: Flask, issued: Issued, table: type[LicenceStatus] | type[SealUse]
) -> None:
    assert issued.identifier
    with app.app_context():
        for rewriting in (update(table).values(at=None), delete(table)):
            with pytest.raises(DatabaseError, match="append-only"), unit_of_work() as session:
                session.execute(rewriting)
        with reading() as session:
            assert session.scalars(select(table)).all()


def test_the_national_metadata_name_holder_issuer_and_seal(
    app: Flask, clock: StandingClock, issued: Issued
) -> None:
    with app.app_context(), reading() as session:
        licence = get_licence(session, issued.identifier)
        found = as_json(metadata_of(session, licence))
        code = decision_papers(issued.case)[0].content["values"]["credit_code"]
    assert found["ZZBS"] == issued.identifier
    assert (found["CZZTDM"], found["CZZTDMLXDM"]) == (code, "001")
    assert (found["ZZBFJG"], found["QZMC"]) == ("成都市武侯区行政审批局",) * 2
    assert (found["ZZBFRQ"], found["ZZYXQJZRQ"], found["ZZZT"]) == (
        clock.now().date().isoformat(),
        "",
        "01",
    )


def test_the_metadata_are_written_as_an_ofd_carries_them(app: Flask, issued: Issued) -> None:
    runner = app.test_cli_runner()
    told = runner.invoke(args=["licence", "metadata", issued.identifier, "--format", "xml"])
    root = ElementTree.fromstring(told.output)
    names = {each.get("Name"): each.text for each in root}
    assert names["ZZBS"] == issued.identifier
    assert "ZZYXQJZRQ" not in names
    with app.app_context(), reading() as session:
        written = as_xml(metadata_of(session, get_licence(session, issued.identifier)))
    assert ElementTree.fromstring(written).tag == "{http://www.ofdspec.org/2016}CustomDatas"
    history = runner.invoke(args=["licence", "history", issued.identifier])
    assert "valid" in history.output


def test_metadata_without_the_holders_number_are_refused(app: Flask, issued: Issued) -> None:
    with app.app_context():
        with unit_of_work() as session:
            number = decision_papers(issued.case)[0].number
            paper = session.scalars(
                select(SealedDocument).where(SealedDocument.number == number)
            ).one()
            values = {**paper.content["values"], "credit_code": ""}
            paper.content = {**paper.content, "values": values}
        with reading() as session, pytest.raises(MetadataIncomplete) as refusal:
            metadata_of(session, get_licence(session, issued.identifier))
    assert list(refusal.value.fields) == ["CZZTDM"]
