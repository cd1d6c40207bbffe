"""Brings the database to what the catalogue's files say; a second run changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services_catalog.authorities import generate, needs_of
from services_catalog.catalogue_files import DATA, CatalogueFiles, read_files
from services_catalog.items import from_content
from services_catalog.models import Authority, CatalogState, District, ItemVersion, ServiceItem
from services_catalog.orm import Base
from services_catalog.routing import AuthorityView, DistrictView

PUBLISHED, RETIRED = "published", "retired"


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


def load_catalogue(session: Session, folder: Path = DATA, *, today: date | None = None) -> LoadReport:
    """Load the folder in the open transaction.

    A changed item gets a new version from ``today`` (by default the end of its list's year for a first version,
    else the real date); the former one is retired the day before. Raises CatalogFileInvalid with every fault.
    """
    files = read_files(folder)
    items = [from_content(content) for content in files.contents.values()]
    needs = needs_of(items) | set(files.registrars)
    authorities = generate(needs, files.districts, files.bureaus)
    changed = _upsert(session, District, [_district_row(v) for v in _by_level(files)])
    changed += _upsert(session, Authority, [_authority_row(view) for view in authorities])
    changed += _upsert(session, ServiceItem, [_item_row(content, files) for content in files.contents.values()])
    changed += _publish(session, files, today or date.today())
    _name_state(session, files, authorities)
    return LoadReport(len(items), len(files.districts), len(authorities), changed)


def _upsert(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> int:
    """Insert new rows and update differing ones in bulk; answers how many."""
    key = inspect(model).primary_key[0].name
    table = model.__table__
    known = {row[key]: dict(row) for row in session.execute(select(table)).mappings()}
    fresh = [row for row in rows if row[key] not in known]
    differing = [
        row for row in rows
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
    return {**vars(view), "demo": True}


def _item_row(content: Mapping[str, Any], files: CatalogueFiles) -> dict[str, Any]:
    cancelled_on, reason = files.cancelled.get(content["seq"], (None, None))
    return {
        "seq": content["seq"], "name": content["name"],
        "cancelled_on": cancelled_on, "cancelled_reason": reason,
    }


def _publish(session: Session, files: CatalogueFiles, today: date) -> int:
    """A version for every item whose content is not the published one yet."""
    published = {
        version.item_seq: version
        for version in session.scalars(select(ItemVersion).where(ItemVersion.status == PUBLISHED))
    }
    changed = 0
    for seq, content in files.contents.items():
        former = published.get(seq)
        digest = _digest(content)
        if former is not None and former.digest == digest:
            continue
        session.add(_next_version(former, content, digest, today))
        changed += 1
    session.flush()  # The state's digest names the versions by content, so they must be complete.
    return changed


def _next_version(
    former: ItemVersion | None, content: dict[str, Any], digest: str, today: date
) -> ItemVersion:
    starts = date(content["year"], 12, 31) if former is None else today
    if former is not None:
        former.status, former.effective_to = RETIRED, today - timedelta(days=1)
    return ItemVersion(
        item_seq=content["seq"], version=former.version + 1 if former else 1, status=PUBLISHED,
        effective_from=starts, content=content, digest=digest,
    )


def _name_state(session: Session, files: CatalogueFiles, authorities: list[AuthorityView]) -> None:
    said = [files.contents, sorted(files.cancelled), [vars(view) for view in authorities]]
    said.append([vars(view) for view in files.districts.values()])
    state = session.get(CatalogState, 1) or CatalogState(id=1)
    state.digest = _digest(said)
    session.add(state)


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
