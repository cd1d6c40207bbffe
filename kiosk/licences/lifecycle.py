"""What becomes of an issued licence: suspended, revoked, cancelled, lost. Its history is only ever added to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.errors import Forbidden, InputInvalid
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.identity.queries import get_person_digest
from kiosk.licences.errors import NotReleasedToYou, StatusChangeRefused
from kiosk.licences.models import Licence, LicenceStatus
from kiosk.licences.printing_stop import withdraw_prints
from kiosk.licences.queries import list_history, lock_licence, may_collect
from kiosk.licences.registry import set_status
from kiosk.uow import unit_of_work

#: How far ahead a change may be entered, and how long one that the worker missed is still looked for.
FARTHEST_AHEAD, LONGEST_MISSED = timedelta(days=366), timedelta(days=31)
#: How the reason of a suspension begins that the holder asked for; such a licence may be replaced.
LOSS_WORDS = "挂失"


class Status(StrEnum):
    """What the registry says of a licence."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


CHANGES: dict[Status, frozenset[Status]] = {
    Status.VALID: frozenset(
        {Status.SUSPENDED, Status.REVOKED, Status.CANCELLED, Status.SUPERSEDED}
    ),
    Status.SUSPENDED: frozenset({Status.VALID, Status.REVOKED, Status.CANCELLED}),
    Status.REVOKED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset({Status.SUPERSEDED, Status.CANCELLED}),
    Status.SUPERSEDED: frozenset(),
}


def change_status(
    identifier: str,
    status: Status,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
) -> None:
    """The issuing authority changes the status, with its reason, from ``effective_on`` on (None: today).

    A day gone by is entered as such and holds from now on; a day to come is entered now and takes effect by the
    worker, unless another change comes before. Prints that no paper moved for are withdrawn.
    Raises NotFound, Forbidden, InputInvalid without a reason or with an impossible day, StatusChangeRefused.
    """
    if status is Status.SUPERSEDED:
        raise StatusChangeRefused("换发新证照后，原证照自动失效")
    with unit_of_work() as session:
        licence = lock_licence(session, identifier)
        require_changeable(licence, status, reason, actor, now)
        day = effective_on or office_date(now)
        _require_possible_day(licence, status, day, office_date(now))
        set_status(session, licence, status, reason, actor=actor, now=now, effective_on=day)
        if licence.status != Status.VALID:
            withdraw_prints(session, licence, now)
        tell(session, licence, status, actor, now, effective_on=day)


def report_loss(identifier: str, *, actor: Actor, now: datetime) -> None:
    """The holder tells that the paper is lost (挂失): the licence is suspended until its authority replaces it.

    Raises NotFound, NotReleasedToYou, StatusChangeRefused.
    """
    with unit_of_work() as session:
        licence = lock_licence(session, identifier)
        if not may_collect(session, licence, get_person_digest(session, actor), now):
            raise NotReleasedToYou("只有持证人、负责人或登记在案的代理人可以挂失")
        _require_change(licence, Status.SUSPENDED, now)
        reason = f"{LOSS_WORDS}：持证人申请"
        set_status(session, licence, Status.SUSPENDED, reason, actor=actor, now=now)
        withdraw_prints(session, licence, now)
        tell(session, licence, Status.SUSPENDED, actor, now, effective_on=office_date(now))


def take_effect(*, now: datetime) -> int:
    """Let changes whose day has come take effect; answers how many."""
    today = office_date(now)
    with unit_of_work() as session:
        due = _due(session, today)
        for entry in due:
            licence = session.get_one(Licence, entry.licence_id)
            licence.status = entry.status
            withdraw_prints(session, licence, now)
    return len(due)


def status_on(licence: Licence, day: date) -> Status:
    """The status on a day: a licence past its last day is expired, whatever was not said of it."""
    status = Status(licence.status)
    past = licence.expires_on is not None and licence.expires_on < day
    return Status.EXPIRED if past and status in (Status.VALID, Status.SUSPENDED) else status


def require_changeable(
    licence: Licence, status: Status, reason: str, actor: Actor, now: datetime
) -> None:
    """Raises InputInvalid without a reason, Forbidden for another authority, StatusChangeRefused."""
    if not reason.strip():
        raise InputInvalid("请填写理由", fields={"reason": ["不能为空"]})
    require_issuer(licence, actor)
    _require_change(licence, status, now)


def require_issuer(licence: Licence, actor: Actor) -> None:
    """Raises Forbidden for anyone but an officer of the authority that issued the licence."""
    if actor.role is not Role.OFFICER or actor.authority_code != licence.authority_code:
        raise Forbidden(f"这份证照由{licence.authority_name}颁发，只有该机关可以办理")


def is_reported_lost(session: Session, licence: Licence) -> bool:
    """Whether the licence is suspended because its holder lost the paper, and for nothing else."""
    last = list_history(session, licence)[-1]
    return last.status == Status.SUSPENDED and (last.reason or "").startswith(LOSS_WORDS)


def tell(
    session: Session, licence: Licence, status: Status, actor: Actor, now: datetime,
    *, effective_on: date,
) -> None:  # fmt: skip
    """Enter the change in the audit trail and pass it on."""
    subject, day = f"licence:{licence.identifier}", effective_on.isoformat()
    trail.record(session, actor, "licence-status", subject, now, status=status, effective_on=day)
    facts = {"identifier": licence.identifier, "status": status, "effective_on": day}
    outbox.enqueue(session, "licence.status", facts, now)


def _require_change(licence: Licence, status: Status, now: datetime) -> None:
    current = status_on(licence, office_date(now))
    if status not in CHANGES[current]:
        raise StatusChangeRefused(f"证照目前是“{current}”状态，不能这样变更")


def _require_possible_day(licence: Licence, status: Status, day: date, today: date) -> None:
    if day < licence.issued_on:
        raise InputInvalid(fields={"effective_on": ["不能早于颁发日期"]})
    if day > today + FARTHEST_AHEAD:
        raise InputInvalid(fields={"effective_on": ["最多提前一年登记"]})
    if day != today and status is Status.VALID:
        raise InputInvalid(fields={"effective_on": ["恢复有效自登记当日起"]})


def _due(session: Session, today: date) -> list[LicenceStatus]:
    """Entries whose day has come while the licence still says otherwise; a later entry puts them aside."""
    later = aliased(LicenceStatus)
    newest = (
        select(func.max(later.id)).where(later.licence_id == LicenceStatus.licence_id)
    ).scalar_subquery()
    found = (
        select(LicenceStatus)
        .join(Licence, Licence.id == LicenceStatus.licence_id)
        .where(
            LicenceStatus.status.in_((Status.SUSPENDED, Status.REVOKED, Status.CANCELLED)),
            LicenceStatus.effective_on.between(today - LONGEST_MISSED, today),
            Licence.status != LicenceStatus.status,
            LicenceStatus.id == newest,
        )
    )
    return list(session.scalars(found))
