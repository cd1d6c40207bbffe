"""Cases: received by a citizen or a window, decided by the authority that has jurisdiction."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint

from kiosk.casework import commands, paper_repair, queries
from kiosk.casework.errors import ApplicantMismatch
from kiosk.casework.guesses import counted_guess
from kiosk.casework.permissions import may_see
from kiosk.casework.receipt import Delivery, Material, Receipt, Submission
from kiosk.casework.receiving import form_faults, receive
from kiosk.casework.views import case_in_full, case_masked
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

blp = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="办件")


@blp.post("")
@requires(Role.CITIZEN, Role.CLERK)
@blp.arguments(schemas.SubmissionSchema)
@blp.arguments(schemas.KeyHeader, location="headers")
@blp.response(201, schemas.ReceiptSchema)
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
        applicant=_applicant(body["applicant"], actor),
        delivery=body["delivery"],
        delivery_details={name: value for name, value in details.items() if value},
        materials=tuple(Material(**material) for material in body["materials"]),
        registrar=body["registrar"],
        key=f"{actor.number}:{key}" if key else None,
    )


@blp.get("")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, schemas.CaseList)
@refusals(blp, 401, 403)
def list_cases() -> dict[str, Any]:
    """A citizen's own cases, what a window received, or an authority's queue by due date."""
    return {"cases": lines_for(current_actor())}


def lines_for(actor: Actor) -> list[queries.CaseLine]:
    """The list of cases that belongs to this actor."""
    with reading() as session:
        if actor.role is Role.OFFICER:
            return queries.list_queue(session, actor.authority_code or "")
        if actor.role is Role.CLERK:
            return queries.list_received(session, actor)
        return queries.list_of_applicant(session, actor.person_id or 0)


@blp.get("/<number>")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404)
def show_case(number: str) -> dict[str, Any]:
    """A case in full for its applicant, its receiving desk and its authority."""
    with reading() as session:
        return case_in_full(session, _visible(session, number))


@blp.post("/<number>/status")
@public
@blp.arguments(schemas.QueryCodeSchema)
@blp.response(200, schemas.StatusSchema)
@refusals(blp, 404, 422, 429)
def show_status(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Where a case stands, by the number and the code on its receipt; names are masked."""
    with counted_guess(number, now=now()), reading() as session:
        return case_masked(session, queries.get_case_by_code(session, number, body["query_code"]))


@blp.get("/<number>/papers/<paper>")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, content_type="application/pdf")
@refusals(blp, 401, 403, 404, 409)
def show_paper(number: str, paper: str) -> Response:
    """A sealed paper of the case as PDF. Originals for the holder come out of a machine only."""
    with reading() as session:
        case = _visible(session, number)
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


@blp.post("/<number>/papers/<paper>/sealing")
@requires(Role.OFFICER)
@blp.response(202, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409)
def seal_again(number: str, paper: str) -> dict[str, Any]:
    """Have a paper sealed again whose sealing was refused, once the cause is gone."""
    paper_repair.seal_again(number, paper, actor=current_actor(), now=now())
    return _shown(number)


@blp.post("/<number>/acceptance")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def accept(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Accept (受理)."""
    commands.accept(number, actor=current_actor(), now=now(), version=body["version"])
    return _shown(number)


@blp.post("/<number>/non-acceptance")
@requires(Role.OFFICER)
@blp.arguments(schemas.ReasonedActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def not_accept(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Refuse acceptance (不予受理) with reasons."""
    commands.not_accept(
        number, body["words"], actor=current_actor(), now=now(), version=body["version"]
    )
    return _shown(number)


@blp.post("/<number>/review")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def review(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take the case under review (审核)."""
    commands.review(number, actor=current_actor(), now=now(), version=body["version"])
    return _shown(number)


@blp.post("/<number>/grant")
@requires(Role.OFFICER)
@blp.arguments(schemas.ReasonedActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def grant(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Grant (准予); the result's papers are sealed within seconds."""
    commands.grant(number, body["words"], actor=current_actor(), now=now(), version=body["version"])
    return _shown(number)


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
    return _shown(number)


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
    return _shown(number)


@blp.post("/<number>/closing")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def close(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Close the delivered case (办结)."""
    commands.close(number, actor=current_actor(), now=now(), version=body["version"])
    return _shown(number)


@blp.post("/<number>/withdrawal")
@requires(Role.CITIZEN)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def withdraw(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take the application back before the decision (撤回)."""
    commands.withdraw(number, actor=current_actor(), now=now(), version=body["version"])
    return _shown(number)


def _visible(session: Any, number: str) -> Any:
    """The case, or NotFound for whoever it is no business of: numbers must not be guessable."""
    case = queries.get_case(session, number)
    if not may_see(case, current_actor()):
        raise NotFound("没有这个办件")
    return case


def _shown(number: str) -> dict[str, Any]:
    with reading() as session:
        return case_in_full(session, queries.get_case(session, number))


def require_complete(body: dict[str, Any], actor: Actor) -> None:
    """What the shape alone can not tell: applicant, address and the item's own form, all faults at once."""
    faults: dict[str, list[str]] = {}
    if actor.role is Role.CLERK and body["applicant"] is None:
        faults["applicant"] = ["窗口收件请读取申请人证件"]
    if body["delivery"] is Delivery.POST and body["postal"] is None:
        faults["postal"] = ["选择邮寄时请填写地址"]
    held = catalogue()
    held.world.require_offered(body["item"])
    faults |= form_faults(held.forms[body["item"]], body["form"])
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)


def _applicant(given: dict[str, Any] | None, actor: Actor) -> Identity:
    if actor.role is Role.CITIZEN:
        if given is not None:
            raise ApplicantMismatch("登录后只能为本人申请，不用再填申请人")
        with reading() as session:
            return get_identity(session, actor)
    return Identity(**(given or {}))
