"""Receiving an application: form check, identity, routing, number and receipt, in one unit of work.

The receiving place receives and nothing else; acceptance is the deciding authority's (行政许可法 art. 32).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework import clocks, history, joint, numbers
from kiosk.casework.agents import enter_agent, with_principal
from kiosk.casework.alternatives import open_offering
from kiosk.casework.delegations import (
    Mandate,
    find_mandate,
    handler_words,
    mandate_words,
    pin,
)
from kiosk.casework.draft_errors import MaterialsMissing
from kiosk.casework.draft_handover import hand_over
from kiosk.casework.errors import ItemNotOffered, ItemVersionChanged
from kiosk.casework.form_checks import form_faults
from kiosk.casework.models import Case, CaseMaterial
from kiosk.casework.offerings import snapshot
from kiosk.casework.receipt import ONLINE_PLACE, Channel, Mode, Receipt, Submission, iso
from kiosk.casework.receipt_paper import RECEIPT_TOPIC
from kiosk.casework.requirements import lacking, requirements
from kiosk.casework.states import Action, State, next_state
from kiosk.casework.versions_since import changes_since
from kiosk.catalogue import Catalogue, catalogue
from kiosk.clock import office_date
from kiosk.errors import Forbidden, InputInvalid
from kiosk.exchange import idempotency, outbox
from kiosk.identity.actors import Actor, Role
from kiosk.identity.commands import meet_person
from kiosk.identity.models import Person
from kiosk.identity.queries import document_digest
from kiosk.identity.tokens import draw_digits
from kiosk.privacy import keyring
from kiosk.uow import reading, unit_of_work
from services_catalog import forms
from services_catalog.items import PublishedItem
from services_catalog.joint_items import joint_items, route_parts
from services_catalog.offerings import OfferingInForce
from services_catalog.routing import Route, RoutingFacts, route

CREDIT_CODE = "001"


def receive(submission: Submission, *, actor: Actor, now: datetime) -> Receipt:
    """Receive an application and answer its receipt.

    Raises UnknownItem, ItemCancelled, ItemNotOffered, InputInvalid with every faulty field, MaterialsMissing, NoRoute,
    KeyReused.
    """
    held = catalogue()
    checked = check(submission, held, actor)
    try:
        with unit_of_work() as session:
            return _receive(session, held, checked, actor, now)
    except IntegrityError:
        answer = find_receipt(checked.key, checked.as_request())
        if answer is None:
            raise
        return answer


def find_receipt(key: str | None, request: dict[str, Any]) -> Receipt | None:
    """The receipt that was answered to this request before, or None. Raises KeyReused."""
    if key is None:
        return None
    with reading() as session:
        answer = idempotency.find_answer(session, key, request)
    return None if answer is None else Receipt(**answer)


def check(submission: Submission, held: Catalogue, actor: Actor) -> Submission:
    """The submission with its form validated and normalised; every fault is reported at once."""
    if actor.role not in (Role.CITIZEN, Role.CLERK):
        raise Forbidden("只有申请人或窗口可以收件")
    held.world.require_offered(submission.item_seq)
    channel_mode(held.items[submission.item_seq].modes, channel_of(actor))
    form = held.forms[submission.item_seq]
    faults = form_faults(form, submission.form)
    if submission.item_version not in (None, held.items[submission.item_seq].version):
        tell_changes(submission, faults)
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    return Submission(
        **{**submission.__dict__, "form": forms.schema_for(form).load(submission.form)}
    )


def tell_changes(submission: Submission, faults: dict[str, list[str]]) -> None:
    """Say what changed for the applicant since the version they began with, and ask only for that.

    Raises ItemVersionChanged, UnknownVersion; passes in silence over changes that do not touch them.
    """
    changes = changes_since(submission.item_seq, submission.item_version or 0)
    if changes:
        asked = {change.field for change in changes}
        missing = {key: reasons for key, reasons in faults.items() if key in asked}
        raise ItemVersionChanged([change.words for change in changes], missing)


def channel_of(actor: Actor) -> Channel:
    """Where this actor stands."""
    if actor.role is Role.CLERK:
        return Channel.WINDOW
    return Channel.MACHINE if actor.machine_number else Channel.ONLINE


def channel_mode(modes: tuple[str, ...], channel: Channel) -> Mode:
    """The handling mode for a channel. Raises ItemNotOffered if the item must be brought to a window."""
    if "全程网办" in modes:
        return Mode.ONLINE if channel is not Channel.WINDOW or len(modes) == 1 else Mode.AGENCY
    if channel is Channel.ONLINE:
        raise ItemNotOffered("该事项需要本人到窗口或自助机提交材料，不能全程网办")
    return Mode.AGENCY if "异地代收代办" in modes else Mode.JOINT


def route_for(held: Catalogue, submission: Submission, actor: Actor) -> tuple[Route, RoutingFacts]:
    """The authority that decides, and the facts that say so. Raises NoRoute with what is missing."""
    return route_form(held, submission.item_seq, submission.form, submission.registrar, actor)


def route_form(
    held: Catalogue, seq: int, form: dict[str, Any], registrar: str | None, actor: Actor
) -> tuple[Route, RoutingFacts]:
    """The same for a form that is not handed in yet."""
    facts = forms.routing_facts(held.forms[seq], form)
    if facts.district_code is None and facts.registrar_name is None and actor.division_code:
        facts = RoutingFacts(district_code=actor.division_code, registrar_name=registrar)
    elif registrar:
        facts = RoutingFacts(district_code=facts.district_code, registrar_name=registrar)
    facts = replace(facts, received_in=actor.division_code)
    return route(held.items[seq], facts, held.world), facts


@dataclass(frozen=True)
class _Desk:
    """What lies on the receiving desk: the checked application, who decides it, who receives it and when."""

    held: Catalogue
    submission: Submission
    decided: Route
    facts: RoutingFacts
    offering: OfferingInForce
    mandate: Mandate | None
    missing: list[str]
    actor: Actor
    now: datetime


def _receive(
    session: Session, held: Catalogue, submission: Submission, actor: Actor, now: datetime
) -> Receipt:
    request = submission.as_request()
    if submission.key is not None:
        answer = idempotency.find_answer(session, submission.key, request)
        if answer is not None:
            return Receipt(**answer)
    _, subject = _subject(submission, held.forms[submission.item_seq])
    submission = with_principal(session, submission, subject, now)
    decided, facts = route_for(held, submission, actor)
    offering = open_offering(session, held, submission.item_seq, decided, facts, office_date(now))
    missing = _missing(held, submission, offering)
    mandate = None
    if not submission.joint:
        mandate = find_mandate(session, held, offering, decided, facts)
    desk = _Desk(held, submission, decided, facts, offering, mandate, missing, actor, now)
    query_code = draw_digits(6)
    case = _enter_case(session, desk, query_code)
    _record(session, desk, case, query_code)
    _divide(session, desk, case)
    if submission.draft is not None:
        hand_over(session, submission.draft, case, actor, now)
    receipt = _receipt(case, query_code, desk)
    if submission.key is not None:
        idempotency.remember(session, submission.key, request, receipt.as_answer(), now)
    return receipt


def _divide(session: Session, desk: _Desk, case: Case) -> None:
    """Into the parts of a joint item, where it was asked for. Raises InputInvalid where there are none."""
    if not desk.submission.joint:
        return
    held, divided = desk.held, joint_items().get(case.item_seq)
    parts = divided and route_parts(divided, case.form, desk.facts, held.items, held.world)
    if not divided or not parts:
        told = "该事项不分部分办理，或者各地都在同一省市，请按一般方式申请"
        raise InputInvalid("有内容需要改正", fields={"joint": [told]})
    joint.divide(session, case, divided, parts, desk.actor, desk.now)


def _missing(held: Catalogue, submission: Submission, offering: OfferingInForce) -> list[str]:
    """What a draft lacks by the deciding authority's rules. Raises MaterialsMissing unless the applicant insists."""
    if submission.draft is None:
        return []
    item = held.items[submission.item_seq]
    missing = lacking(requirements(item, offering, submission.materials))
    if missing and not submission.draft.insists:
        raise MaterialsMissing("；".join(missing), fields={"materials": missing})
    return missing


