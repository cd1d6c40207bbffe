"""Joint cases (多地联办): one receipt, parts that are cases of their own, and a whole that follows its parts.

Nobody decides the whole: each part has its authority, clocks, decision and papers, and a worker moves the whole on.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework import clocks, history, numbers
from kiosk.casework.alternatives import open_offering
from kiosk.casework.deeds import Deed, locked_case, record_deed
from kiosk.casework.joining import is_stopped, next_to_begin, steps_of_whole
from kiosk.casework.joint_models import CasePart
from kiosk.casework.joint_queries import PartNow, list_parts, rule_of
from kiosk.casework.models import Case, CaseAgent, CaseMaterial
from kiosk.casework.offerings import snapshot
from kiosk.casework.procedure_queries import end_open_procedures
from kiosk.casework.receipt import Mode
from kiosk.casework.states import TRANSITIONS, Action, State, next_state
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.identity.tokens import draw_token
from kiosk.privacy import keyring
from kiosk.uow import reading, unit_of_work
from services_catalog.joint_items import JointItem, RoutedPart
from services_catalog.routing import Route, RoutingFacts

SHARED = (
    "channel", "form", "applicant_id", "subject_name", "subject_digest", "receiving_division", "receiving_place",
    "receiving_machine", "receiving_staff", "delivery", "delivery_details",
)  # fmt: skip
WORDS = {
    Action.ACCEPT: "联办各部分均已受理",
    Action.NOT_ACCEPT: "联办的部分事项未予受理，办件结束",
    Action.REVIEW: "联办各部分办理中",
    Action.GRANT: "联办各部分均已作出决定",
    Action.REFUSE: "联办的部分事项未获同意，办件结束",
    Action.DELIVER: "联办各部分的结果均已送达",
    Action.CLOSE: "联办件已办结",
}
STOPPED = "联办的其他部分未获同意，本部分依约定终止"
TAKEN_BACK = "申请人已撤回联办申请，本部分终止"
UNLIMITED = {"regime": "other", "legal_days": None, "promised_days": None}


def divide(
    session: Session,
    lead: Case,
    joint: JointItem,
    parts: list[RoutedPart],
    actor: Actor,
    now: datetime,
) -> None:
    """Make a case just received the whole of these parts, and begin those that begin at once."""
    lead.mode = Mode.JOINT_LEAD
    lead.acceptance_due_on = None
    rule = {"in_order": joint.in_order, "refusal_stops": joint.refusal_stops}
    terms = lead.offering["terms"] | UNLIMITED  # Limits are those of the parts.
    lead.offering = lead.offering | {"joint": rule, "terms": terms}
    for position, routed in enumerate(parts, start=1):
        session.add(_part_row(lead, position, routed))
    session.flush()  # The parts are read back by the rule that begins them.
    _begin_due(session, lead, actor, now)


def follow(number: str, *, now: datetime) -> None:
    """Move the joint case on that this case is, or is a part of; nothing happens for any other."""
    with reading() as session:
        case = session.execute(select(Case.id, Case.mode).where(Case.number == number)).first()
        if case is None or case.mode not in (Mode.JOINT_LEAD, Mode.JOINT_PART):
            return
        whole = select(Case.number).join(CasePart, CasePart.lead_id == Case.id)
        lead = session.scalar(whole.where(CasePart.case_id == case.id)) or number
    advance(lead, now=now)


def advance(number: str, *, now: datetime) -> None:
    """Bring the whole where its parts have led it: begin, end and follow. Doing it again changes nothing."""
    with unit_of_work() as session:
        lead = locked_case(session, number)
        parts = list_parts(session, lead)
        if lead.state == State.WITHDRAWN:
            _end_open(session, parts, TAKEN_BACK, now)
            return
        if is_stopped([part.standing for part in parts], rule_of(lead)):
            _end_open(session, parts, STOPPED, now)
        _begin_due(session, lead, SYSTEM, now)
        parts = list_parts(session, lead)
        standings = [part.standing for part in parts]
        for action in steps_of_whole(State(lead.state), standings, rule_of(lead)):
            if action is Action.ACCEPT:
                dates = [part.case.accepted_on for part in parts if part.case]
                lead.accepted_on = max((on for on in dates if on), default=None)
            if action in (Action.GRANT, Action.REFUSE):
                lead.decided_at, lead.decided_by = now, SYSTEM.number
            _move(session, lead, action, WORDS[action], now)


def _begin_due(session: Session, lead: Case, actor: Actor, now: datetime) -> None:
    parts = list_parts(session, lead)
    for index in next_to_begin([part.standing for part in parts], rule_of(lead)):
        row = parts[index].row
        case = _part_case(session, lead, row, now)
        row.case_id = case.id
        words = f"{row.name}交{row.deciding_name}办理"
        record_deed(session, lead, Deed.BEGIN_PART, words, actor=actor, now=now)
        history.add_event(session, case, Action.RECEIVE, State.DRAFT, words, actor=actor, now=now)
        trail.record(session, actor, "case-received", f"case:{case.number}", now, part=row.position)
        outbox.enqueue(session, "case.received", {"case": case.number}, now)
    session.flush()  # What has begun is read back by the rules of the whole.


def _part_row(lead: Case, position: int, routed: RoutedPart) -> CasePart:
    return CasePart(
        lead_id=lead.id,
        position=position,
        name=routed.part.name,
        item_seq=routed.part.item_seq,
        deciding_authority=routed.decided.authority_code,
        deciding_name=routed.decided.authority_name,
        deciding_division=routed.decided.district_code,
        decided=asdict(routed.decided),
        facts=asdict(routed.facts),
    )


def _part_case(session: Session, lead: Case, row: CasePart, now: datetime) -> Case:
    """The part as a case of its own. Its query code is nobody's: the applicant asks by the whole."""
    held, today = catalogue(), office_date(now)
    item = held.items[row.item_seq]
    told: dict[str, Any] = row.decided | {"explanation": tuple(row.decided["explanation"])}
    decided = Route(**told)
    facts = RoutingFacts(**row.facts)
    offering = open_offering(session, held, row.item_seq, decided, facts, today)
    limit = clocks.acceptance_limit(now, decided.district_code)
    case = Case(
        **{name: getattr(lead, name) for name in SHARED},
        number=numbers.draw_case_number(session, lead.receiving_division, today),
        query_code_digest=keyring().digest("query-code", draw_token("part")),
        state=next_state(State.DRAFT, Action.RECEIVE),
        mode=Mode.JOINT_PART,
        item_seq=item.seq,
        item_version_id=item.version_id,
        offering=snapshot(item, decided, facts, offering),
        deciding_authority=decided.authority_code,
        deciding_name=decided.authority_name,
        deciding_division=decided.district_code,
        explanation=list(decided.explanation),
        received_at=now,
        acceptance_due_on=limit.on,
        order_on=limit.earliest,
    )
    session.add(case)
    session.flush()  # Materials and events name the case by id.
    _copy_materials(session, lead, case)
    _copy_agent(session, lead, case)
    return case


