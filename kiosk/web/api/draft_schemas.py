"""The shapes of drafts and materials."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kiosk.casework.materials import Origin
from kiosk.web.api.schemas import ApplicantSchema, Strict, text

CODE = validate.Regexp(r"^\d{6}$", error="续办码为 6 位数字")


class DraftContent(Strict):
    """What was typed so far, as it was typed; nothing of it is checked before it is handed in."""

    form = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"example": {"branch_name": "重庆样例科技有限公司武侯分公司"}},
    )
    delivery = fields.String(validate=validate.Length(max=16), metadata={"example": "window"})
    postal = fields.Dict(keys=fields.String(), allow_none=True)
    pickup_machine = fields.String(validate=validate.Length(max=32), allow_none=True)
    registrar = fields.String(validate=validate.Length(max=100), allow_none=True)
    authorisation = fields.String(validate=validate.Length(max=32), allow_none=True)
    principal = fields.Dict(keys=fields.String(), allow_none=True)
    papers = fields.List(fields.Dict(keys=fields.String()), validate=validate.Length(max=60))


class DraftBeginning(Strict):
    """The item that is applied for; a window adds the applicant's card."""

    item = fields.Integer(
        required=True, validate=validate.Range(min=1, max=9999), metadata={"example": 37}
    )
    content = fields.Nested(DraftContent, load_default=dict)
    applicant = fields.Nested(ApplicantSchema, load_default=None, allow_none=True)


class DraftSaving(Strict):
    """What was typed since; ``version`` is the one that was read, ``item_version`` the edition of the item."""

    version = fields.Integer(required=True, validate=validate.Range(min=1), metadata={"example": 1})
    item_version = fields.Integer(load_default=None, allow_none=True)
    content = fields.Nested(DraftContent, required=True)


class DraftResumption(Strict):
    """The short code, and at a window the applicant's card."""

    code = fields.String(required=True, validate=CODE, metadata={"example": "402917"})
    applicant = fields.Nested(ApplicantSchema, load_default=None, allow_none=True)


class DraftHandingIn(Strict):
    """The version that was read and is handed in; ``insists``: the applicant does so although papers are missing."""

    version = fields.Integer(required=True, validate=validate.Range(min=1), metadata={"example": 3})
    insists = fields.Boolean(load_default=False)


class DraftOpened(Schema):
    """A draft and the code that opens it elsewhere, together with the card; the code is shown once."""

    number = fields.String(metadata={"example": "CG8K2M4Q7RXA5T"})
    code = fields.String(metadata={"example": "402917"})


class DraftSaved(Schema):
    """The version that the next saving names."""

    version = fields.Integer()


class UploadSchema(Schema):
    """A file that was handed in; ``scanned_by`` is ``none`` where no virus scanner is connected."""

    number = fields.String()
    name = fields.String(metadata={"example": "住所(经营场所)使用证明"})
    kind = fields.String(metadata={"example": "pdf"})
    size = fields.Integer()
    pages = fields.Integer()
    digest = fields.String()
    origin = fields.String()
    reference = fields.String(allow_none=True)
    purpose = fields.String(allow_none=True)
    usable_until = fields.Date(allow_none=True)
    scanned_by = fields.String()
    added_at = fields.AwareDateTime()


class UploadList(Schema):
    """Files, oldest first."""

    materials = fields.List(fields.Nested(UploadSchema))


class DraftLine(Schema):
    """A draft in a list."""

    number = fields.String()
    item_seq = fields.Integer()
    item_name = fields.String()
    begun_place = fields.String()
    saved_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class DraftList(Schema):
    """Drafts, newest first."""

    drafts = fields.List(fields.Nested(DraftLine))


class OpenDraftSchema(DraftLine):
    """A draft in full; ``changes`` and ``asked`` tell what is different since it was begun."""

    item_version = fields.Integer()
    content = fields.Dict()
    changes = fields.List(fields.String())
    asked = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    materials = fields.List(fields.Nested(UploadSchema), attribute="uploads")
    version = fields.Integer()


class MaterialForm(Strict):
    """Which material of the item the file is, and whether it was scanned here."""

    name = text(200, example="住所(经营场所)使用证明")
    origin = fields.Enum(
        Origin,
        by_value=True,
        load_default=Origin.UPLOAD,
        validate=validate.OneOf([Origin.UPLOAD, Origin.SCAN]),
    )


class ReuseSchema(Strict):
    """The material it is to serve as, the consent of whom it belongs to, what for and until when."""

    name = text(200, example="营业执照")
    consents = fields.Boolean(required=True)
    purpose = text(40, example="申请分支机构变更登记")
    until = fields.Date(required=True, metadata={"example": "2026-12-31"})


class LicenceReuse(ReuseSchema):
    """The licence by its identifier."""

    identifier = text(120)


class MaterialReuse(ReuseSchema):
    """The earlier case and the file in it."""

    case = text(50)
    material = text(32)


class MaterialFile(Schema):
    """The file itself; what it is called does not matter."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