def _enter_case(session: Session, desk: _Desk, query_code: str) -> Case:
    person = meet_person(session, desk.submission.applicant, desk.now)
    division = desk.actor.division_code or desk.decided.district_code
    number = numbers.draw_case_number(session, division, office_date(desk.now))
    case = _new_case(desk, person, number, division)
    case.query_code_digest = keyring().digest("query-code", f"{number}:{query_code}")
    session.add(case)
    session.flush()  # Materials and events name the case by id.
    _add_materials(session, case, desk.submission)
    enter_agent(session, case, desk.submission, desk.now)
    return case


def _record(session: Session, desk: _Desk, case: Case, query_code: str) -> None:
    """Event, audit entry and outbox rows of the receipt; the query code is on its paper and nowhere else."""
    actor, now = desk.actor, desk.now
    words = f"{case.receiving_place}已收件，交{handler_words(case)}办理"
    history.add_event(session, case, Action.RECEIVE, State.DRAFT, words, actor=actor, now=now)
    facts = {"item": case.item_seq, "missing": len(desk.missing)}
    trail.record(session, actor, "case-received", f"case:{case.number}", now, **facts)
    paper = {"case": case.number, "query_code": query_code}
    wishes = [("case.received", {"case": case.number}), (RECEIPT_TOPIC, paper)]
    outbox.enqueue_all(session, wishes, now)


