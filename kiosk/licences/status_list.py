"""The public status list of the registry, made anew when its history has grown or it is no longer fresh."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Licence, LicenceCopy, LicenceStatus, VoidCopy
from kiosk.licences.queries import is_standing
from printing.pki import KeyStore
from printing.status_list import StatusList, write_status_list

FRESH = timedelta(hours=1)
SIGNER_CODE, SIGNER_NAME = "STATUS", "川渝通办证照状态清单"
#: The newest entries of the history and of the void copies, and how many licences are not valid, by status.
State = tuple[int, int, frozenset[tuple[str, int]]]


class StatusLists:
    """Hands out the signed list; between changes the same bytes, so that it can be cached."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._held: tuple[State, StatusList, bytes] | None = None

    def current(self, session: Session, now: datetime) -> bytes:
        """The list of this moment, signed; at most an hour old."""
        state = _state(session)
        if self._held is None or self._held[0] != state or now >= self._held[1].fresh_until:
            listed = gather(session, now)
            signer = self._keys.signer_for(SIGNER_CODE, SIGNER_NAME, now)
            self._held = (state, listed, write_status_list(listed, signer))
        return self._held[2]


def _state(session: Session) -> State:
    """What changes with every entry, and with every entered change that takes effect."""
    newest = session.scalar(select(func.max(LicenceStatus.id))) or 0
    void = session.scalar(select(func.max(VoidCopy.id))) or 0
    doubtful = (
        select(Licence.status, func.count())
        .where(Licence.status != Status.VALID)
        .group_by(Licence.status)
    )
    return newest, void, frozenset((status, count) for status, count in session.execute(doubtful))


def gather(session: Session, now: datetime) -> StatusList:
    """Every licence that is not plainly valid, and the copies that went void with it or were found spoiled."""
    today = office_date(now)
    doubtful = select(Licence).where(
        (Licence.status != Status.VALID) | (Licence.expires_on < today)
    )
    licences = {row.identifier: row for row in session.scalars(doubtful)}
    void = session.execute(
        select(Licence.identifier, LicenceCopy.label)
        .join(LicenceCopy, LicenceCopy.licence_id == Licence.id)
        .where((Licence.status == Status.SUPERSEDED) | ~is_standing())
    )
    return StatusList(
        issued_at=now,
        fresh_until=now + FRESH,
        licences={key: status_on(row, today).value for key, row in sorted(licences.items())},
        copies={f"{identifier}#{label}": "void" for identifier, label in void},
    )
