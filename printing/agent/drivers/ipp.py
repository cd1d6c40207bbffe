"""A printer that speaks IPP Everywhere. Its counter comes from the printer, or from a file beside a simulated one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from printing.agent.drivers import FeedTicket, is_jammed
from printing.agent.drivers.levels import (
    SUPPLY_ATTRIBUTES,
    read_output,
    read_supplies,
    read_trays,
)
from printing.agent.errors import FeedUncertain, Jammed, NotFed
from printing.agent.ipp import (
    Answer,
    Attribute,
    Attributes,
    BrokenOff,
    Group,
    IppError,
    Operation,
    Printer,
    Refused,
    Tag,
    Unreachable,
)
from printing.wire import PrinterReport

OFFLINE = PrinterReport("stopped", ("offline",), None)
PRINTER_STATES = {3: "idle", 4: "processing", 5: "stopped"}
PENDING, HELD, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = range(3, 10)
NOT_MOVING = frozenset({PENDING, HELD, STOPPED})
LOOK_S = 0.2
FEED_PATIENCE_S = 60.0
ASKED = (
    "printer-state",
    "printer-state-reasons",
    "printer-impressions-completed",
    "printer-input-tray",
    "printer-output-tray",
    *SUPPLY_ATTRIBUTES,
)
USER = "kiosk-agent"


class IppPrinter:
    """Feeds one copy per job and watches it to its end."""

    def __init__(
        self,
        uri: str,
        counter_file: Path | None = None,
        shift_mm: tuple[float, float] = (0.0, 0.0),
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        patience_s: float = FEED_PATIENCE_S,
    ) -> None:
        self._printer = Printer(uri, user=USER)
        self._counter_file = counter_file
        self._shift = _shift_of(shift_mm)
        self._sleep, self._monotonic, self._patience_s = sleep, monotonic, patience_s

    def report(self) -> PrinterReport:
        try:
            answer = self._printer.ask(
                Operation.GET_PRINTER_ATTRIBUTES,
                Attribute(Tag.KEYWORD, "requested-attributes", ASKED),
            )
        except IppError:
            return OFFLINE
        (found,) = answer.find(Group.PRINTER)[:1] or [{}]
        state = PRINTER_STATES.get(_number(found, "printer-state"), "stopped")
        reasons = tuple(str(reason) for reason in found.get("printer-state-reasons", ["none"]))
        return PrinterReport(
            state,
            reasons,
            self._counter(found),
            read_trays(found),
            read_supplies(found),
            read_output(found),
        )

    def come_to_rest(self) -> bool:
        try:
            unfinished = self._list_unfinished()
            for job in unfinished:
                if _number(job, "job-state") in NOT_MOVING:
                    self._cancel(_number(job, "job-id"))
        except IppError:
            return False
        return not unfinished

    def feed(self, ticket: FeedTicket) -> None:
        self._require_shift()
        job_id = self._submit(ticket)
        until = self._monotonic() + self._patience_s
        while self._monotonic() < until:
            state = self._job_state(job_id)
            if state == COMPLETED:
                return
            if state in (CANCELED, ABORTED):
                raise FeedUncertain(f"the printer ended the job in state {state}")
            if state == STOPPED and is_jammed(self.report()):
                self._take_back(job_id)
                raise Jammed("media-jam")
            self._sleep(LOOK_S)
        self._take_back(job_id)
        raise FeedUncertain("the printer took too long")

    def _take_back(self, job_id: int) -> None:
        """What stays inside is printed once the jam is cleared, when another sheet may be out in its stead."""
        with suppress(IppError):
            self._cancel(job_id)

    def _require_shift(self) -> None:
        """Raises NotFed if this printer does not shift pages: values beside their boxes spoil a numbered blank."""
        if not self._shift:
            return
        wanted = tuple(f"{each.name}-supported" for each in self._shift)
        try:
            answer = self._printer.ask(
                Operation.GET_PRINTER_ATTRIBUTES,
                Attribute(Tag.KEYWORD, "requested-attributes", wanted),
            )
        except IppError as error:
            raise NotFed("offline") from error
        if any(name not in found for found in answer.find(Group.PRINTER) for name in wanted):
            raise NotFed("image-shift-not-supported")

    def _submit(self, ticket: FeedTicket) -> int:
        """Hand the document over. Raises NotFed if the printer surely has not taken it."""
        try:
            answer = self._printer.ask(
                Operation.PRINT_JOB,
                Attribute(Tag.NAME, "job-name", (ticket.name,)),
                Attribute(Tag.BOOLEAN, "ipp-attribute-fidelity", (True,)),
                Attribute(Tag.MIME_TYPE, "document-format", ("application/pdf",)),
                job=(
                    Attribute(Tag.INTEGER, "copies", (1,)),
                    Attribute(Tag.KEYWORD, "media", (ticket.media,)),
                    Attribute(Tag.KEYWORD, "sides", (ticket.sides,)),
                    *self._shift,
                ),
                document=ticket.path.read_bytes(),
            )
        except Unreachable as error:
            raise NotFed("offline") from error
        except Refused as error:
            raise NotFed(f"refused {error}") from error
        except BrokenOff as error:
            raise FeedUncertain(str(error)) from error
        return _said_of_job(answer, "job-id")

    def _job_state(self, job_id: int) -> int:
        """Raises FeedUncertain if the printer does not say."""
        try:
            answer = self._printer.ask(
                Operation.GET_JOB_ATTRIBUTES,
                Attribute(Tag.INTEGER, "job-id", (job_id,)),
                Attribute(Tag.KEYWORD, "requested-attributes", ("job-state", "job-state-reasons")),
            )
        except IppError as error:
            raise FeedUncertain(str(error)) from error
        return _said_of_job(answer, "job-state")

    def _list_unfinished(self) -> list[Attributes]:
        answer = self._printer.ask(
            Operation.GET_JOBS,
            Attribute(Tag.KEYWORD, "which-jobs", ("not-completed",)),
            Attribute(Tag.KEYWORD, "requested-attributes", ("job-id", "job-state", "job-name")),
        )
        return answer.find(Group.JOB)

    def _cancel(self, job_id: int) -> None:
        with suppress(Refused):  # It may have ended by itself meanwhile.
            self._printer.ask(Operation.CANCEL_JOB, Attribute(Tag.INTEGER, "job-id", (job_id,)))

    def _counter(self, found: Attributes) -> int | None:
        if self._counter_file is None:
            return _find_number(found, "printer-impressions-completed")
        try:
            return int(self._counter_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 0
        except (OSError, ValueError):
            return None


def _shift_of(shift_mm: tuple[float, float]) -> tuple[Attribute, ...]:
    """What asks for it, in hundredths of a millimetre (PWG 5100.3, 3.21); nothing where nothing is shifted.

    The signed file stays as it is: the printer moves the image.
    """
    if not any(shift_mm):
        return ()
    names = ("x-image-shift", "y-image-shift")
    values = (round(each * 100) for each in shift_mm)
    return tuple(
        Attribute(Tag.INTEGER, name, (value,)) for name, value in zip(names, values, strict=True)
    )


def _said_of_job(answer: Answer, name: str) -> int:
    """A number of the job. Raises FeedUncertain for an answer without it: the printer may have taken the job."""
    for job in answer.find(Group.JOB):
        number = _find_number(job, name)
        if number is not None:
            return number
    raise FeedUncertain(f"the printer does not tell its {name}")


def _find_number(found: Attributes, name: str) -> int | None:
    value = found.get(name, [None])[0]
    return value if type(value) is int else None


def _number(found: Attributes, name: str) -> int:
    """The number of that name, or 0: a state that means nothing to anybody."""
    return _find_number(found, name) or 0
