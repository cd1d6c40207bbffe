"""Will they accept it? The deciding authority's own rules and its past corrections, held against a draft.

Nothing here decides: the receiving place is told what to look at before the deciding place does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_queries import get_draft, list_uploads, require_open
from kiosk.casework.draft_submission import PAPERS
from kiosk.casework.form_checks import form_faults
from kiosk.casework.precedents import FORM, MATERIAL, PastReason, PastRecord, past_record
from kiosk.casework.receipt import Material
from kiosk.casework.receiving import route_form
from kiosk.casework.requirements import Requirement, lacking, requirements
from kiosk.catalogue import Catalogue, catalogue
from kiosk.clock import office_date
from kiosk.identity.actors import Actor
from kiosk.uow import reading
from services_catalog.differences import FIELD_WORDS, value_words
from services_catalog.divergences import (
    CHONGQING,
    COMPARED,
    SICHUAN,
    for_province,
    list_divergences,
)
from services_catalog.errors import CatalogError, NoRoute
from services_catalog.offerings import OfferingInForce, offering_in_force
from services_catalog.routing import Route
from services_catalog.versions import get_version

LOOK_BACK = timedelta(days=365)
PERIOD_WORDS = "过去 12 个月"


@dataclass(frozen=True)
class Caution:
    """A past reason beside this draft: ``words`` for the clerk, ``touches`` if the draft shows the fault already."""

    kind: str
    subject: str
    reason: str
    count: int
    share: float
    words: str
    touches: bool


@dataclass(frozen=True)
class Comparison:
    """One field of the item as both provinces have it. ``justification`` is the recorded reason of a difference."""

    field: str
    words: str
    sichuan: str
    chongqing: str
    differs: bool
    justification: str


@dataclass(frozen=True)
class Precheck:
    """What the clerk is shown. Without ``authority_name`` it can not be said yet who decides; ``problem`` says why."""

    ready: bool
    summary: str
    authority_name: str | None
    problem: str | None
    explanation: tuple[str, ...]
    form: dict[str, list[str]]
    materials: list[Requirement]
    local_materials: tuple[str, ...]
    local_reason: str
    received: int
    corrected: int
    since: date
    cautions: list[Caution]
    provinces: list[Comparison]


def precheck(number: str, *, actor: Actor, now: datetime) -> Precheck:
    """Hold a draft against the rules and the record of the place that will decide it.

    Raises NotFound, DraftSubmitted.
    """
    held, today = catalogue(), office_date(now)
    with reading() as session:
        draft = get_draft(session, number, actor, now)
        require_open(draft)
        uploads = list_uploads(session, draft)
        content = draft.content or {}
        decided, problem = _route(held, draft, content, actor)
        code = decided.authority_code if decided else ""
        offering = offering_in_force(session, draft.item_seq, code, today)
        record = past_record(session, code, draft.item_seq, today - LOOK_BACK, today)
        compared = _compare(session, held, draft.item_seq)
    faults = form_faults(held.forms[draft.item_seq], content.get("form") or {})
    papers = requirements(held.items[draft.item_seq], offering, materials_of(content, uploads))
    return _told(decided, problem, faults, papers, (offering, record, compared))


def materials_of(content: dict[str, Any], uploads: list[Upload]) -> list[Material]:
    """The papers somebody noted in a draft, as far as they can be read, and its files."""
    noted = [
        Material(str(paper["name"]), str(paper.get("form", "electronic")))
        for paper in content.get(PAPERS) or []
        if isinstance(paper, dict) and paper.get("name")
    ]
    return noted + [Material(upload.name, "electronic", upload.pages) for upload in uploads]


def _told(
    decided: Route | None,
    problem: str | None,
    faults: dict[str, list[str]],
    papers: list[Requirement],
    known: tuple[OfferingInForce, PastRecord, list[Comparison]],
) -> Precheck:
    offering, record, compared = known
    missing = lacking(papers)
    open_points = len(faults) + len(missing) + (problem is not None)
    return Precheck(
        ready=not open_points,
        summary=_summary(open_points, record),
        authority_name=decided.authority_name if decided else None,
        problem=problem,
        explanation=tuple(decided.explanation) if decided else (),
        form=faults,
        materials=papers,
        local_materials=offering.terms.local_materials,
        local_reason=offering.terms.justification,
        received=record.received,
        corrected=record.corrected,
        since=record.since,
        cautions=[_caution(past, record, faults, papers) for past in record.reasons],
        provinces=compared,
    )


def _route(
    held: Catalogue, draft: Draft, content: dict[str, Any], actor: Actor
) -> tuple[Route | None, str | None]:
    """Who will decide, or why that can not be said yet."""
    form, registrar = content.get("form") or {}, content.get("registrar")
    try:
        return route_form(held, draft.item_seq, form, registrar, actor)[0], None
    except (NoRoute, CatalogError) as refusal:
        return None, str(refusal)


def _summary(open_points: int, record: PastRecord) -> str:
    told = f"还有 {open_points} 处需要补齐或改正" if open_points else "表单和材料已齐全，可以收件"
    if not record.received:
        return f"{told}。{PERIOD_WORDS}该局没有这个事项的答复记录。"
    return (
        f"{told}。{PERIOD_WORDS}该局答复 {record.received} 件，其中退回补正 {record.corrected} 件。"
    )


def _caution(
    past: PastReason,
    record: PastRecord,
    faults: dict[str, list[str]],
    papers: list[Requirement],
) -> Caution:
    reason = past.reason
    told = (
        f"{PERIOD_WORDS}该局退回补正 {record.corrected} 件，其中 {past.count} 件因"
        f"“{reason.words}”（{past.share:.0%}）"
    )
    return Caution(
        kind=reason.kind,
        subject=reason.subject,
        reason=reason.words,
        count=past.count,
        share=round(past.share, 3),
        words=told,
        touches=_touches(reason.kind, reason.subject, faults, papers),
    )


def _touches(
    kind: str, subject: str, faults: dict[str, list[str]], papers: list[Requirement]
) -> bool:
    if kind == FORM:
        return f"form.{subject}" in faults
    lacks = {paper.name for paper in papers if paper.lacking}
    return kind == MATERIAL and subject in lacks


def _compare(session: Session, held: Catalogue, seq: int) -> list[Comparison]:
    """Both provinces' versions of the item side by side."""
    content = get_version(session, seq, held.items[seq].version).content
    sichuan, chongqing = for_province(content, SICHUAN), for_province(content, CHONGQING)
    differing = {entry.field: entry.justification for entry in list_divergences(content)}
    return [
        Comparison(
            name,
            FIELD_WORDS[name],
            value_words(sichuan.get(name)),
            value_words(chongqing.get(name)),
            name in differing,
            differing.get(name, ""),
        )
        for name in COMPARED
    ]
