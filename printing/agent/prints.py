"""One print job from offer to wiped spool, one journalled step at a time, so that it can go on after any crash.

The last step in the journal says what to do next. Paper moves only between ``feeding`` and ``outcome``; a job found at
``feeding`` after a crash is judged by the printer's page counter and never simply fed again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Protocol

from printing.agent.drivers import Driver, FeedTicket, blocking_reason, is_jammed
from printing.agent.errors import (
    DocumentDamaged,
    FeedUncertain,
    Jammed,
    NotFed,
    ServerRefused,
)
from printing.agent.journal import Entry, Journal, Step
from printing.agent.line import Line
from printing.agent.spool import Spool
from printing.wire import (
    Acknowledgement,
    FeedAnswer,
    FeedRequest,
    JobAnswer,
    JobOffer,
    JobState,
    Report,
    StatusUpdate,
)

MOST_TRIES = 3
LEFT_INSIDE = "left-inside"
ABOUT_THE_MESSAGE = frozenset({400, 404, 409, 413, 415, 422})
PATIENCE = timedelta(minutes=5)
BEFORE_LEAVE = frozenset(
    {Step.OFFERED, Step.ACKNOWLEDGED, Step.DOWNLOADED, Step.VERIFIED, Step.STOPPED}
)
JOB_IS_GONE = frozenset(
    {
        "lease-lost",
        "print-job-not-found",
        "job-transition-refused",
        "paper-may-have-moved",
        "feeding-not-permitted",
        "message-reused",
    }
)


class Judgement(Protocol):
    """What ``printing.verify`` says of a PDF."""

    @property
    def genuine(self) -> bool: ...

    @property
    def code(self) -> str: ...


@dataclass(frozen=True)
class NotJudged:
    """No judgement came about, so the paper does not count as genuine."""

    code: str
    genuine: bool = False


Judge = Callable[[bytes, datetime], Judgement]


class Progress(Enum):
    """How a step went: go on at once, wait for something outside, or nothing is in hand."""

    ON = auto()
    WAIT = auto()
    IDLE = auto()


@dataclass(frozen=True)
class JobInHand:
    """The offer, and everything the journal says of it."""

    offer: JobOffer
    entries: list[Entry]

    @property
    def last(self) -> Entry:
        return self.entries[-1]

    @property
    def failures(self) -> int:
        """How often the printer took leave to feed and moved nothing. Power cuts are not its fault."""
        return sum(1 for entry in self.entries if entry.facts.get("failed"))

    def count(self, step: Step) -> int:
        """How often the step was journalled; it numbers messages, so a repeated message keeps its number."""
        return sum(1 for entry in self.entries if entry.step is step)


class Printing:
    """Carries print jobs through. One at a time; everything it must remember stands in the journal."""

    def __init__(
        self, journal: Journal, line: Line, driver: Driver, spool: Spool, judge: Judge
    ) -> None:
        self._journal, self._line, self._driver = journal, line, driver
        self._spool, self._judge = spool, judge
        self._damaged = self._refused = 0
        self._steps: dict[Step, Callable[[JobInHand], Progress]] = {
            Step.OFFERED: self._acknowledge,
            Step.ACKNOWLEDGED: self._download,
            Step.DOWNLOADED: self._verify,
            Step.VERIFIED: self._ask,
            Step.STOPPED: self._resume,
            Step.PERMITTED: self._feed,
            Step.FEEDING: self._look_at_counter,
            Step.OUTCOME: self._report,
            Step.REPORTED: self._close,
        }

    def in_hand(self) -> JobInHand | None:
        """The job that is not closed, or None."""
        entries = self._journal.list_open()
        if not entries:
            return None
        return JobInHand(JobOffer.from_dict(entries[0].facts["offer"]), entries)

    def clear_printer(self) -> bool:
        """Take back what a job that ended unknown may have left in the printer; whether nothing is left there.

        It would come out once the printer works again, when persons may have released the original already.
        """
        if self._journal.find_note(LEFT_INSIDE) is None:
            return True
        if not self._driver.come_to_rest():
            return False
        self._journal.note(LEFT_INSIDE, None)
        return True

    def fetch(self) -> bool:
        """Take the next job, if one waits and the printer is clear. Raises LineDown, ServerRefused."""
        if not self.clear_printer():
            return True
        offer = self._line.post("/jobs/fetch", None, JobOffer)
        if offer is None:
            return False
        self._damaged = self._refused = 0
        self._journal.record(
            offer.job, offer.attempt, Step.OFFERED, self._line.now(), offer=offer.to_dict()
        )
        return True

    def advance(self) -> Progress:
        """One step of the job in hand. Raises LineDown, and ServerRefused for what is not about the job."""
        job = self.in_hand()
        if job is None:
            self.clear_printer()
            return Progress.IDLE
        try:
            return self._steps[job.last.step](job)
        except ServerRefused as refusal:
            return self._after_refusal(job, refusal)

    def drop(self, reason: str) -> None:
        """The server says that the job is over: forget it, unless its paper may have moved."""
        job = self.in_hand()
        if job is not None and job.last.step in BEFORE_LEAVE:
            self._give_up(job, reason)

    def tidy(self) -> None:
        """Wipe what a crash left in the spool, and forget old entries."""
        if self.in_hand() is None:
            self._spool.clear()
            self._journal.forget_old()

    def _after_refusal(self, job: JobInHand, refusal: ServerRefused) -> Progress:
        """Let go of a job that is gone, or whose message is refused again and again; the server's lease runs out then.

        A refusal of the machine itself says nothing about the job and is raised.
        """
        if refusal.code == "paper-may-have-moved" and job.last.step in BEFORE_LEAVE:
            # A leave whose answer was lost: it was never used, and only this machine knows.
            counter = self._driver.report().page_counter
            return self._conclude(job, Report.NOT_FED, "leave-unused", counter)
        if refusal.code not in JOB_IS_GONE:
            if refusal.status not in ABOUT_THE_MESSAGE:
                raise refusal
            self._refused += 1
            if self._refused < MOST_TRIES:
                raise refusal
        self._refused = 0
        return self._give_up(job, refusal.code)

    def _acknowledge(self, job: JobInHand) -> Progress:
        path = f"/jobs/{job.offer.job}/acknowledgement"
        self._line.get(path, Acknowledgement(job.offer.attempt), JobAnswer)
        return self._record(job, Step.ACKNOWLEDGED)

    def _download(self, job: JobInHand) -> Progress:
        offer = job.offer
        try:
            self._spool.fetch(self._line, offer.job, offer.attempt, offer.document_sha256)
        except DocumentDamaged:
            self._damaged += 1
            if self._damaged < MOST_TRIES:
                return Progress.WAIT
            return self._refuse(job, "document-damaged")
        except ServerRefused as refusal:
            if refusal.code != "not-found":
                raise
            return self._refuse(job, "document-missing")
        return self._record(job, Step.DOWNLOADED)

    def _verify(self, job: JobInHand) -> Progress:
        path = self._spool.path(job.offer.job)
        if not path.exists():
            return self._record(job, Step.ACKNOWLEDGED)
        verdict = self._judge(path.read_bytes(), self._line.now())
        if not verdict.genuine:
            return self._refuse(job, verdict.code)
        return self._record(job, Step.VERIFIED)

    def _ask(self, job: JobInHand) -> Progress:
        """Ask for leave to move paper, once the printer could."""
        report = self._driver.report()
        reason = blocking_reason(report)
        if reason is not None:
            return self._stop(job, reason)
        if job.failures >= MOST_TRIES:
            return self._refuse(job, "printer-failed")
        message_id = f"feed-{job.offer.attempt}-{job.count(Step.OUTCOME)}"
        request = FeedRequest(message_id, job.offer.attempt, report.page_counter)
        answer = self._line.get(f"/jobs/{job.offer.job}/feeding", request, FeedAnswer)
        if answer.state is JobState.UNKNOWN:  # The leave was given, its answer lost, never used.
            return self._conclude(job, Report.NOT_FED, "leave-unused", report.page_counter)
        if not answer.granted or answer.feed_before is None:
            return self._give_up(job, answer.reason or "no leave")
        return self._record(job, Step.PERMITTED, feed_before=answer.feed_before.isoformat())

    def _stop(self, job: JobInHand, reason: str) -> Progress:
        self._record(job, Step.STOPPED, reason=reason)
        self._send(job, Report.STOPPED, job.count(Step.STOPPED), reason, None)
        return Progress.WAIT

    def _resume(self, job: JobInHand) -> Progress:
        """Go on once the printer can. The stop is told again: a crash may have swallowed it, twice is once."""
        if blocking_reason(self._driver.report()) is not None:
            return Progress.WAIT
        number = job.count(Step.STOPPED) - 1
        self._send(job, Report.STOPPED, number, job.last.facts["reason"], None)
        self._send(job, Report.RESUMED, number, None, None)
        return self._record(job, Step.VERIFIED)

    def _feed(self, job: JobInHand) -> Progress:
        """Move paper, if the leave still holds."""
        before = self._driver.report().page_counter
        if self._line.now() >= datetime.fromisoformat(job.last.facts["feed_before"]):
            return self._conclude(job, Report.NOT_FED, "leave-expired", before)
        self._record(job, Step.FEEDING, counter=before)
        try:
            self._driver.feed(self._ticket(job))
        except FeedUncertain as error:
            self._record(job, Step.FEEDING, counter=before, reason=str(error), failed=True)
            return Progress.WAIT
        except NotFed as error:
            return self._conclude(job, *self._after_no_paper(before, str(error)), failed=True)
        except Jammed as error:
            after = self._driver.report().page_counter
            return self._conclude(job, Report.JAMMED, str(error), after)
        return self._conclude(job, *self._after_paper(job, before))

    def _after_paper(
        self, job: JobInHand, before: int | None
    ) -> tuple[Report, str | None, int | None]:
        """The printer says done: believed unless its own counter says otherwise."""
        after = self._driver.report().page_counter
        if before is None or after is None or after - before == job.offer.pages:
            return Report.PRINTED, None, after
        return Report.UNKNOWN, f"counter moved by {after - before}", after

    def _after_no_paper(
        self, before: int | None, reason: str
    ) -> tuple[Report, str | None, int | None]:
        """The printer says that nothing moved: believed unless its own counter says otherwise."""
        after = self._driver.report().page_counter
        if before is None or after is None or after == before:
            return Report.NOT_FED, reason, after
        return Report.UNKNOWN, f"{reason}, counter moved by {after - before}", after

    def _look_at_counter(self, job: JobInHand) -> Progress:
        """After a crash or a lost printer: only the counter of a quiet printer tells what happened."""
        quiet = self._driver.come_to_rest()
        report = self._driver.report()  # Not before: the sheet may come out while one asks.
        away = report.reasons == ("offline",) or not quiet
        if away and self._line.now() < datetime.fromisoformat(job.last.at) + PATIENCE:
            return Progress.WAIT
        if is_jammed(report):
            return self._conclude(job, Report.JAMMED, "media-jam", report.page_counter)
        if away:
            self._journal.note(LEFT_INSIDE, job.offer.job)
            return self._conclude(job, Report.UNKNOWN, "printer did not come back", None)
        return self._conclude(
            job, *_judge_counters(job.last.facts["counter"], report.page_counter, job.offer.pages)
        )

    def _conclude(
        self,
        job: JobInHand,
        report: Report,
        reason: str | None,
        counter: int | None,
        *,
        failed: bool = False,
    ) -> Progress:
        facts = {"report": report.value, "reason": reason, "counter": counter, "failed": failed}
        return self._record(job, Step.OUTCOME, **facts)

    def _report(self, job: JobInHand) -> Progress:
        facts = job.last.facts
        report = Report(facts["report"])
        self._send(job, report, job.count(Step.OUTCOME), facts["reason"], facts["counter"])
        return self._record(job, Step.VERIFIED if report is Report.NOT_FED else Step.REPORTED)

    def _close(self, job: JobInHand) -> Progress:
        self._spool.clear()
        self._record(job, Step.CLOSED, reason=None)
        return Progress.IDLE

    def _refuse(self, job: JobInHand, reason: str) -> Progress:
        """Tell the server that this paper will not be printed here, and be done with it."""
        self._send(job, Report.REFUSED, 0, reason, None)
        return self._give_up(job, reason)

    def _give_up(self, job: JobInHand, reason: str) -> Progress:
        self._record(job, Step.CLOSED, reason=reason)
        self._spool.clear()
        return Progress.IDLE

    def _send(
        self, job: JobInHand, report: Report, number: int, reason: str | None, counter: int | None
    ) -> None:
        offer = job.offer
        message_id = f"{report}-{offer.attempt}-{number}"
        update = StatusUpdate(message_id, offer.attempt, report, reason, counter, self._line.now())
        self._line.get(f"/jobs/{offer.job}/status", update, JobAnswer)

    def _ticket(self, job: JobInHand) -> FeedTicket:
        offer = job.offer
        name = f"{offer.job}-{offer.attempt}-{job.count(Step.FEEDING)}"
        return FeedTicket(name, self._spool.path(offer.job), offer.pages, offer.media, offer.sides)

    def _record(self, job: JobInHand, step: Step, **facts: Any) -> Progress:
        self._journal.record(job.offer.job, job.offer.attempt, step, self._line.now(), **facts)
        return Progress.ON


def _judge_counters(
    before: int | None, after: int | None, pages: int
) -> tuple[Report, str | None, int | None]:
    """What two readings of the page counter prove; without both, nothing."""
    if before is None or after is None:
        return Report.UNKNOWN, "no page counter", after
    if after == before:
        return Report.NOT_FED, "power cut before paper moved", after
    if after - before == pages:
        return Report.PRINTED, None, after
    return Report.UNKNOWN, f"counter moved by {after - before}", after
