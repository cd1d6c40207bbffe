"""Is this paper genuine, and still valid? For banks, police, schools and anyone who holds it."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask_smorest import Blueprint

from kiosk.errors import InputInvalid
from kiosk.licences.verification import verify_pdf, verify_qr
from kiosk.uow import reading
from kiosk.web.access import now, public
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("verifications", __name__, url_prefix="/api/v1/verifications", description="核验")
LARGEST_PDF = 4 * 1024 * 1024
PDF_TYPE = "application/pdf"


@blp.post("/pdf")
@public
@blp.response(200, schemas.VerdictSchema)
@refusals(blp, 422)
def judge_pdf() -> dict[str, Any]:
    """Judge a PDF sent as the request body (``application/pdf``, at most 4 MB), also by the registry."""
    request.max_content_length = LARGEST_PDF
    if request.mimetype != PDF_TYPE or not request.data:
        raise InputInvalid("请上传 PDF 文件", fields={"body": ["应为 application/pdf"]})
    with reading() as session:
        return verify_pdf(session, request.data, current_app.extensions["keys"], now())


@blp.post("/qr")
@public
@blp.arguments(schemas.QrSchema)
@blp.response(200, schemas.VerdictSchema)
@refusals(blp, 422)
def judge_qr(body: dict[str, Any]) -> dict[str, Any]:
    """Judge the text of a 核验码 and look it up in the registry."""
    with reading() as session:
        return verify_qr(session, body["text"], current_app.extensions["keys"], now())
