"""The answer to whoever was told that nobody knows whether their paper is out, once somebody does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.exchange import outbox
from kiosk.machines.alarms import UNKNOWN, was_raised
from kiosk.machines.prints import DOCUMENT
from kiosk.machines.queries import get_machine
from printing.job_models import PrintJob
from printing.job_states import Event

PRINTED = "已经打印好。如果您没有拿到，请联系{place}的工作人员。"
NOT_PRINTED = "没有打印出来，可以凭身份证件到自助终端再打印。"
SPOILED = "打坏了，那一张已经作废，请不要使用。新的一份正在制作，稍后可以凭身份证件到自助终端打印。"
IS_THERE = (Event.PRINT, Event.FOUND_PRINTED)


def tell_found(session: Session, job: PrintJob, found: Event, now: datetime) -> None:
    """Send what was found to the person who asked for the paper, if they wait for an answer or hold a void original."""
    original = not job.licence_identifier.startswith(DOCUMENT)
    void = original and found is Event.FOUND_SPOILED
    if not void and not was_raised(session, UNKNOWN, job.number):
        return
    words = SPOILED if void else NOT_PRINTED if found not in IS_THERE else PRINTED
    place = get_machine(session, job.machine_number).place
    text = f"【川渝通办】打印任务 {job.number} 已核实：您的{'证照' if original else job.copy_label}"
    wish = {"person": job.requested_by, "text": text + words.format(place=place)}
    outbox.enqueue(session, "message.send", wish, now)
