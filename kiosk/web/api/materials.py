"""Files in a draft and of a case: handed in, listed, read, taken out."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from kiosk.casework import materials, reuse
from kiosk.casework.draft_models import Upload
from kiosk.casework.materials import Source
from kiosk.casework.media.kinds import MEDIA_TYPES, Kind
from kiosk.casework.reuse import Consent
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import draft_schemas as shapes
from kiosk.web.api.blueprints import refusals

blp = Blueprint("materials", __name__, url_prefix="/api/v1", description="申请材料")
DESKS = (Role.CITIZEN, Role.CLERK)
ANY_FILE = "application/octet-stream"


@blp.post("/drafts/<number>/materials")
@requires(*DESKS)
@blp.arguments(shapes.MaterialForm, location="form")
@blp.arguments(shapes.MaterialFile, location="files")
@blp.response(201, shapes.UploadSchema)
@refusals(blp, 401, 403, 404, 409, 413, 422, 503)
def add(form: dict[str, Any], files: dict[str, Any], number: str) -> Upload:
    """Hand in a file: PDF, JPEG, PNG, TIFF or OFD, judged by its content; anything that acts is refused."""
    with closing(files["file"]) as file:
        data = file.read()
    return materials.add_material(
        number,
        form["name"],
        data,
        Source(form["origin"]),
        actor=current_actor(),
        now=now(),
    )


@blp.post("/drafts/<number>/materials/from-licence")
@requires(*DESKS)
@blp.arguments(shapes.LicenceReuse)
@blp.response(201, shapes.UploadSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def reuse_licence(body: dict[str, Any], number: str) -> Upload:
    """Use a licence that the platform issued: an annotated copy with purpose and last day, never the original."""
    return reuse.reuse_licence(
        number,
        body["name"],
        body["identifier"],
        _consent(body),
        actor=current_actor(),
        now=now(),
    )


@blp.post("/drafts/<number>/materials/from-case")
@requires(*DESKS)
@blp.arguments(shapes.MaterialReuse)
@blp.response(201, shapes.UploadSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def reuse_material(body: dict[str, Any], number: str) -> Upload:
    """Use a file that the same person handed in with an earlier case."""
    earlier = (body["case"], body["material"])
    return reuse.reuse_material(
        number, body["name"], earlier, _consent(body), actor=current_actor(), now=now()
    )


@blp.get("/drafts/<number>/materials/<material>")
@requires(*DESKS)
@blp.response(200, content_type=ANY_FILE)
@refusals(blp, 401, 403, 404)
def show(number: str, material: str) -> Response:
    """The content of a file in a draft."""
    upload, data = materials.read_draft_material(number, material, actor=current_actor(), now=now())
    return as_file(upload, data)


@blp.delete("/drafts/<number>/materials/<material>")
@requires(*DESKS)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def remove(number: str, material: str) -> None:
    """Take a file out of a draft and wipe it."""
    materials.remove_material(number, material, actor=current_actor(), now=now())


@blp.get("/cases/<number>/materials")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, shapes.UploadList)
@refusals(blp, 401, 403, 404)
def list_of_case(number: str) -> dict[str, Any]:
    """The files of a case, for its applicant, its receiving desk and its authority."""
    return {"materials": materials.list_materials_of_case(number, actor=current_actor())}


@blp.get("/cases/<number>/materials/<material>")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, content_type=ANY_FILE)
@refusals(blp, 401, 403, 404)
def show_of_case(number: str, material: str) -> Response:
    """The content of a file of a case; staff who read it are on the audit trail."""
    upload, data = materials.read_case_material(number, material, actor=current_actor(), now=now())
    return as_file(upload, data)


def as_file(upload: Upload, data: bytes) -> Response:
    """The file to be saved, never to be run: its kind is ours, its name is its number."""
    answer = Response(data, mimetype=MEDIA_TYPES[Kind(upload.kind)])
    answer.headers["Content-Disposition"] = f'attachment; filename="{upload.number}.{upload.kind}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _consent(body: dict[str, Any]) -> Consent:
    return Consent(body["consents"], body["purpose"], body["until"])