def _new_case(desk: _Desk, person: Person, number: str, division: str) -> Case:
    submission, decided, actor = desk.submission, desk.decided, desk.actor
    item = desk.held.items[submission.item_seq]
    limit = clocks.acceptance_limit(desk.now, decided.district_code)
    subject_name, subject_digest = _subject(submission, desk.held.forms[item.seq])
    return Case(
        number=number,
        state=next_state(State.DRAFT, Action.RECEIVE),
        mode=_mode(desk, item),
        channel=channel_of(actor),
        item_seq=item.seq,
        item_version_id=item.version_id,
        offering=pin(snapshot(item, decided, desk.facts, desk.offering), desk.mandate),
        form=_plain(submission.form),
        applicant_id=person.id,
        subject_name=subject_name,
        subject_digest=subject_digest,
        receiving_division=division,
        receiving_place=actor.place or ONLINE_PLACE,
        receiving_machine=actor.machine_number,
        receiving_staff=actor.number if actor.role is Role.CLERK else None,
        deciding_authority=decided.authority_code,
        deciding_name=decided.authority_name,
        deciding_division=decided.district_code,
        delegate_authority=desk.mandate.delegate_code if desk.mandate else None,
        explanation=_explanation(desk),
        delivery=submission.delivery,
        delivery_details=submission.delivery_details or None,
        received_at=desk.now,
        acceptance_due_on=limit.on,
        order_on=limit.earliest,
    )


def _mode(desk: _Desk, item: PublishedItem) -> Mode:
    """How the places share the work; who hands in stands where the item lets them, delegated or not."""
    mode = channel_mode(desk.offering.terms.modes or item.modes, channel_of(desk.actor))
    return Mode.DELEGATED if desk.mandate else mode


def _explanation(desk: _Desk) -> list[str]:
    """Why this authority decides, and who handles the case in its name."""
    told = list(desk.decided.explanation)
    if desk.mandate is not None:
        told.append(mandate_words(desk.mandate, desk.decided.authority_name))
    return told


def _subject(submission: Submission, form: forms.Form) -> tuple[str, str | None]:
    """Whom the result is for: the organisation the form names by credit code, else the applicant."""
    for key in forms.credit_code_keys(form):
        if submission.form.get(key):
            name = str(
                submission.form.get(forms.organisation_name_key(form)) or submission.applicant.name
            )
            return name, document_digest(CREDIT_CODE, str(submission.form[key]))
    applicant = submission.applicant
    return applicant.name, document_digest(applicant.document_type, applicant.document_number)


def _add_materials(session: Session, case: Case, submission: Submission) -> None:
    """All rows in one statement; an ORM object for each would be one for each."""
    rows = [
        {"case_id": case.id, "position": position, **vars(material)}
        for position, material in enumerate(submission.materials, start=1)
    ]
    if rows:
        session.execute(insert(CaseMaterial), rows, execution_options={"render_nulls": True})


def _receipt(case: Case, query_code: str, desk: _Desk) -> Receipt:
    return Receipt(
        number=case.number,
        query_code=query_code,
        received_at=case.received_at.isoformat(),
        receiving_place=case.receiving_place,
        deciding_authority=case.deciding_name,
        explanation=case.explanation,
        assumed=desk.decided.assumed,
        acceptance_due_on=iso(case.acceptance_due_on),
        materials=[asdict(material) for material in desk.submission.materials],
        missing=desk.missing,
        agent=desk.submission.agent.name if desk.submission.agent else None,
        authorisation=desk.submission.authorisation,
    )


def _plain(form: dict[str, Any]) -> dict[str, Any]:
    """Dates as text, so that the form can be stored as JSON."""
    return {
        key: iso(value) if hasattr(value, "isoformat") else value for key, value in form.items()
    }
