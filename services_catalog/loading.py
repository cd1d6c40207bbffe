"""Brings the database to what the catalogue's files say; a second run changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from services_catalog.authorities import generate, needs_of
from services_catalog.catalogue_files import (
    DATA,
    DIVISIONS,
    ITEMS,
    CatalogueFiles,
    read_files,
)
from services_catalog.catalogue_state import digest_of, rename_state
from services_catalog.errors import CatalogFileInvalid, Fault
from services_catalog.forms import form_for
from services_catalog.items import form_to_content, from_content
from services_catalog.models import (
    DRAFT,
    PUBLISHED,
    RETIRED,
    Authority,
    District,
    ItemVersion,
    ServiceItem,
)
from services_catalog.organ_files import ORGAN_NAMES
from services_catalog.orm import Base
from services_catalog.routing import AuthorityView, DistrictView, normalise_organ

CATALOGUE_FILE = "catalogue-file"
FIRST_REGISTERED = (
    1001  # Items that editors register are numbered from here; below stand those of the lists.
)
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class LoadReport:
    """How many rows the catalogue has, and how many this run added or changed."""

    items: int
    divisions: int
    authorities: int
    changed: int

    def __str__(self) -> str:
        counts = f"事项 {self.items}，行政区划 {self.divisions}，机关 {self.authorities}"
        return f"{counts}；本次变动 {self.changed} 行"


def load_catalogue(
    session: Session, folder: Path = DATA, *, today: date | None = None
) -> LoadReport:
    """Load the folder in the open transaction.

    A changed item gets a new version from ``today`` (by default the date in China), its former one ends the day
    before; a first version is in force from the end of its list's year. Authorities that no item names any more end
    today. Raises CatalogFileInvalid with every fault, and then nothing is written.
    """
    files = read_files(folder)
    for content in files.contents.values():
        content["form"] = form_to_content(form_for(from_content(content)))
    _require_nothing_lost(session, files)
    on = today or datetime.now(OFFICE_ZONE).date()
    items = [from_content(content) for content in files.contents.values()]
    needs = needs_of(items) | set(files.registrars)
    authorities = generate(needs, files.districts, files.named, files.names)
    _require_names_of_their_own(authorities)
    changed = _upsert(session, District, [_district_row(view) for view in _by_level(files)])
    changed += _upsert(session, Authority, [_authority_row(view) for view in authorities])
    changed += _end_others(session, {view.code for view in authorities}, on)
    changed += _upsert(
        session, ServiceItem, [_item_row(content, files) for content in files.contents.values()]
    )
    changed += _publish(session, files, on)
    if changed:
        _name_state(session, files, authorities)
    return LoadReport(len(items), len(files.districts), len(authorities), changed)


def _require_nothing_lost(session: Session, files: CatalogueFiles) -> None:
    """An item is cancelled, a division is renamed; neither is ever left out, cases name them."""
    listed = select(ServiceItem.seq).where(ServiceItem.seq < FIRST_REGISTERED)
    items = set(session.scalars(listed)) - files.contents.keys()
    divisions = set(session.scalars(select(District.code))) - files.districts.keys()
    lost = "数据库中已有，文件中不能缺少"
    faults = [Fault(ITEMS, 1, "seq", str(seq), lost) for seq in sorted(items)]
    faults += [Fault(DIVISIONS, 1, "code", code, lost) for code in sorted(divisions)]
    if faults:
        raise CatalogFileInvalid(faults)


def _require_names_of_their_own(authorities: list[AuthorityView]) -> None:
    """A registrar is found by name alone, so no two authorities in force may share one."""
    counts = Counter(normalise_organ(view.name) for view in authorities)
    faults = [
        Fault(ORGAN_NAMES, 1, "pattern", view.name, f"与其他机关同名({view.district_code})")
        for view in authorities
        if counts[normalise_organ(view.name)] > 1
    ]
    if faults:
        raise CatalogFileInvalid(faults)


def _upsert(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> int:
    """Insert new rows and update differing ones in bulk; answers how many."""
    key = inspect(model).primary_key[0].name
    table = model.__table__
    known = {row[key]: dict(row) for row in session.execute(select(table)).mappings()}
    fresh = [row for row in rows if row[key] not in known]
    differing = [
        row
        for row in rows
        if row[key] in known and any(known[row[key]][name] != value for name, value in row.items())
    ]
    if fresh:
        session.execute(table.insert(), fresh)  # type: ignore[attr-defined]
    if differing:
        session.bulk_update_mappings(inspect(model), differing)
    return len(fresh) + len(differing)


def _by_level(files: CatalogueFiles) -> list[DistrictView]:
    """Parents before children, as the foreign key asks."""
    order = {"province": 0, "prefecture": 1}
    return sorted(files.districts.values(), key=lambda view: order.get(view.level, 2))


def _district_row(view: DistrictView) -> dict[str, Any]:
    return dict(vars(view))


def _authority_row(view: AuthorityView) -> dict[str, Any]:
    return {
        **vars(view),
        "excepted_items": list(view.excepted_items),
        "demo": True,
        "ended_on": None,
    }


def _end_others(session: Session, codes: set[str], on: date) -> int:
    """End the authorities in force that the files do not yield any more; those that a rule founded stay."""
    in_force = session.scalars(
        select(Authority.code).where(Authority.ended_on.is_(None), Authority.begun_on.is_(None))
    )
    ended = sorted(set(in_force) - codes)
    if ended:
        session.execute(update(Authority).where(Authority.code.in_(ended)).values(ended_on=on))
    return len(ended)


def _item_row(content: Mapping[str, Any], files: CatalogueFiles) -> dict[str, Any]:
    cancelled_on, reason = files.cancelled.get(content["seq"], (None, None))
    return {
        "seq": content["seq"],
        "name": content["name"],
        "cancelled_on": cancelled_on,
        "cancelled_reason": reason,
    }


def _publish(session: Session, files: CatalogueFiles, on: date) -> int:
    """A version for every item whose file row or form is not the one loaded last.

    Where editors have written a version of their own since, the file's words wait for them as a draft.
    """
    newest: dict[int, ItemVersion] = {}
    loaded: dict[int, str] = {}
    for version in session.scalars(select(ItemVersion).order_by(ItemVersion.version)):
        newest[version.item_seq] = version
        if version.author == CATALOGUE_FILE:
            loaded[version.item_seq] = version.digest
    changed = 0
    for seq, content in files.contents.items():
        digest = digest_of(content)
        if loaded.get(seq) != digest:
            session.add(_next_version(newest.get(seq), content, digest, on))
            changed += 1
    session.flush()  # Whoever reads on in this transaction finds the new versions.
    return changed


def _next_version(
    former: ItemVersion | None, content: dict[str, Any], digest: str, on: date
) -> ItemVersion:
    edited = former is not None and (
        former.author != CATALOGUE_FILE or former.effective_to is not None
    )
    if former is not None and not edited:
        former.status, former.effective_to = RETIRED, on - timedelta(days=1)
    return ItemVersion(
        item_seq=content["seq"],
        version=former.version + 1 if former else 1,
        status=DRAFT if edited else PUBLISHED,
        effective_from=on if former else date(content["year"], 12, 31),
        content=content,
        digest=digest,
        author=CATALOGUE_FILE,
    )


def _name_state(session: Session, files: CatalogueFiles, authorities: list[AuthorityView]) -> None:
    said = [files.contents, files.cancelled, [vars(view) for view in authorities]]
    said.append([vars(view) for view in files.districts.values()])
    rename_state(session, digest_of(said))
