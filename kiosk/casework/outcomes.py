"""What a decision brings about: numbers are booked and papers entered, in the decision's own transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from kiosk.casework import own_layouts, papers
from kiosk.casework.models import Case
from kiosk.casework.notices import (
    Contents,
    Kind,
    competence_of,
    enter_notice,
    rehearse_notice,
)
from kiosk.casework.numbers import draw_document_number
from kiosk.casework.offerings import terms_of
from kiosk.casework.papers import Marks
from kiosk.casework.quota_use import use_quota
from kiosk.clock import office_date
from kiosk.identity.actors import Actor
from kiosk.identity.models import Person
from kiosk.identity.queries import document_digest
from kiosk.licences import sealing
from kiosk.licences.preflight import Check, tried
from kiosk.licences.registry import (
    Ground,
    Holder,
    NewLicence,
    draw_paper_number,
    enter_document,
    enter_licence,
)
from printing.documents import Document
from printing.render import render
from services_catalog.queries import get_authority

CITIZEN_CARD, CREDIT_CODE = "111", "001"
SPECIMEN_CODE = "91510000000000000X"
SPECIMEN_PAPER = "D00000000000000"
MOST_COPIES = 20
PAPERS: dict[str, Callable[[Case, Marks, datetime], Document]] = {
    papers.BRANCH_LICENCE: papers.branch_licence,
    papers.CERTIFICATE: papers.certificate,
    papers.SLIP: papers.collection_slip,
    papers.HOUSING_FUND: own_layouts.housing_fund_proof,
    papers.HOUSEHOLD: own_layouts.household_proof,
    papers.WASTE: own_layouts.waste_approval,
}
NUMBERED = frozenset({papers.SLIP, papers.WASTE})
"""Papers with a document number of their organ, which are no licences of the registry."""


def rehearse_grant(case: Case, now: datetime) -> None:
    """Look at seal and page before the decision. Raises SealRefused, LayoutError, GlyphMissing, FieldMissing."""
    template, marks = papers.outcome_template(case), _specimen_marks(case, now)
    if template == papers.NOTICE:
        rehearse_notice(case, Kind.GRANT, Contents(), now)
        return
    sealing.require_sealable(case.deciding_authority, case.item_seq, competence_of(case), now)
    render(PAPERS[template](case, marks, now))


def look_at_grant(case: Case, now: datetime) -> list[Check]:
    """The same look as a list: each check with what would stop it. The page is laid out once the seal is sound."""
    organ = case.deciding_authority, case.deciding_name
    checks = sealing.look_at_seal(*organ, case.item_seq, competence_of(case), now)
    if any(check.refusal is not None for check in checks):
        return checks
    words = "文书已试排：各栏齐全，文字放得下，字库里都有这些字"
    return [*checks, tried(words, partial(rehearse_grant, case, now))]


def rehearse_refusal(case: Case, reasons: str, now: datetime) -> None:
    """The same look before a refusal."""
    rehearse_notice(case, Kind.REFUSAL, Contents(reason=reasons), now)


def enter_granted(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Book the numbers and the quota of the result and enter its papers. Raises as ``use_quota``."""
    told = use_quota(session, case, actor=actor, now=now)
    if told is not None:
        _tell_other_side(session, case, told, now)
    template = papers.outcome_template(case)
    if template == papers.NOTICE:
        enter_notice(session, case, Kind.GRANT, Contents(), actor, now)
    elif template in NUMBERED:
        document = PAPERS[template](case, _notice_marks(session, case, now), now)
        enter_document(session, ground_of(case), document.values["title"], document, now)
    else:
        _enter_licence(session, case, template, actor, now)


def _tell_other_side(session: Session, case: Case, told: str, now: datetime) -> None:
    """The letter by which the other side learns of the approval (固体废物污染环境防治法 art. 22)."""
    addressee = get_authority(session, told).name
    marks = _notice_marks(session, case, now)
    document = papers.approval_letter(case, marks, addressee, now)
    enter_document(session, ground_of(case), document.values["title"], document, now)


def enter_refused(session: Session, case: Case, reasons: str, actor: Actor, now: datetime) -> None:
    """Enter the notice of refusal."""
    enter_notice(session, case, Kind.REFUSAL, Contents(reason=reasons), actor, now)


def ground_of(case: Case) -> Ground:
    """Why papers of this case may be sealed."""
    return Ground(
        case_number=case.number,
        item_seq=case.item_seq,
        authority_code=case.deciding_authority,
        authority_name=case.deciding_name,
        competence=competence_of(case),
        decided_by=case.decided_by or "",
    )


def _notice_marks(session: Session, case: Case, now: datetime) -> Marks:
    number = draw_document_number(session, case.deciding_authority, office_date(now).year)
    return Marks(draw_paper_number(), document=number)


def _enter_licence(
    session: Session, case: Case, template: str, actor: Actor, now: datetime
) -> None:
    identifier = papers.licence_identifier(case)
    labels, code = ["1-1"], ""
    if template == papers.BRANCH_LICENCE:
        code = current_app.extensions["credit_codes"].book(session, case.deciding_division)
        labels = _labels(case)
        case.result_code = code
    copies = [
        (
            label,
            PAPERS[template](case, Marks(draw_paper_number(), "", label, identifier, code), now),
        )
        for label in labels
    ]
    case.result_number = identifier
    new = _new_licence(session, case, identifier)
    enter_licence(session, ground_of(case), new, copies, actor=actor, now=now)


def _new_licence(session: Session, case: Case, identifier: str) -> NewLicence:
    """The licence's registry entry: the branch with its 负责人, or the certificate with its applicant."""
    terms = terms_of(case.offering)
    if case.item_seq == papers.BRANCH_ITEM:
        head = document_digest(CITIZEN_CARD, case.form["head_id"])
        holder = Holder(
            case.form["branch_name"],
            CREDIT_CODE,
            document_digest(CREDIT_CODE, case.result_code or ""),
        )
        return NewLicence(
            identifier, terms.result_document, holder, None, True, ((head, "负责人"),)
        )
    applicant = session.get_one(Person, case.applicant_id)
    holder = Holder(
        case.subject_name, applicant.document_type, case.subject_digest or applicant.document_digest
    )
    return NewLicence(
        identifier,
        terms.result_document or terms.item_name,
        holder,
        None,
        True,
        ((applicant.document_digest, "持证人"),),
    )


def _labels(case: Case) -> list[str]:
    """副本 n-1 to n-n for the copies the applicant asked for."""
    count = min(max(int(case.form.get("duplicate_count") or 1), 1), MOST_COPIES)
    return [f"{count}-{position}" for position in range(1, count + 1)]


def _specimen_marks(case: Case, now: datetime) -> Marks:
    """Numbers of the right length, to lay a page out before any is booked."""
    return Marks(
        SPECIMEN_PAPER,
        f"〔{office_date(now).year}〕第000000号",
        "1-1",
        papers.licence_identifier(case),
        SPECIMEN_CODE,
    )
