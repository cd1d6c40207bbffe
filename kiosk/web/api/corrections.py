"""Corrections before acceptance: told once by the authority, answered by the applicant or at their window."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask_smorest import Blueprint

from kiosk.casework import corrections
from kiosk.casework.correction_files import supply_with_files
from kiosk.casework.correction_queries import list_corrections
from kiosk.casework.corrections import Answer, Defect, Fix
from kiosk.casework.views import case_in_full, get_visible_case
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import correction_schemas as shapes
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.draft_schemas import MaterialFile
from kiosk.web.api.schemas import CaseSchema

blp = Blueprint("corrections", __name__, url_prefix="/api/v1/cases", description="补正")


@blp.get("/<number>/corrections")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, shapes.CorrectionList)
@refusals(blp, 401, 403, 404)
def show_corrections(number: str) -> dict[str, Any]:
    """What was to be corrected, and what has come."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        return {"corrections": list_corrections(session, case)}


@blp.post("/<number>/corrections")
@requires(Role.OFFICER)
@blp.arguments(shapes.CorrectionRequestSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def request_correction(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Tell the applicant once and completely what to correct (补正告知)."""
    defects = [Defect(**defect) for defect in body.pop("defects")]
    corrections.request_correction(number, defects, actor=current_actor(), now=now(), **body)
    return _shown(number)


@blp.post("/<number>/corrections/answers")
@requires(Role.CITIZEN, Role.CLERK)
@blp.arguments(shapes.CorrectionAnswersSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def supply(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take in corrections, all or some (补正); a receipt lists what came and what is still missing."""
    answers = [Answer(**answer) for answer in body.pop("answers")]
    corrections.supply(number, answers, actor=current_actor(), now=now(), **body)
    return _shown(number)


@blp.post("/<number>/corrections/answers/files")
@requires(Role.CITIZEN, Role.CLERK)
@blp.arguments(shapes.CorrectionFileForm, location="form")
@blp.arguments(MaterialFile, location="files")
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 413, 422, 503)
def supply_file(form: dict[str, Any], files: dict[str, Any], number: str) -> dict[str, Any]:
    """Answer one listed defect with a file (补正材料), judged by its content like every material."""
    with closing(files["file"]) as file:
        brought = {form["defect"]: file.read()}
    supply_with_files(
        number, [], brought, actor=current_actor(), now=now(), version=form["version"]
    )
    return _shown(number)


@blp.post("/<number>/fixes")
@requires(Role.CLERK)
@blp.arguments(shapes.FixesSchema)
@blp.response(200, CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def fix_on_spot(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Let the applicant at the window mend what can be mended on the spot (当场更正)."""
    fixes = [Fix(**fix) for fix in body.pop("fixes")]
    corrections.fix_on_spot(number, fixes, actor=current_actor(), now=now(), **body)
    return _shown(number)


def _shown(number: str) -> dict[str, Any]:
    with reading() as session:
        return case_in_full(session, get_visible_case(session, number, current_actor()), now())
