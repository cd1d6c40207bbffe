"""The lists that divisions brought, row by row as they stand; mapping to the catalogue is a person's decision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from services_catalog import intake
from services_catalog.errors import UnknownLocalItem, UnknownLocalList
from services_catalog.list_checks import comparable_name
from services_catalog.loading import OFFICE_ZONE
from services_catalog.models import LocalItem, LocalList
from services_catalog.queries import get_district, get_item

READ_AT_ONCE = 1000


def find_list(session: Session, division_code: str, file_digest: str) -> LocalList | None:
    """The import of this very file by this division, finished or not."""
    return session.scalar(
        select(LocalList).where(
            LocalList.division_code == division_code, LocalList.file_digest == file_digest
        )
    )


def get_list(session: Session, division_code: str, file_digest: str) -> LocalList:
    """The import of this very file, held for changes. Raises UnknownLocalList."""
    found = session.scalar(
        select(LocalList)
        .where(LocalList.division_code == division_code, LocalList.file_digest == file_digest)
        .with_for_update()
    )
    if found is None:
        raise UnknownLocalList(division_code)
    return found


def begin_list(
    session: Session,
    division_code: str,
    file_digest: str,
    report: intake.ListReport,
    *,
    author: str,
    now: datetime,
) -> LocalList:
    """A fresh list to be filled. Raises UnknownDistrict."""
    get_district(session, division_code)
    told = {"rows": report.rows, "rejected": report.rejected, "counts": dict(report.counts)}
    fresh = LocalList(
        division_code=division_code,
        file_digest=file_digest,
        file_name=report.file[-200:],
        author=author,
        begun_at=now,
        taken=0,
        finished=False,
        current=False,
        report=told,
    )
    session.add(fresh)
    session.flush()  # The rows name the list by id.
    return fresh


def take_rows(session: Session, into: LocalList, rows: Sequence[intake.LocalItem]) -> None:
    """Add rows as they stand and remember how far the reading has come."""
    if not rows:
        return
    session.execute(
        LocalItem.__table__.insert(),  # type: ignore[attr-defined]
        [{**asdict(row), "list_id": into.id, "key": key_of(row)} for row in rows],
    )
    into.taken = rows[-1].row


def finish_list(session: Session, done: LocalList) -> None:
    """Make it the division's current list; confirmed mappings of the former one go on where the row is the same."""
    former = find_current(session, done.division_code)
    if former is not None and former.id != done.id:
        _carry_mappings(session, former.id, done.id)
        former.current = False
    done.finished = done.current = True


def find_current(session: Session, division_code: str) -> LocalList | None:
    """The division's list in use, or None."""
    return session.scalar(
        select(LocalList).where(LocalList.division_code == division_code, LocalList.current)
    )


def get_current(session: Session, division_code: str) -> LocalList:
    """The division's list in use. Raises UnknownLocalList."""
    found = find_current(session, division_code)
    if found is None:
        raise UnknownLocalList(division_code)
    return found


def list_rows(
    session: Session,
    division_code: str,
    *,
    after: int = 0,
    limit: int = 100,
    unmapped: bool = False,
) -> list[LocalItem]:
    """Rows of the division's list in use, in the order of the file, after a row number. Raises UnknownLocalList."""
    current = get_current(session, division_code)
    rows = select(LocalItem).where(LocalItem.list_id == current.id, LocalItem.row > after)
    if unmapped:
        rows = rows.where(LocalItem.item_seq.is_(None))
    return list(session.scalars(rows.order_by(LocalItem.row).limit(limit)))


def stream_rows(session: Session, division_code: str) -> Iterator[dict[str, Any]]:
    """Every row of the division's list in use as plain values. Raises UnknownLocalList."""
    current = get_current(session, division_code)
    table = LocalItem.__table__
    rows = select(table).where(table.c.list_id == current.id).order_by(table.c.row)
    found = session.execute(rows.execution_options(yield_per=READ_AT_ONCE)).mappings()
    return (dict(row) for row in found)


def get_row(session: Session, division_code: str, row: int) -> LocalItem:
    """One row of the division's list in use. Raises UnknownLocalList, UnknownLocalItem."""
    current = get_current(session, division_code)
    found = session.scalar(
        select(LocalItem).where(LocalItem.list_id == current.id, LocalItem.row == row)
    )
    if found is None:
        raise UnknownLocalItem(division_code, row)
    return found


def confirm_mapping(
    session: Session, local: LocalItem, seq: int | None, *, by: str, now: datetime
) -> None:
    """Record what a person found the row to be in the catalogue, or that it is none of it. Raises UnknownItem."""
    if seq is not None:
        get_item(session, seq, now.astimezone(OFFICE_ZONE).date())
    local.item_seq, local.mapped_by, local.mapped_at = seq, by, now


def key_of(row: intake.LocalItem) -> str:
    """Tells the same item in another list: code as it stands, name in comparable form."""
    return hashlib.sha256(f"{row.item_code}\n{comparable_name(row.name)}".encode()).hexdigest()


def _carry_mappings(session: Session, former: int, fresh: int) -> None:
    """One statement, however many rows persons have mapped."""
    known = aliased(LocalItem)
    same = (known.list_id == former, known.key == LocalItem.key, known.mapped_by.is_not(None))
    last = select(known.item_seq).where(*same).order_by(known.row.desc()).limit(1)
    carried = {
        column.key: last.with_only_columns(column).scalar_subquery()
        for column in (known.item_seq, known.mapped_by, known.mapped_at)
    }
    session.execute(
        update(LocalItem)
        .where(LocalItem.list_id == fresh, exists().where(*same))
        .values(**carried)
        .execution_options(synchronize_session=False)
    )
