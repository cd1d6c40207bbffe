"""Cases: received by a citizen or a window, decided by the authority that has jurisdiction."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint

from kiosk.casework import commands, non_acceptance, paper_repair, queries, queues, receipt_prints
from kiosk.casework.errors import ApplicantMismatch
from kiosk.casework.form_checks import form_faults
from kiosk.casework.guesses import counted_guess
from kiosk.casework.receipt import Delivery, Material, Receipt, Submission
from kiosk.casework.receiving import receive
from kiosk.casework.views import case_in_full, case_masked, get_visible_case
from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.provider import Identity
from kiosk.identity.queries import get_identity
from kiosk.licences.errors import NotReadyYet, OriginalFromMachine
from kiosk.licences.queries import get_document, is_original
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.correction_schemas import NonAcceptanceSchema
from kiosk.web.api.receipt_schemas import ReceiptSchema

blp = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="办件")


@blp.post("")
@requires(Role.CITIZEN, Role.CLERK)
@blp.arguments(schemas.SubmissionSchema)
@blp.arguments(schemas.KeyHeader, location="headers")
@blp.response(201, ReceiptSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def submit(body: dict[str, Any], headers: dict[str, Any]) -> Receipt:
    """Receive an application; the receipt is not an acceptance."""
    actor = current_actor()
    return receive(submission_of(body, headers["idempotency_key"], actor), actor=actor, now=now())


def submission_of(body: dict[str, Any], key: str | None, actor: Actor) -> Submission:
    """The submission in a request body. Raises InputInvalid with every fault, ApplicantMismatch."""
    details = {"postal": body["postal"], "machine": body["pickup_machine"]}
    require_complete(body, actor)
    return Submission(
        item_seq=body["item"],
        form=body["form"],
        applicant=_applicant(body, actor),
        delivery=body["delivery"],
        delivery_details={name: value for name, value in details.items() if value},
        materials=tuple(Material(**material) for material in body["materials"]),
        registrar=body["registrar"],
        item_version=body.get("item_version"),
        agent=_agent(body, actor),
        authorisation=body["authorisation"],
        joint=body["joint"],
        key=f"{actor.number}:{key}" if key else None,
    )


@blp.get("")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.arguments(schemas.PageQuery, location="query")
@blp.response(200, schemas.CaseList)
@refusals(blp, 401, 403, 422)
def list_cases(page: dict[str, Any]) -> queues.Page:
    """A citizen's own cases, what a window received, or an authority's queue by due date."""
    actor = current_actor()
    with reading() as session:
        if actor.role is Role.OFFICER:
            return queues.list_queue(session, actor, **page)
        if actor.role is Role.CLERK:
            return queues.list_received(session, actor, **page)
        return queues.list_of_applicant(session, actor.person_id or 0, **page)


@blp.get("/<number>")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404)
def show_case(number: str) -> dict[str, Any]:
    """A case in full for its applicant, its receiving desk and its authority."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        return case_in_full(session, case, now())


