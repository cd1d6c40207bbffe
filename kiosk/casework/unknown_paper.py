"""What a person is told when nobody knows whether the paper is out, at whatever hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.calendar import calendar_file
from kiosk.casework.models import Case
from kiosk.casework.offerings import terms_of
from kiosk.clock import OFFICE_ZONE, office_date
from kiosk.exchange import outbox
from kiosk.licences.halls import hall_name
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Licence
from kiosk.machines.queries import get_machine
from printing.job_models import PrintJob
from printing.wire import JobState
from services_catalog.queries import get_district
from services_catalog.workdays import CalendarMissing

DAYS_AHEAD = 14


@dataclass(frozen=True)
class PaperHelp:
    """Whom to turn to: the ticket, a phone, the nearest hall and when it is open, and how soon somebody answers.

    ``verifiable`` tells that the licence counts already and can be looked up without its paper; ``electronic`` is the
    identifier of the electronic licence, for items that give one out.
    """

    ticket: str
    phone: str
    hall: str
    hours: str
    minutes: int
    verifiable: bool
    electronic: str | None
    paper: str = "证照"

    @property
    def words(self) -> str:
        """All of it in a message."""
        lookup = "证照已经生效，可先凭证照编号在线核验。" if self.verifiable else ""
        if self.electronic is not None:
            lookup = f"电子证照已经生效，编号 {self.electronic}，可凭编号在线出示和核验。"
        return (
            f"【川渝通办】机器未能确认您的{self.paper}是否已经打印。受理号 {self.ticket}，"
            f"工作人员将在 {self.minutes} 分钟内核实并答复。"
            f"咨询电话 {self.phone}；{self.hall}{self.hours}。{lookup}"
        )


def help_for(session: Session, job: PrintJob, now: datetime) -> PaperHelp:
    """The help for one print. Raises NotFound, UnknownDistrict."""
    machine = get_machine(session, job.machine_number)
    district = get_district(session, machine.division_code)
    known = select(Licence).where(Licence.identifier == job.licence_identifier)
    licence = session.scalar(known)
    counts = licence is not None and status_on(licence, office_date(now)) is Status.VALID
    return PaperHelp(
        ticket=job.number,
        phone=str(current_app.config["HOTLINE"]),
        hall=hall_name(district.full_name),
        hours=opening_words(now),
        minutes=current_app.config["UNKNOWN_PAPER_MINUTES"],
        verifiable=counts,
        electronic=licence.identifier
        if licence and counts and _is_electronic(session, licence)
        else None,
        paper="证照" if job.original_key else job.copy_label,
    )


def _is_electronic(session: Session, licence: Licence) -> bool:
    """Whether the item gives out an electronic licence, by the terms the case was received under."""
    case = session.scalar(select(Case).where(Case.number == licence.case_number))
    return case is not None and terms_of(case.offering).result_form == "electronic"


def find_help(session: Session, number: str, now: datetime) -> PaperHelp | None:
    """The help for a print whose paper is unknown, or None while all is well."""
    unknown = PrintJob.number == number, PrintJob.state == JobState.UNKNOWN
    job = session.scalar(select(PrintJob).where(*unknown))
    return None if job is None else help_for(session, job, now)


def tell_person(session: Session, job: PrintJob, now: datetime) -> None:
    """Send the help to the person who asked for the paper, in the open transaction."""
    text = help_for(session, job, now).words
    outbox.enqueue(session, "message.send", {"person": job.requested_by, "text": text}, now)


def opening_words(now: datetime) -> str:
    """Whether halls are open at that moment, or when they open next, by the hours of the settings (unverified)."""
    opens, closes = (time.fromisoformat(f"{word:0>5}") for word in _hours())
    local = now.astimezone(OFFICE_ZONE)
    try:
        if _works(local) and opens <= local.time() < closes:
            return f"正在办公，今天到 {closes:%H:%M}"
        first = 0 if local.time() < opens else 1
        day = next(
            local + timedelta(days=ahead)
            for ahead in range(first, DAYS_AHEAD)
            if _works(local + timedelta(days=ahead))
        )
    except (CalendarMissing, StopIteration):
        return f"工作日 {opens:%H:%M} 开门"
    return f"{day.month}月{day.day}日 {opens:%H:%M} 开门"


def _hours() -> list[str]:
    found: list[str] = current_app.config["HALL_HOURS"].split("-")
    return found


def _works(moment: datetime) -> bool:
    return calendar_file().calendar().is_working_day(moment.date())
