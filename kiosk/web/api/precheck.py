"""Will they accept it? The deciding place's rules and past corrections, shown before an application is received."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from kiosk.casework.precheck import Precheck, precheck
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals

blp = Blueprint("precheck", __name__, url_prefix="/api/v1/drafts", description="收件前预查")


class RequirementSchema(Schema):
    """A paper the authority asks for; ``lacking`` is empty if it is there."""

    name = fields.String(metadata={"example": "公司章程"})
    required = fields.Boolean()
    copies = fields.Integer()
    form = fields.String()
    note = fields.String()
    supplied = fields.Integer()
    lacking = fields.String(metadata={"example": "缺少“公司章程”"})


class CautionSchema(Schema):
    """A reason for which this authority sent applications back; ``touches``: this draft shows it already."""

    kind = fields.String(metadata={"example": "material"})
    subject = fields.String()
    reason = fields.String()
    count = fields.Integer(metadata={"example": 9})
    share = fields.Float(metadata={"description": "占退回补正件数的比例", "example": 0.243})
    words = fields.String(
        metadata={"example": "过去 12 个月该局退回补正 37 件，其中 9 件因“申请书没有签字”（24%）"}
    )
    touches = fields.Boolean()


class ComparisonSchema(Schema):
    """One field of the item as Sichuan and Chongqing have it."""

    field = fields.String()
    words = fields.String()
    sichuan = fields.String()
    chongqing = fields.String()
    differs = fields.Boolean()
    justification = fields.String()


class PrecheckSchema(Schema):
    """What to look at before receiving. It is no promise: the deciding authority decides."""

    ready = fields.Boolean()
    summary = fields.String()
    authority_name = fields.String(allow_none=True)
    problem = fields.String(allow_none=True)
    explanation = fields.List(fields.String())
    form = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    materials = fields.List(fields.Nested(RequirementSchema))
    local_materials = fields.List(fields.String())
    local_reason = fields.String()
    received = fields.Integer()
    corrected = fields.Integer()
    since = fields.Date()
    cautions = fields.List(fields.Nested(CautionSchema))
    provinces = fields.List(fields.Nested(ComparisonSchema))


@blp.get("/<number>/precheck")
@requires(Role.CITIZEN, Role.CLERK)
@blp.response(200, PrecheckSchema)
@refusals(blp, 401, 403, 404, 409)
def show(number: str) -> Precheck:
    """Form, papers, past corrections and both provinces' versions of the item, held against the draft."""
    return precheck(number, actor=current_actor(), now=now())
