"""The experts whom both provinces share, and the review that they give in writing (行政许可法 art. 45, 55).

Nobody reviews a case of their own employer, of somebody they are tied to, or of one whose agent they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.acts import require_text, step
from kiosk.casework.errors import ConflictOfInterest, ProcedureRefused
from kiosk.casework.expert_models import Expert, ExpertInterest, ExpertReview
from kiosk.casework.models import Case
from kiosk.casework.procedure_kinds import SpecialKind
from kiosk.casework.procedure_queries import list_open_procedures, list_reviews
from kiosk.casework.procedures import Planned, starting
from kiosk.casework.states import Action
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor
from kiosk.identity.models import Authorisation, Person
from kiosk.identity.queries import document_digest
from kiosk.identity.tokens import draw_number
from kiosk.uow import unit_of_work

CITIZEN_CARD, CREDIT_CODE = "111", "001"


class Interest(StrEnum):
    """Why somebody may not review."""

    KINSHIP = "kinship"
    EMPLOYMENT = "employment"
    OTHER = "other"


INTEREST_WORDS = {
    Interest.KINSHIP: "与申请人有亲属关系",
    Interest.EMPLOYMENT: "曾在申请人单位任职",
    Interest.OTHER: "已申报利害关系",
}


@dataclass(frozen=True)
class NewExpert:
    """Who enters the pool; the numbers of person and employer are kept as digests only."""

    name: str
    document_number: str
    province: str
    field: str
    employer: str
    employer_code: str = ""


def enter_expert(new: NewExpert, *, actor: Actor, now: datetime) -> str:
    """Put an expert into the pool; answers the public number. Raises InputInvalid for one who is in it."""
    digest = document_digest(CITIZEN_CARD, new.document_number)
    with unit_of_work() as session:
        if session.scalar(select(Expert.id).where(Expert.document_digest == digest)) is not None:
            raise InputInvalid("有内容需要改正", fields={"document_number": ["该专家已在库中"]})
        employer = document_digest(CREDIT_CODE, new.employer_code) if new.employer_code else None
        expert = Expert(
            number=draw_number("E"),
            name=new.name,
            document_digest=digest,
            province=new.province,
            field=new.field,
            employer=new.employer,
            employer_digest=employer,
            entered_at=now,
        )
        session.add(expert)
        trail.record(session, actor, "expert-entered", f"expert:{expert.number}", now)
        return expert.number


def declare_interest(
    number: str,
    kind: Interest,
    document_type: str,
    document_number: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Record a tie of an expert to a person (``111``) or an organisation (``001``). Raises NotFound."""
    with unit_of_work() as session:
        expert = get_expert(session, number)
        digest = document_digest(document_type, document_number)
        session.add(
            ExpertInterest(expert_id=expert.id, kind=kind, party_digest=digest, declared_at=now)
        )
        trail.record(session, actor, "expert-interest", f"expert:{number}", now, kind=kind)


def start_review(
    number: str,
    planned: Planned,
    experts: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Begin an expert review by experts of the pool; the limits stand still.

    Raises ConflictOfInterest with every reason, NotFound, and what beginning a procedure may raise.
    """
    chosen = list(dict.fromkeys(experts))
    if not chosen or planned.kind is not SpecialKind.EXPERT_REVIEW:
        raise InputInvalid("有内容需要改正", fields={"experts": ["请从专家库指定专家"]})
    with starting(number, planned, actor=actor, now=now, version=version) as (
        session,
        case,
        begun,
    ):
        for expert in [get_expert(session, one) for one in chosen]:
            reasons = conflicts_of(session, case, expert)
            if reasons:
                raise ConflictOfInterest(f"{expert.number}：{'；'.join(reasons)}")
            session.add(ExpertReview(procedure_id=begun.id, expert_id=expert.id))


def give_opinion(
    number: str,
    expert_number: str,
    opinion: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Enter an expert's opinion in writing, once. Raises NotFound, ProcedureRefused."""
    require_text("opinion", opinion)
    act, words = Action.GIVE_OPINION, "专家已提交评审意见"
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        review = _part_of(session, case, expert_number)
        if review.opinion is not None:
            raise ProcedureRefused("该专家已经提交过意见")
        review.opinion, review.opined_at = opinion, now


def get_expert(session: Session, number: str) -> Expert:
    """The expert in the pool of that number. Raises NotFound."""
    expert = session.scalar(select(Expert).where(Expert.number == number, Expert.left_at.is_(None)))
    if expert is None:
        raise NotFound("专家库里没有这位专家")
    return expert


def list_experts(session: Session, field: str | None = None) -> list[Expert]:
    """The pool of both provinces, or the experts of one field."""
    pool = select(Expert).where(Expert.left_at.is_(None))
    if field:
        pool = pool.where(Expert.field == field)
    return list(session.scalars(pool.order_by(Expert.id)))


def conflicts_of(session: Session, case: Case, expert: Expert) -> list[str]:
    """Why this expert may not review this case, in words; nothing if they may."""
    applicant = session.get_one(Person, case.applicant_id)
    parties = {applicant.document_digest} | ({case.subject_digest} - {None})
    reasons = []
    if expert.document_digest in parties:
        reasons.append("专家就是申请人")
    if expert.employer == case.subject_name or expert.employer_digest in parties:
        reasons.append("与申请人同一单位")
    declared = select(ExpertInterest.kind).where(
        ExpertInterest.expert_id == expert.id, ExpertInterest.party_digest.in_(parties)
    )
    reasons += [INTEREST_WORDS[Interest(kind)] for kind in session.scalars(declared)]
    agency = select(Authorisation.id).where(
        Authorisation.agent_digest == expert.document_digest,
        Authorisation.principal_digest.in_(parties),
    )
    if session.scalar(agency.limit(1)) is not None:
        reasons.append("曾是申请人的代理人")
    return reasons


def _part_of(session: Session, case: Case, expert_number: str) -> ExpertReview:
    for held in list_open_procedures(session, case):
        for review, expert in list_reviews(session, held):
            if expert.number == expert_number:
                return review
    raise NotFound("该专家没有参加正在进行的评审")