def _copy_materials(session: Session, lead: Case, case: Case) -> None:
    names = ["position", "name", "form", "pages", "digest"]
    chosen = select(literal(case.id), *(getattr(CaseMaterial, name) for name in names))
    papers = chosen.where(CaseMaterial.case_id == lead.id)
    session.execute(insert(CaseMaterial).from_select(["case_id", *names], papers))


def _copy_agent(session: Session, lead: Case, case: Case) -> None:
    """Whoever handed the whole in for somebody else sees its parts, and their officers see who it was."""
    names = ["person_id", "name", "authorisation"]
    chosen = select(literal(case.id), *(getattr(CaseAgent, name) for name in names))
    agents = chosen.where(CaseAgent.case_id == lead.id)
    session.execute(insert(CaseAgent).from_select(["case_id", *names], agents))


def _end_open(session: Session, parts: list[PartNow], words: str, now: datetime) -> None:
    """End the parts that nobody has decided."""
    for part in parts:
        if part.case and (State(part.case.state), Action.WITHDRAW) in TRANSITIONS:
            _move(session, part.case, Action.WITHDRAW, words, now)
            end_open_procedures(session, part.case, office_date(now))


def _move(session: Session, case: Case, action: Action, words: str, now: datetime) -> None:
    came_from = State(case.state)
    case.state = next_state(came_from, action)
    if action is Action.CLOSE:
        case.closed_at = now
    history.add_event(session, case, action, came_from, words, actor=SYSTEM, now=now)
    trail.record(session, SYSTEM, f"case-{action}", f"case:{case.number}", now)
    outbox.enqueue(session, f"case.{action}", {"case": case.number}, now)
