"""Serving papers on the applicant (送达), attempt by attempt; the day of service starts the remedies' clocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.acts import require_text, step
from kiosk.casework.errors import ConsentMissing, OtherWaysFirst, ServiceSettled
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.papers import chinese_date
from kiosk.casework.permissions import require_may
from kiosk.casework.queries import get_case
from kiosk.casework.service_models import ServiceConsent, ServiceRecord
from kiosk.casework.service_rules import NEEDS, WAY_WORDS, ServiceState, Way, served_on
from kiosk.casework.states import Action, State, next_state
from kiosk.clock import office_date
from kiosk.errors import Forbidden, InputInvalid, NotFound
from kiosk.exchange import outbox
from kiosk.fees.payments import require_settled
from kiosk.identity.actors import Actor, Role
from kiosk.identity.tokens import draw_number
from kiosk.licences.errors import NotReadyYet
from kiosk.licences.models import SealedDocument
from kiosk.licences.queries import require_papers_sealed
from kiosk.uow import reading, unit_of_work

SELF, SETTLED = "本人", "这次送达已经登记了结果"
RETURNED = frozenset({Way.HANDED, Way.POSTED, Way.LEFT, Way.ANNOUNCED})


@dataclass(frozen=True)
class Service:
    """What is served and how: ``papers`` by number, ``result`` if the case's result goes with them.

    ``relation`` tells who signed if it was not the applicant. What a way must name is checked when it is served.
    """

    way: Way
    papers: tuple[str, ...] = ()
    result: bool = False
    place: str = ""
    recipient: str = ""
    relation: str = SELF
    address: str = ""
    tracking: str = ""
    reason: str = ""
    witness: str = ""


def consent(number: str, *, actor: Actor, now: datetime) -> None:
    """The applicant agrees to electronic service in this case; a window records it for who stands there. Idempotent."""
    with _dealing_with(number, actor, now, "service-consented") as (session, case):
        if _find_consent(session, case) is None:
            session.add(ServiceConsent(case_id=case.id, recorded_by=actor.number, given_at=now))


def withdraw_consent(number: str, *, actor: Actor, now: datetime) -> None:
    """Take the agreement back; what was served before stays served. Raises ConsentMissing."""
    with _dealing_with(number, actor, now, "service-consent-withdrawn") as (session, case):
        given = _find_consent(session, case)
        if given is None:
            raise ConsentMissing("还没有同意过电子送达")
        given.withdrawn_at = now


def serve(number: str, order: Service, *, actor: Actor, now: datetime) -> str:
    """Record an attempt of service; answers its number. The result of a case that is served delivers the case.

    Raises InputInvalid, NotReadyYet for a paper without a seal, ConsentMissing, OtherWaysFirst, TransitionRefused.
    """
    _require_named(order)
    day = served_on(order.way, office_date(now), current_app.config["ANNOUNCEMENT_DAYS"])
    _rehearse(number, order, day, now)
    with _serving(number, order, day, actor, now) as (session, case):
        return _enter(session, case, order, day, actor, now).number


def confirm(
    record: str, signed_on: date, recipient: str, relation: str, *, actor: Actor, now: datetime
) -> None:
    """The return slip of a posted service came back signed: it counts from the day on the slip.

    Raises NotFound, ServiceSettled, InputInvalid for a day before the posting or after today.
    """
    require_text("recipient", recipient)
    number, way, result = _begun(record)
    order = Service(way, result=result, recipient=recipient, relation=relation)
    _rehearse(number, order, signed_on, now)
    with _serving(number, order, signed_on, actor, now) as (session, case):
        row = _get_under_way(session, record)
        if not office_date(row.begun_at) <= signed_on <= office_date(now):
            raise InputInvalid(
                "有内容需要改正", fields={"signed_on": ["签收日期应在寄出之后、今天或以前"]}
            )
        row.state, row.served_on = ServiceState.SERVED, signed_on
        row.recipient, row.relation = recipient, relation
        _enter_return(session, case, row, actor, now)


def fail(record: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """The papers came back or nobody took them; other ways are open then. Raises NotFound, ServiceSettled."""
    require_text("reason", reason)
    number, _, _ = _begun(record)
    with unit_of_work() as session:
        require_may(Action.DELIVER, get_case(session, number), actor)
        row = _get_under_way(session, record)
        row.state, row.failure = ServiceState.FAILED, reason
        trail.record(session, actor, "service-failed", f"service:{record}", now, case=number)
        outbox.enqueue(session, "service.failed", {"case": number, "service": record}, now)


def note_delivered(
    session: Session, case: Case, order: Service, actor: Actor, now: datetime
) -> None:
    """Record the service of a result within the act that delivers it at once, at a window or out of a machine."""
    require_papers_sealed(session, case.number, case.deciding_authority)
    require_settled(session, case.number)
    case.delivered_at = now
    _enter_row(session, case, order, office_date(now), actor, now)


@contextmanager
def _serving(
    number: str, order: Service, day: date | None, actor: Actor, now: datetime
) -> Iterator[tuple[Session, Case]]:
    """The act around a service: delivering the case if its result has arrived, else the record alone."""
    if order.result and day is not None:
        words, note = "结果已送达", WAY_WORDS[order.way]
        with step(number, Action.DELIVER, words, actor=actor, now=now, note=note) as (
            session,
            case,
        ):
            require_papers_sealed(session, number, case.deciding_authority)
            require_settled(session, number)
            case.delivered_at = now
            yield session, case
        return
    with unit_of_work() as session:
        case = get_case(session, number)
        require_may(Action.DELIVER, case, actor)
        if order.result:
            next_state(State(case.state), Action.DELIVER)
        yield session, case


def _enter(
    session: Session, case: Case, order: Service, day: date | None, actor: Actor, now: datetime
) -> ServiceRecord:
    _require_sealed(session, case, order)
    row = _enter_row(session, case, order, day, actor, now)
    if order.way is Way.ELECTRONIC:
        given = _find_consent(session, case)
        if given is None:
            raise ConsentMissing("申请人没有同意电子送达，请改用其他方式")
        row.consent_id = given.id
    if order.way is Way.ANNOUNCED and not _has_failed(session, case):
        raise OtherWaysFirst("公告送达须先采用其他方式且无法送达")
    if row.state == ServiceState.SERVED:
        _enter_return(session, case, row, actor, now)
    return row


def _enter_row(
    session: Session, case: Case, order: Service, day: date | None, actor: Actor, now: datetime
) -> ServiceRecord:
    row = ServiceRecord(
        number=draw_number("S", 14),
        case_id=case.id,
        papers=list(order.papers),
        result=order.result,
        way=order.way,
        state=ServiceState.UNDER_WAY if day is None else ServiceState.SERVED,
        place=order.place or actor.place or case.deciding_name,
        recipient=order.recipient or None,
        relation=order.relation,
        address=order.address or None,
        tracking=order.tracking or None,
        reason=order.reason or None,
        witness=order.witness or None,
        served_by=actor.number,
        begun_at=now,
        served_on=day,
    )
    session.add(row)
    facts = {"case": case.number, "way": order.way.value}
    trail.record(session, actor, "service-recorded", f"service:{row.number}", now, **facts)
    outbox.enqueue(session, "service.recorded", {"case": case.number, "service": row.number}, now)
    return row


def _enter_return(
    session: Session, case: Case, row: ServiceRecord, actor: Actor, now: datetime
) -> None:
    """The 送达回证 of a way that somebody signs for."""
    if Way(row.way) in RETURNED:
        named = _named_papers(session, row.papers)
        enter_notice(
            session, case, Kind.SERVICE_RETURN, _return_of(row, named, actor.name), actor, now
        )


def _return_of(row: ServiceRecord, papers: dict[str, str], server: str) -> Contents:
    lines = (
        ("送达方式", WAY_WORDS[Way(row.way)]),
        ("送达地点", row.address or row.place),
        ("送达日期", chinese_date(row.served_on) if row.served_on else "待签收"),
        ("签收人", f"{row.recipient}（{row.relation}）" if row.recipient else "—"),
        ("邮件号码", row.tracking or "—"),
        ("事由", row.reason or "—"),
        ("见证人", row.witness or "—"),
        ("送达人", server),
    )
    rows = tuple((title, paper) for paper, title in papers.items())
    return Contents(rows=rows or (("办理结果", "—"),), service=lines)


def _rehearse(number: str, order: Service, day: date | None, now: datetime) -> None:
    """Draw the return slip before anything is written: a name without a glyph must not stop a record half-way."""
    if order.way not in RETURNED:
        return
    with reading() as session:
        case = get_case(session, number)
        named = _named_papers(session, order.papers)
    row = ServiceRecord(
        way=order.way, place=order.place or case.deciding_name, address=order.address,
        served_on=day or office_date(now), recipient=order.recipient, relation=order.relation,
        tracking=order.tracking, reason=order.reason, witness=order.witness,
    )  # fmt: skip
    rehearse_notice(case, Kind.SERVICE_RETURN, _return_of(row, named, "工作人员"), now)


def _named_papers(session: Session, papers: list[str] | tuple[str, ...]) -> dict[str, str]:
    """The title of each paper by its document number; a licence has none and goes by the number of its file."""
    found = select(SealedDocument).where(SealedDocument.number.in_(papers))
    return {
        row.content["values"].get("document_number") or row.number: row.title
        for row in session.scalars(found)
    }


def _require_sealed(session: Session, case: Case, order: Service) -> None:
    """Only papers of this case that bear their seal can be served. Raises NotFound, NotReadyYet."""
    found = select(SealedDocument.number, SealedDocument.state).where(
        SealedDocument.case_number == case.number, SealedDocument.number.in_(order.papers)
    )
    states = {row.number: row.state for row in session.execute(found)}
    if set(order.papers) - set(states):
        raise NotFound("没有这份文书")
    if any(state != "sealed" for state in states.values()):
        raise NotReadyYet("文书尚未盖章，不能登记送达，请稍候再试")


def _require_named(order: Service) -> None:
    """Every particular that the way asks for, and something to serve."""
    faults = {name: ["请填写"] for name in NEEDS[order.way] if not getattr(order, name).strip()}
    if not order.papers and not order.result:
        faults["papers"] = ["请选择要送达的文书"]
    if faults:
        raise InputInvalid("有内容需要填写", fields=faults)


def _begun(record: str) -> tuple[str, Way, bool]:
    """Case number, way and result of a service under way. Raises NotFound, ServiceSettled."""
    with reading() as session:
        found = session.execute(
            select(Case.number, ServiceRecord.way, ServiceRecord.result, ServiceRecord.state)
            .join(ServiceRecord, ServiceRecord.case_id == Case.id)
            .where(ServiceRecord.number == record)
        ).first()
    if found is None:
        raise NotFound("没有这条送达记录")
    if found.state != ServiceState.UNDER_WAY:
        raise ServiceSettled(SETTLED)
    return found.number, Way(found.way), found.result


def _get_under_way(session: Session, record: str) -> ServiceRecord:
    row = session.scalar(select(ServiceRecord).where(ServiceRecord.number == record))
    if row is None or row.state != ServiceState.UNDER_WAY:
        raise ServiceSettled(SETTLED)
    return row


def _has_failed(session: Session, case: Case) -> bool:
    failed = select(ServiceRecord.id).where(
        ServiceRecord.case_id == case.id, ServiceRecord.state == ServiceState.FAILED
    )
    return session.scalar(failed.limit(1)) is not None


def _find_consent(session: Session, case: Case) -> ServiceConsent | None:
    given = select(ServiceConsent).where(
        ServiceConsent.case_id == case.id, ServiceConsent.withdrawn_at.is_(None)
    )
    return session.scalar(given)


@contextmanager
def _dealing_with(
    number: str, actor: Actor, now: datetime, action: str
) -> Iterator[tuple[Session, Case]]:
    """The applicant, or the desk that received, deals with consent. Raises Forbidden."""
    with unit_of_work() as session:
        case = get_case(session, number)
        own = actor.role is Role.CITIZEN and actor.person_id == case.applicant_id
        desk = actor.role is Role.CLERK and actor.division_code == case.receiving_division
        if not (own or desk):
            raise Forbidden("只有申请人本人，或者收件窗口按本人的意思，可以登记电子送达意愿")
        yield session, case
        trail.record(session, actor, action, f"case:{number}", now)
