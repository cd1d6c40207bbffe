"""Paper at a machine: who gets it, and what a finished print means for the case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework import commands
from kiosk.casework.errors import NotForPrinting
from kiosk.casework.models import Case
from kiosk.casework.receipt import Delivery
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.errors import Forbidden
from kiosk.fees.payments import require_settled
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.identity.models import Person
from kiosk.licences.errors import LicenceNotValid, NotReadyYet, NotReleasedToYou
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Licence, LicenceCopy, SealedDocument
from kiosk.licences.queries import (
    find_replaced_print,
    get_copy,
    get_licence,
    is_standing,
    lock_licence,
    may_collect,
)
from kiosk.machines import commands as machines
from kiosk.uow import unit_of_work
from printing.jobs import was_spoiled


def print_copy(identifier: str, label: str, *, actor: Actor, now: datetime) -> str:
    """Release one original to the person standing at the machine; answers the print job's number.

    Raises NotReleasedToYou, LicenceNotValid, NotReadyYet, NotForPrinting, and CopyInPrint or CopyAlreadyPrinted
    for a second original.
    """
    if actor.role is not Role.CITIZEN or actor.machine_number is None or actor.person_id is None:
        raise Forbidden("请在自助机上刷身份证后打印")
    with unit_of_work() as session:
        licence = get_licence(session, identifier)
        copy, document = get_copy(session, licence, label)
        _require_release(session, licence, document, actor, now)
        job = machines.request_print(
            session,
            machine_number=actor.machine_number,
            licence_identifier=identifier,
            copy_label=label,
            document_digest=document.file_digest or "",
            person_id=actor.person_id,
            now=now,
            blank_kind=_blank_kind(document),
            replaces=find_replaced_print(session, copy),
        )
        _require_unspoiled(session, identifier, label)
        trail.record(
            session,
            actor,
            "print-requested",
            f"licence:{identifier}",
            now,
            copy=copy.label,
            job=job,
        )
        return job


def note_printed(identifier: str, label: str, *, now: datetime) -> None:
    """Mark the copy printed; once every copy that stands is out, the case counts as delivered."""
    with unit_of_work() as session:
        licence = lock_licence(session, identifier)
        copy, _ = get_copy(session, licence, label)
        copy.printed_at = copy.printed_at or now
        waiting = session.scalar(
            select(LicenceCopy.id).where(
                LicenceCopy.licence_id == licence.id,
                LicenceCopy.printed_at.is_(None),
                is_standing(),
            )
        )
        case_number, state = session.execute(
            select(Case.number, Case.state).where(Case.number == licence.case_number)
        ).one()
        trail.record(session, SYSTEM, "copy-printed", f"licence:{identifier}", now, copy=label)
    if waiting is None and state == State.GRANTED:
        commands.deliver(case_number, "自助机已打印", actor=SYSTEM, now=now)


def _require_release(
    session: Session, licence: Licence, document: SealedDocument, actor: Actor, now: datetime
) -> None:
    """The checks at the instant paper moves: the holder, the licence's status, the sealed file."""
    person = session.get_one(Person, actor.person_id)
    require_settled(session, licence.case_number)
    if not may_collect(session, licence, person.document_digest, now):
        raise NotReleasedToYou("这份证照只能由持证人、负责人或登记在案的代理人领取")
    if status_on(licence, office_date(now)) is not Status.VALID:
        raise LicenceNotValid("这份证照目前不是有效状态，不能打印")
    if not licence.printable:
        raise NotForPrinting(_where_to_get(session, licence))
    if document.state != "sealed" or document.file_digest is None:
        raise NotReadyYet("证照正在加盖印章，请稍候再试")


def _require_unspoiled(session: Session, identifier: str, label: str) -> None:
    """Looked at behind the entered job: a settlement either kept that job out or is seen by now."""
    if was_spoiled(session, identifier, label):
        raise NotReadyYet("这一份原件已作废，系统正在重新制作，请稍候打印新的一份")


def _blank_kind(document: SealedDocument) -> str | None:
    """The numbered blanks this paper was drawn for are of the kind of its template; None for plain paper."""
    content = document.content
    return content["template"] if content["stock"] == "blank" else None


def _where_to_get(session: Session, licence: Licence) -> str:
    """Who makes the paper, and how it reaches the holder: the way the applicant chose, and the window's address."""
    case = session.scalar(select(Case).where(Case.number == licence.case_number))
    words = f"自助机不能打印这份证照，它由{licence.authority_name}制作"
    if case is None:
        return f"{words}，请向该机关领取"
    way = {Delivery.POST: "将邮寄给您"}.get(Delivery(case.delivery), "请持身份证件到窗口领取")
    windows = case.offering["offering"]["terms"]["windows"]
    address = f"（{windows[0]['address']}）" if windows else ""
    return f"{words}，{way}{address}"
