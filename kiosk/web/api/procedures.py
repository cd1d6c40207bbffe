"""What happens between acceptance and decision: special procedures, extensions, hearings, reminders."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from kiosk.casework import experts, extensions, hearings, procedures
from kiosk.casework.procedure_kinds import SpecialKind
from kiosk.casework.procedure_queries import find_extension, find_hearing, procedure_lines
from kiosk.casework.procedures import Planned
from kiosk.casework.reminders import list_reminders
from kiosk.casework.views import get_visible_case
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import procedure_schemas as shapes
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.cases import shown
from kiosk.web.api.schemas import ActSchema, CaseSchema, ReasonedActSchema

blp = Blueprint("procedures", __name__, url_prefix="/api/v1", description="特别程序、延期、听证")


@blp.get("/cases/<number>/procedures")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, shapes.ProceduresSchema)
@refusals(blp, 401, 403, 404)
def show_procedures(number: str) -> dict[str, Any]:
    """All that stops or lengthens the limits of the case."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        return {
            "procedures": procedure_lines(session, case),
            "extension": find_extension(session, case),
            "hearing": find_hearing(session, case),
        }


@blp.post("/cases/<number>/procedures")
@requires(Role.OFFICER)
@blp.arguments(shapes.PlannedSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def start(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Begin a special procedure with a written notice (特别程序); the limits stand still."""
    version, chosen = body.pop("version"), body.pop("experts")
    planned, actor = Planned(**body), current_actor()
    if planned.kind is SpecialKind.EXPERT_REVIEW:
        experts.start_review(number, planned, chosen, actor=actor, now=now(), version=version)
    elif chosen:
        raise InputInvalid("有内容需要改正", fields={"experts": ["只有专家评审才指定专家"]})
    else:
        procedures.start_procedure(number, planned, actor=actor, now=now(), version=version)
    return shown(number)


@blp.post("/cases/<number>/procedures/<int:position>/end")
@requires(Role.OFFICER)
@blp.arguments(ReasonedActSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def end(body: dict[str, Any], number: str, position: int) -> dict[str, Any]:
    """End a special procedure with its result; after the last one the limits go on."""
    result = body.pop("words")
    procedures.end_procedure(number, position, result, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/expert-opinions")
@requires(Role.OFFICER)
@blp.arguments(shapes.ExpertOpinionSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def give_opinion(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Enter what an expert wrote."""
    expert, words = body.pop("expert"), body.pop("words")
    experts.give_opinion(number, expert, words, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/site-visits")
@requires(Role.OFFICER)
@blp.arguments(ReasonedActSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def visit_site(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record a visit of the place (现场核查); it stops no limit."""
    findings = body.pop("words")
    procedures.visit_site(number, findings, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/extension")
@requires(Role.OFFICER)
@blp.arguments(shapes.ExtensionSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def ask_extension(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Ask for an extension of the statutory limit (延期)."""
    days, reason = body.pop("days"), body.pop("words")
    extensions.ask_extension(number, days, reason, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/extension/approval")
@requires(Role.OFFICER)
@blp.arguments(ActSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def approve_extension(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Approve the extension, as a supervisor other than the officer who asked."""
    extensions.approve_extension(number, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/extension/refusal")
@requires(Role.OFFICER)
@blp.arguments(ReasonedActSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def decline_extension(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Decline the extension; the limit stays."""
    reason = body.pop("words")
    extensions.decline_extension(number, reason, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/hearing")
@requires(Role.OFFICER)
@blp.arguments(ReasonedActSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def tell_hearing(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Tell the applicant of the right to a hearing (听证告知)."""
    reason = body.pop("words")
    hearings.tell_hearing(number, reason, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/hearing/request")
@requires(Role.CITIZEN)
@blp.arguments(ActSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def ask_hearing(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Ask for the hearing."""
    hearings.ask_hearing(number, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/hearing/arrangement")
@requires(Role.OFFICER)
@blp.arguments(shapes.ArrangementSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def arrange_hearing(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Fix place and time of the hearing; the limits stand still."""
    place, held_at = body.pop("place"), body.pop("held_at")
    hearings.arrange_hearing(number, place, held_at, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.post("/cases/<number>/hearing/minutes")
@requires(Role.OFFICER)
@blp.arguments(shapes.MinutesSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def hold_hearing(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Enter the minutes of the hearing; the limits go on."""
    presider, minutes = body.pop("presider"), body.pop("words")
    hearings.hold_hearing(number, presider, minutes, actor=current_actor(), now=now(), **body)
    return shown(number)


@blp.get("/reminders")
@requires(Role.OFFICER)
@blp.response(200, shapes.ReminderList)
@refusals(blp, 401, 403)
def show_reminders() -> dict[str, Any]:
    """Limits of the officer's authority that came near or are over."""
    with reading() as session:
        return {"reminders": list_reminders(session, current_actor().authority_code or "")}
