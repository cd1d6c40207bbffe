"""Is this paper genuine, and still valid? For banks, police, schools and anyone who holds it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from kiosk.errors import InputInvalid
from kiosk.web import checking
from kiosk.web.access import public
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.verification_schemas import QrSchema, VerdictSchema

blp = Blueprint("verifications", __name__, url_prefix="/api/v1/verifications", description="核验")
LARGEST_PDF = 4 * 1024 * 1024
PDF_TYPE = "application/pdf"


class IdentifierSchema(schemas.Strict):
    """A licence's identifier and its holder, as both are printed on the paper."""

    identifier = schemas.text(
        120, example="1.2.156.3005.2.11100000000013338W032.11510107MB12345629.A1.001.U"
    )
    holder = schemas.text(100, example="重庆示例智能科技有限公司成都分公司")


class RegistryWord(Schema):
    """The registry's word; names of persons are masked."""

    identifier = fields.String()
    name = fields.String()
    issuer = fields.String()
    holder = fields.String()
    status = fields.String()
    status_words = fields.String()
    status_since = fields.String(allow_none=True)


@blp.post("/pdf")
@public
@blp.response(200, VerdictSchema)
@refusals(blp, 422, 429)
def judge_pdf() -> dict[str, Any]:
    """Judge a PDF sent as the request body (``application/pdf``, at most 4 MB), also by the registry."""
    request.max_content_length = LARGEST_PDF
    if request.mimetype != PDF_TYPE or not request.data:
        raise InputInvalid("请上传 PDF 文件", fields={"body": ["应为 application/pdf"]})
    return checking.check_file(request.data)


@blp.post("/qr")
@public
@blp.arguments(QrSchema)
@blp.response(200, VerdictSchema)
@refusals(blp, 422, 429)
def judge_qr(body: dict[str, Any]) -> dict[str, Any]:
    """Judge the text of a 核验码 and look it up in the registry."""
    return checking.check_code(body["text"])


@blp.post("/identifier")
@public
@blp.arguments(IdentifierSchema)
@blp.response(200, RegistryWord)
@refusals(blp, 404, 422, 429)
def ask_status(body: dict[str, Any]) -> dict[str, Any]:
    """What the registry says of a typed 证照标识; asks for the holder's name as printed, and counts wrong tries."""
    return checking.check_identifier(body["identifier"], body["holder"])
