"""Same item, same standard (无差别受理、同标准办理): where the two provinces ask or promise different things.

What an item says holds in both provinces. ``provinces`` of a version's content may say otherwise for one of them,
and ``justifications`` then gives, by field, the recorded reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services_catalog.differences import FIELD_WORDS, value_words
from services_catalog.errors import CatalogError
from services_catalog.models import IN_REVIEW, PUBLISHED, Authority, ItemVersion, Offering

SICHUAN, CHONGQING = "四川省", "重庆市"
PROVINCES = (SICHUAN, CHONGQING)
COMPARED = ("materials", "conditions", "legal_days", "legal_unit", "promised_days")
LOCAL_MATERIALS = "local_materials"


@dataclass(frozen=True)
class Divergence:
    """One field in which the provinces differ, with both values as text. ``justification`` is empty if unrecorded."""

    field: str
    words: str
    sichuan: str
    chongqing: str
    justification: str


@dataclass(frozen=True)
class ReportedDivergence:
    """A divergence with the item and version it stands in; ``authority`` is named where one organ asks for more."""

    seq: int
    name: str
    version: int
    status: str
    authority: str | None
    divergence: Divergence


class ProvincesDiffer(CatalogError):
    """The provinces' standards differ and no reason is on record; ``fields`` tells each difference."""

    code = "provinces-differ"

    def __init__(self, unexplained: list[Divergence]) -> None:
        told = [f"{d.words}：四川“{d.sichuan}”，重庆“{d.chongqing}”" for d in unexplained]
        super().__init__(f"两地标准不一致，须统一或写明依据：{'；'.join(told)}")
        self.fields = {
            f"justifications.{entry.field}": [words]
            for entry, words in zip(unexplained, told, strict=True)
        }


def for_province(content: Mapping[str, Any], province: str) -> dict[str, Any]:
    """What the version says in one province."""
    own = (content.get("provinces") or {}).get(province) or {}
    return {**content, **{name: own[name] for name in COMPARED if name in own}}


def list_divergences(content: Mapping[str, Any]) -> list[Divergence]:
    """Every field in which the provinces differ."""
    sichuan, chongqing = (for_province(content, province) for province in PROVINCES)
    reasons = content.get("justifications") or {}
    return [
        Divergence(
            name,
            FIELD_WORDS[name],
            value_words(sichuan.get(name)),
            value_words(chongqing.get(name)),
            str(reasons.get(name) or "").strip(),
        )
        for name in COMPARED
        if _plain(sichuan.get(name)) != _plain(chongqing.get(name))
    ]


def require_same_standard(content: Mapping[str, Any]) -> None:
    """Raises ProvincesDiffer while a difference has no recorded justification."""
    unexplained = [entry for entry in list_divergences(content) if not entry.justification]
    if unexplained:
        raise ProvincesDiffer(unexplained)


def report_divergences(session: Session, on: date) -> Iterator[ReportedDivergence]:
    """Every divergence of versions in force from a date on or under review, then what single organs ask on top."""
    chosen = select(ItemVersion).where(
        ItemVersion.status.in_((PUBLISHED, IN_REVIEW)),
        or_(ItemVersion.effective_to.is_(None), ItemVersion.effective_to >= on),
    )
    names = {}
    for version in session.scalars(chosen.order_by(ItemVersion.item_seq, ItemVersion.version)):
        name = names[version.item_seq] = version.content["name"]
        for found in list_divergences(version.content):
            yield ReportedDivergence(
                version.item_seq, name, version.version, version.status, None, found
            )
    yield from _local(session, names, on)


def _local(session: Session, names: Mapping[int, str], on: date) -> Iterator[ReportedDivergence]:
    rows = session.execute(
        select(Offering.item_seq, Offering.version, Offering.terms, Authority.name)
        .join(Authority, Authority.code == Offering.authority_code)
        .where(or_(Offering.effective_to.is_(None), Offering.effective_to >= on))
        .order_by(Offering.item_seq, Authority.name)
    )
    for seq, version, terms, authority in rows:
        if asked := terms[LOCAL_MATERIALS]:
            words = value_words(asked)
            found = Divergence(
                LOCAL_MATERIALS, "本地另要材料", words, words, terms["justification"]
            )
            yield ReportedDivergence(seq, names.get(seq, ""), version, PUBLISHED, authority, found)


def _plain(value: Any) -> Any:
    return value or None if isinstance(value, list | str) else value