@blp.post("/<number>/status")
@public
@blp.arguments(schemas.QueryCodeSchema)
@blp.response(200, schemas.StatusSchema)
@refusals(blp, 404, 422, 429)
def show_status(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Where a case stands, by the number and the code on its receipt; names are masked."""
    with counted_guess(number, now=now()), reading() as session:
        return case_masked(
            session, queries.get_case_by_code(session, number, body["query_code"]), now()
        )


@blp.get("/<number>/papers/<paper>")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, content_type="application/pdf")
@refusals(blp, 401, 403, 404, 409)
def show_paper(number: str, paper: str) -> Response:
    """A sealed paper of the case as PDF. Originals for the holder come out of a machine only."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        document = get_document(session, paper)
        original = is_original(session, document)
    if document.case_number != case.number:
        raise NotFound("没有这份文书")
    if original:
        raise OriginalFromMachine("证照原件只在自助机打印一次，不提供下载")
    if document.file_digest is None:
        raise NotReadyYet("文书正在加盖印章，请稍候再试")
    data = current_app.extensions["files"].get(document.file_digest)
    return Response(data, mimetype="application/pdf")


@blp.post("/<number>/receipt/prints")
@requires(Role.CITIZEN)
@blp.response(201, schemas.PrintAnswer)
@refusals(blp, 401, 403, 404, 409)
def print_receipt(number: str) -> dict[str, str]:
    """Print the receipt at the machine where its applicant stands, as often as needed: it is no original."""
    return {"job": receipt_prints.print_receipt(number, actor=current_actor(), now=now())}


@blp.post("/<number>/papers/<paper>/sealing")
@requires(Role.OFFICER)
@blp.response(202, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409)
def seal_again(number: str, paper: str) -> dict[str, Any]:
    """Have a paper sealed again whose sealing was refused, once the cause is gone."""
    paper_repair.seal_again(number, paper, actor=current_actor(), now=now())
    return shown(number)


@blp.post("/<number>/acceptance")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def accept(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Accept (受理)."""
    commands.accept(number, actor=current_actor(), now=now(), version=body["version"])
    return shown(number)


@blp.post("/<number>/non-acceptance")
@requires(Role.OFFICER)
@blp.arguments(NonAcceptanceSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def not_accept(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Refuse acceptance (不予受理) with reasons; where the matter belongs elsewhere, with the competent organ."""
    reason = body.pop("words")
    non_acceptance.not_accept(number, reason, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/<number>/review")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def review(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take the case under review (审核)."""
    commands.review(number, actor=current_actor(), now=now(), version=body["version"])
    return shown(number)


@blp.post("/<number>/grant")
@requires(Role.OFFICER)
@blp.arguments(schemas.ReasonedActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def grant(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Grant (准予); the result's papers are sealed within seconds."""
    commands.grant(number, body["words"], actor=current_actor(), now=now(), version=body["version"])
    return shown(number)


@blp.post("/<number>/refusal")
@requires(Role.OFFICER)
@blp.arguments(schemas.ReasonedActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def refuse(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Refuse (不予许可) with reasons; the notice names the remedies."""
    commands.refuse(
        number, body["words"], actor=current_actor(), now=now(), version=body["version"]
    )
    return shown(number)


@blp.post("/<number>/delivery")
@requires(Role.OFFICER, Role.CLERK)
@blp.arguments(schemas.ReasonedActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def deliver(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record how the result reached the applicant (送达)."""
    commands.deliver(
        number, body["words"], actor=current_actor(), now=now(), version=body["version"]
    )
    return shown(number)


@blp.post("/<number>/closing")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def close(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Close the delivered case (办结)."""
    commands.close(number, actor=current_actor(), now=now(), version=body["version"])
    return shown(number)


@blp.post("/<number>/withdrawal")
@requires(Role.CITIZEN)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def withdraw(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take the application back before the decision (撤回)."""
    commands.withdraw(number, actor=current_actor(), now=now(), version=body["version"])
    return shown(number)


def shown(number: str) -> dict[str, Any]:
    """The case in full, as an act answers it."""
    with reading() as session:
        return case_in_full(session, queries.get_case(session, number), now())


def require_complete(body: dict[str, Any], actor: Actor) -> None:
    """What the shape alone can not tell: applicant, address and the item's own form, all faults at once."""
    faults: dict[str, list[str]] = {}
    faults |= _person_faults(body, actor)
    if body["delivery"] is Delivery.POST and body["postal"] is None:
        faults["postal"] = ["选择邮寄时请填写地址"]
    held = catalogue()
    held.world.require_offered(body["item"])
    faults |= form_faults(held.forms[body["item"]], body["form"])
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)


def _person_faults(body: dict[str, Any], actor: Actor) -> dict[str, list[str]]:
    """At a window a card must lie there, and an agent's authority and card come together."""
    if actor.role is not Role.CLERK:
        return {}
    if (body["authorisation"] is None) != (body["agent"] is None):
        return {"authorisation": ["代理人办理，请读取代理人证件并填写授权编号"]}
    if body["applicant"] is None and body["agent"] is None:
        return {"applicant": ["窗口收件请读取申请人证件"]}
    return {}


def _applicant(body: dict[str, Any], actor: Actor) -> Identity:
    """The applicant; for an organisation its agent stands for it."""
    given = body["applicant"]
    if actor.role is Role.CITIZEN and given is not None and body["authorisation"] is None:
        raise ApplicantMismatch("登录后只能为本人申请，不用再填申请人；代办请填写授权编号")
    if given is not None:
        return Identity(**given)
    return _agent(body, actor) or _own_identity(actor)


def _agent(body: dict[str, Any], actor: Actor) -> Identity | None:
    if body["authorisation"] is None:
        return None
    return _own_identity(actor) if actor.role is Role.CITIZEN else Identity(**body["agent"])


def _own_identity(actor: Actor) -> Identity:
    with reading() as session:
        return get_identity(session, actor)
