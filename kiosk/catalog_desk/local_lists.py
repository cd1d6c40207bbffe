"""Take in a district's list: dry run, import that can be interrupted and run again, mapping, export."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from kiosk.audit import trail
from kiosk.catalogue import Catalogue
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.uow import reading, unit_of_work
from services_catalog import intake, local_items
from services_catalog.errors import ListHasFaults
from services_catalog.list_export import write_list
from services_catalog.mapping import Proposal, build_name_index, propose
from services_catalog.models import LocalItem
from services_catalog.queries import get_district, list_districts

BATCH = 1000
READ_AT_ONCE = 1 << 20
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Imported:
    """What an import did: rows taken in this run, rows of the list in all, and whether it had been done before."""

    taken: int
    rows: int
    rejected: int
    already: bool


def inspect(path: Path, *, progress: Progress = lambda rows: None) -> intake.ListReport:
    """The dry run: every quirk of the list; writes nothing. Raises ListUnreadable."""
    with reading() as session:
        divisions = {district.code for district in list_districts(session)}
    return intake.inspect_list(path, divisions, progress=progress)


def import_list(
    path: Path,
    report: intake.ListReport,
    division_code: str,
    *,
    accept_good: bool,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda rows: None,
) -> Imported:
    """Take in the rows that the report does not reject, in parts of a thousand, each a unit of work.

    Run again after an interruption it goes on where it stopped; a finished file changes nothing. Raises
    UnknownDistrict, ListHasFaults unless the editor accepts the good rows, ListUnreadable.
    """
    with reading() as session:
        get_district(session, division_code)
    if report.rejected and not accept_good:
        raise ListHasFaults(report.rejected, report.rows)
    digest = file_digest(path)
    done, taken = _begin(division_code, digest, report, actor, now)
    if done:
        return Imported(0, report.rows, report.rejected, already=True)
    count = 0
    rows = (row for row in intake.list_local_items(path, report) if row.row > taken)
    for part in _parts(rows):
        _take(division_code, digest, part)
        count += len(part)
        progress(part[-1].row)
    _finish(division_code, digest, actor, now)
    return Imported(count, report.rows, report.rejected, already=False)


def map_row(division_code: str, row: int, seq: int | None, *, actor: Actor, now: datetime) -> None:
    """Confirm what a row is in the catalogue, or that it is none of its items.

    Raises UnknownLocalList, UnknownLocalItem, UnknownItem.
    """
    with unit_of_work() as session:
        local = local_items.get_row(session, division_code, row)
        local_items.confirm_mapping(session, local, seq, by=actor.number, now=now)
        subject = f"local-item:{division_code}/{row}"
        trail.record(session, actor, "local-item-mapped", subject, now, item=seq)
        told = {"division": division_code, "row": row, "item": seq}
        outbox.enqueue(session, "catalogue.local-item-mapped", told, now)


def propose_for(
    held: Catalogue, rows: Iterable[LocalItem]
) -> Iterator[tuple[LocalItem, list[Proposal]]]:
    """What each row may be in the catalogue, best first; nothing is mapped by this."""
    index = build_name_index(held.items.values())
    return ((row, propose(index, row.name)) for row in rows)


def export_list(path: Path, division_code: str) -> int:
    """Write the division's list in use; answers the rows. Raises UnknownLocalList, ListUnwritable."""
    with reading() as session:
        return write_list(path, local_items.stream_rows(session, division_code))


def file_digest(path: Path) -> str:
    """SHA-256 of the file, by which an interrupted import is known again."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(READ_AT_ONCE):
            digest.update(chunk)
    return digest.hexdigest()


def _begin(
    division_code: str, digest: str, report: intake.ListReport, actor: Actor, now: datetime
) -> tuple[bool, int]:
    """Whether the file was taken in before, and the last row that is in."""
    with unit_of_work() as session:
        known = local_items.find_list(session, division_code, digest)
        if known is not None:
            return known.finished, known.taken
        begun = local_items.begin_list(
            session, division_code, digest, report, author=actor.number, now=now
        )
        subject = f"local-list:{division_code}"
        trail.record(session, actor, "local-list-begun", subject, now, rows=report.rows)
        return False, begun.taken


def _take(division_code: str, digest: str, part: list[intake.LocalItem]) -> None:
    with unit_of_work() as session:
        into = local_items.get_list(session, division_code, digest)
        local_items.take_rows(session, into, [row for row in part if row.row > into.taken])


def _finish(division_code: str, digest: str, actor: Actor, now: datetime) -> None:
    with unit_of_work() as session:
        done = local_items.get_list(session, division_code, digest)
        local_items.finish_list(session, done)
        subject = f"local-list:{division_code}"
        trail.record(session, actor, "local-list-imported", subject, now, digest=digest)
        outbox.enqueue(session, "catalogue.list-imported", {"division": division_code}, now)


def _parts(rows: Iterator[intake.LocalItem]) -> Iterator[list[intake.LocalItem]]:
    while part := list(islice(rows, BATCH)):
        yield part
