"""Jobs, leases and the sheet ledger on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import Session

from printing import jobs
from printing.blank_models import Blank, BlankEvent
from printing.job_models import PrintEvent, PrintJob, PrintSheet
from printing.job_settlement import PROPOSAL_LIFE, Finding, TwoPersonsNeeded, settle
from printing.job_states import (
    Event,
    FeedingNotPermitted,
    JobTransitionRefused,
    PaperMayHaveMoved,
    SheetState,
)
from printing.jobs import Change, JobSpec
from printing.wire import JobState

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = NOW + jobs.LEASE + timedelta(seconds=1)
SPEC = JobSpec("M-1", "1.2.156.3005.2.11100000000000000X001", "副本 1-1", "ab" * 32, "P1")


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    event.listen(
        engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None)
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    for table in (PrintJob, PrintSheet, PrintEvent, Blank, BlankEvent):
        table.__table__.create(engine)  # type: ignore[attr-defined]
    with Session(engine) as session:
        yield session
    engine.dispose()


def taken(session: Session, spec: JobSpec = SPEC) -> PrintJob:
    """A job that its machine has fetched and acknowledged."""
    jobs.create_job(session, spec, NOW)
    job = jobs.fetch(session, spec.machine_number, NOW)
    assert job is not None
    say(session, job, Event.ACKNOWLEDGE)
    return job


def feeding(session: Session, spec: JobSpec = SPEC) -> PrintJob:
    """A job whose machine has leave to move paper."""
    job = taken(session, spec)
    say(session, job, Event.PERMIT, page_counter=40)
    return job


def say(
    session: Session, job: PrintJob, event: Event, now: datetime = NOW, **more: object
) -> JobState:
    """The machine says one thing under its current attempt."""
    facts: dict[str, object] = {
        "message_id": f"{event}-{job.attempt}",
        "attempt": job.attempt,
    } | more
    return jobs.apply(session, Change(job.number, event, actor="M-1", **facts), now)  # type: ignore[arg-type]


def sheet_states(job: PrintJob) -> set[str]:
    return {sheet.state for sheet in job.sheets}


def test_the_straight_path_ends_with_one_printed_sheet(session: Session) -> None:
    job = feeding(session)
    assert say(session, job, Event.PRINT, page_counter=41) is JobState.COMPLETED
    (sheet,) = job.sheets
    assert (sheet.state, sheet.counter_before, sheet.counter_after) == ("printed", 40, 41)
    assert sheet.attempt == 1
    assert job.lease_until is None


def test_a_second_original_is_refused_while_the_first_is_open(session: Session) -> None:
    first = jobs.create_job(session, SPEC, NOW)
    with pytest.raises(jobs.CopyInPrint) as refused:
        jobs.create_job(session, SPEC, NOW)
    assert refused.value.job == first.number


def test_a_second_original_is_refused_for_ever_once_printed(session: Session) -> None:
    job = feeding(session)
    say(session, job, Event.PRINT)
    with pytest.raises(jobs.CopyAlreadyPrinted):
        jobs.create_job(session, SPEC, NOW)


def test_an_unknown_outcome_keeps_the_original_taken(session: Session) -> None:
    say(session, feeding(session), Event.LOSE)
    with pytest.raises(jobs.CopyInPrint):
        jobs.create_job(session, SPEC, NOW)


def test_another_copy_of_the_licence_is_another_original(session: Session) -> None:
    jobs.create_job(session, SPEC, NOW)
    other = JobSpec("M-1", SPEC.licence_identifier, "副本 1-2", "ab" * 32, "P1")
    assert jobs.create_job(session, other, NOW).state == JobState.PENDING


def test_a_cancelled_job_frees_its_original(session: Session) -> None:
    job = jobs.create_job(session, SPEC, NOW)
    jobs.apply(session, Change(job.number, Event.CANCEL, "c1", "P1"), NOW)
    assert job.original_key is None
    assert sheet_states(job) == {"released"}
    assert jobs.create_job(session, SPEC, NOW).number != job.number


def test_nobody_cancels_once_paper_may_have_moved(session: Session) -> None:
    job = feeding(session)
    with pytest.raises(PaperMayHaveMoved):
        jobs.apply(session, Change(job.number, Event.CANCEL, "c1", "operator"), NOW)
    assert job.original_key == SPEC.original_key


def test_no_report_of_paper_without_leave(session: Session) -> None:
    with pytest.raises(FeedingNotPermitted):
        say(session, taken(session), Event.PRINT)


def test_the_same_message_gets_the_same_answer_and_is_entered_once(session: Session) -> None:
    job = feeding(session)
    assert say(session, job, Event.PRINT) is JobState.COMPLETED
    assert say(session, job, Event.PRINT) is JobState.COMPLETED
    assert say(session, job, Event.ACKNOWLEDGE) is JobState.PROCESSING
    assert session.scalar(select(func.count()).select_from(PrintEvent)) == 3


def test_a_message_number_never_serves_two_facts(session: Session) -> None:
    job = taken(session)
    say(session, job, Event.STOP, message_id="m1")
    with pytest.raises(jobs.MessageReused):
        say(session, job, Event.RESUME, message_id="m1")


def test_leave_to_feed_is_neither_prolonged_nor_doubled(session: Session) -> None:
    job = taken(session)
    ask = Change(job.number, Event.PERMIT, "ask-1", "M-1", attempt=1, page_counter=40)
    first = jobs.permit(session, ask, NOW)
    assert first == NOW + jobs.FEED_WINDOW
    assert jobs.permit(session, ask, NOW + timedelta(seconds=50)) == first
    say(session, job, Event.NOT_FED)
    assert jobs.permit(session, ask, NOW) is None


def test_a_late_word_of_an_old_attempt_is_refused(session: Session) -> None:
    job = jobs.create_job(session, SPEC, NOW)
    jobs.fetch(session, "M-1", NOW)
    jobs.fetch(session, "M-1", NOW)
    with pytest.raises(jobs.LeaseLost) as refused:
        say(session, job, Event.ACKNOWLEDGE, attempt=1)
    assert (refused.value.attempt, refused.value.current) == (1, 2)
    assert say(session, job, Event.ACKNOWLEDGE) is JobState.PROCESSING


def test_a_job_in_hand_is_not_given_out_again(session: Session) -> None:
    taken(session)
    assert jobs.fetch(session, "M-1", NOW) is None


def test_jobs_come_in_order_and_only_to_their_machine(session: Session) -> None:
    first = jobs.create_job(session, SPEC, NOW)
    jobs.create_job(session, JobSpec("M-2", "L2", "正本", "cd" * 32, "P2"), NOW)
    second = jobs.create_job(session, JobSpec("M-1", "L3", "正本", "cd" * 32, "P1"), NOW)
    assert jobs.list_waiting(session, "M-1") == [first.number, second.number]
    fetched = jobs.fetch(session, "M-1", NOW)
    assert fetched is first
    with pytest.raises(jobs.JobNotFound):
        jobs.get_job(session, first.number, "M-2")


def test_a_silent_machine_without_paper_moved_loses_the_job_to_the_queue(session: Session) -> None:
    job = taken(session)
    assert jobs.expire_leases(session, NOW) == []
    assert jobs.expire_leases(session, LATER) == [job]
    assert (job.state, sheet_states(job)) == (JobState.PENDING, {"reserved"})


def test_a_silent_machine_with_paper_perhaps_moved_leaves_it_to_a_person(session: Session) -> None:
    job = feeding(session)
    jobs.expire_leases(session, LATER)
    assert (job.state, sheet_states(job)) == (JobState.UNKNOWN, {"unknown"})
    assert list(jobs.list_unknown(session)) == [job]
    assert jobs.fetch(session, "M-1", LATER) is None


def test_a_machine_that_comes_back_settles_what_the_server_could_not_know(session: Session) -> None:
    job = feeding(session)
    jobs.expire_leases(session, LATER)
    assert say(session, job, Event.PRINT, LATER, page_counter=41) is JobState.COMPLETED
    assert sheet_states(job) == {"printed"}


def test_a_sign_of_life_renews_the_lease_of_the_current_attempt_only(session: Session) -> None:
    job = taken(session)
    assert jobs.renew_lease(session, "M-1", job.number, 1, LATER) is JobState.PROCESSING
    assert jobs.expire_leases(session, LATER) == []
    assert jobs.renew_lease(session, "M-1", job.number, 2, LATER) is None
    assert jobs.renew_lease(session, "M-2", job.number, 1, LATER) is None


def found(
    session: Session, job: PrintJob, event: Event, person: str, now: datetime = NOW
) -> JobState | None:
    return settle(session, Finding(job.number, event, person, "看过出纸口"), now)


@pytest.mark.parametrize(
    ("ended", "event", "sheets"),
    [
        (Event.JAM, Event.FOUND_SPOILED, "spoiled"),
        (Event.LOSE, Event.FOUND_SPOILED, "spoiled"),
        (Event.LOSE, Event.FOUND_UNFED, "released"),
        (Event.PRINT, Event.FOUND_SPOILED, "spoiled"),
    ],
)
def test_two_persons_release_an_original_again(
    session: Session, ended: Event, event: Event, sheets: str
) -> None:
    job = feeding(session)
    before = say(session, job, ended)
    assert found(session, job, event, "op1") is None
    assert job.state == before
    with pytest.raises(TwoPersonsNeeded):
        found(session, job, event, "op1")
    assert found(session, job, event, "op2") is JobState.ABORTED
    assert (sheet_states(job), job.original_key) == ({sheets}, None)
    said = session.scalars(select(PrintEvent.actor).order_by(PrintEvent.id.desc())).first()
    assert said == "op1+op2"
    assert jobs.create_job(session, SPEC, NOW).number != job.number


def test_two_persons_must_say_the_same(session: Session) -> None:
    job = feeding(session)
    say(session, job, Event.LOSE)
    assert found(session, job, Event.FOUND_SPOILED, "op1") is None
    assert found(session, job, Event.FOUND_UNFED, "op2") is None
    assert job.state == JobState.UNKNOWN
    assert found(session, job, Event.FOUND_UNFED, "op1") is JobState.ABORTED


def test_the_word_of_a_first_person_does_not_count_for_ever(session: Session) -> None:
    job = feeding(session)
    say(session, job, Event.LOSE)
    found(session, job, Event.FOUND_SPOILED, "op1")
    assert found(session, job, Event.FOUND_SPOILED, "op2", NOW + PROPOSAL_LIFE) is None


def test_a_word_from_before_the_paper_was_fed_does_not_count(session: Session) -> None:
    """One person saw no paper. The machine came back and fed it: now a second one alone may not free the original."""
    job = feeding(session)
    say(session, job, Event.LOSE)
    assert found(session, job, Event.FOUND_UNFED, "op1") is None
    say(session, job, Event.NOT_FED, page_counter=40)
    say(session, job, Event.PERMIT, message_id="ask-2", page_counter=40)
    say(session, job, Event.LOSE, message_id="lost-2")
    assert found(session, job, Event.FOUND_UNFED, "op2", LATER) is None
    assert job.state == JobState.UNKNOWN
    assert found(session, job, Event.FOUND_UNFED, "op1", LATER) is JobState.ABORTED


def test_nobody_believes_that_nothing_was_fed_once_the_counter_moved(session: Session) -> None:
    job = feeding(session)
    for _ in range(2):
        assert say(session, job, Event.NOT_FED, page_counter=41) is JobState.UNKNOWN
    assert sheet_states(job) == {"unknown"}
    assert (job.sheets[0].counter_before, job.sheets[0].counter_after) == (40, 41)


def test_one_person_may_confirm_that_the_paper_is_there(session: Session) -> None:
    job = feeding(session)
    say(session, job, Event.LOSE)
    assert found(session, job, Event.FOUND_PRINTED, "op1") is JobState.COMPLETED
    with pytest.raises(jobs.CopyAlreadyPrinted):
        jobs.create_job(session, SPEC, NOW)


def test_nobody_settles_what_is_not_open_to_it(session: Session) -> None:
    job = taken(session)
    with pytest.raises(JobTransitionRefused):
        found(session, job, Event.FOUND_SPOILED, "op1")
    jam = feeding(session, JobSpec("M-1", "L2", "正本", "ab" * 32, "P1"))
    say(session, jam, Event.JAM)
    with pytest.raises(PaperMayHaveMoved):
        found(session, jam, Event.FOUND_UNFED, "op1")


def test_a_job_moves_to_another_machine_and_the_old_one_is_out(session: Session) -> None:
    job = taken(session)
    jobs.move(session, job.number, "M-2", actor="op1", now=NOW)
    with pytest.raises(jobs.LeaseLost):
        say(session, job, Event.PERMIT, attempt=1)
    assert jobs.fetch(session, "M-1", NOW) is None
    assert jobs.fetch(session, "M-2", NOW) is job


def test_a_job_whose_paper_may_have_moved_stays_where_it_is(session: Session) -> None:
    job = feeding(session)
    with pytest.raises(PaperMayHaveMoved):
        jobs.move(session, job.number, "M-2", actor="op1", now=NOW)


def test_what_did_not_feed_may_be_tried_again_under_new_leave(session: Session) -> None:
    job = feeding(session)
    say(session, job, Event.NOT_FED, page_counter=40)
    assert (job.state, sheet_states(job)) == (JobState.PROCESSING, {"reserved"})
    say(session, job, Event.PERMIT, message_id="ask-2", page_counter=40)
    assert say(session, job, Event.PRINT, page_counter=41) is JobState.COMPLETED


def test_a_refused_event_leaves_nothing(session: Session) -> None:
    job = taken(session)
    with pytest.raises(JobTransitionRefused):
        say(session, job, Event.RESUME)
    assert session.scalar(select(func.count()).select_from(PrintEvent)) == 1
    assert job.state == JobState.PROCESSING


@pytest.mark.parametrize(
    ("pages", "sides", "sheets"),
    [(1, "one-sided", 1), (3, "one-sided", 3), (3, "two-sided-long-edge", 2)],
)
def test_sheets_are_set_aside_for_every_page(
    session: Session, pages: int, sides: str, sheets: int
) -> None:
    spec = JobSpec("M-1", "L9", "正本", "cd" * 32, "P1", pages=pages, sides=sides)
    job = jobs.create_job(session, spec, NOW)
    assert [sheet.position for sheet in job.sheets] == list(range(1, sheets + 1))
    assert sheet_states(job) == {SheetState.RESERVED}
