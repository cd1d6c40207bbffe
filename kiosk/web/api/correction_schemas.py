"""The shapes of corrections and of refusing acceptance."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kiosk.casework.non_acceptance import GROUND_WORDS, Ground
from kiosk.web.api.draft_schemas import UploadSchema
from kiosk.web.api.schemas import ActSchema, ReasonedActSchema, Strict, text

PAPER_FORMS = ("paper", "electronic")
CODE = validate.Regexp(r"^\d+\.\d+$", error="编号形如 1.2")


class NonAcceptanceSchema(ReasonedActSchema):
    """The reason, its ground, and the organ to apply to where the matter is not this one's."""

    ground = fields.Enum(
        Ground,
        by_value=True,
        load_default=Ground.OTHER,
        metadata={
            "description": "，".join(f"{key} {words}" for key, words in GROUND_WORDS.items())
        },
    )
    competent = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "ground 为 out-of-scope 时必填：应向哪个机关申请"},
    )


class DefectSchema(Strict):
    """One thing to be corrected: a paper, or a field of the form."""

    paper = fields.String(load_default=None, validate=validate.Length(min=1, max=200))
    field = fields.String(load_default=None, validate=validate.Length(min=1, max=64))
    reason = text(500, example="缺少第二页")
    mend = text(500, example="提交完整复印件")
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    arises_from = fields.String(
        load_default=None,
        validate=CODE,
        metadata={"description": "再次告知时必填：问题因哪一项补交的材料产生"},
    )


class CorrectionRequestSchema(ActSchema):
    """The complete list; ``days`` are working days for the answer, else the installation's setting."""

    defects = fields.List(
        fields.Nested(DefectSchema), required=True, validate=validate.Length(min=1, max=50)
    )
    days = fields.Integer(load_default=None, validate=validate.Range(min=1, max=60))


class CorrectionAnswerSchema(Strict):
    """What is brought for a listed defect."""

    defect = fields.String(required=True, validate=CODE, metadata={"example": "1.2"})
    form = fields.String(load_default="electronic", validate=validate.OneOf(PAPER_FORMS))
    pages = fields.Integer(load_default=None, validate=validate.Range(min=1, max=9999))
    value = fields.Raw(load_default=None, metadata={"description": "更正一栏时填写新的内容"})


class CorrectionAnswersSchema(ActSchema):
    """All that is brought this time."""

    answers = fields.List(
        fields.Nested(CorrectionAnswerSchema),
        required=True,
        validate=validate.Length(min=1, max=50),
    )


class CorrectionFileForm(ActSchema):
    """Which listed defect the file answers; it must be about a paper, a field is answered with its new value."""

    defect = fields.String(required=True, validate=CODE, metadata={"example": "1.1"})


class FixSchema(Strict):
    """One thing mended at the window: a further paper, or a field of the form."""

    paper = fields.String(load_default=None, validate=validate.Length(min=1, max=200))
    field = fields.String(load_default=None, validate=validate.Length(min=1, max=64))
    form = fields.String(load_default="paper", validate=validate.OneOf(PAPER_FORMS))
    pages = fields.Integer(load_default=None, validate=validate.Range(min=1, max=9999))
    value = fields.Raw(load_default=None)


class FixesSchema(ActSchema):
    """All that is mended on the spot."""

    fixes = fields.List(
        fields.Nested(FixSchema), required=True, validate=validate.Length(min=1, max=50)
    )


class DefectLineSchema(Schema):
    """A listed defect, and whether it was answered."""

    code = fields.String(metadata={"example": "1.2"})
    paper = fields.String(allow_none=True)
    field = fields.String(allow_none=True)
    label = fields.String(metadata={"example": "营业场所使用证明"})
    reason = fields.String()
    mend = fields.String()
    basis = fields.String()
    arises_from = fields.String(allow_none=True)
    supplied = fields.Boolean()
    supplied_form = fields.String(allow_none=True)
    file = fields.Nested(
        UploadSchema,
        allow_none=True,
        metadata={"description": "补交的文件；内容见 /cases/{number}/materials/{material}"},
    )


class CorrectionLineSchema(Schema):
    """A correction notice with its list."""

    position = fields.Integer()
    notified_on = fields.Date()
    days = fields.Integer()
    paper_number = fields.String()
    complete = fields.Boolean()
    defects = fields.List(fields.Nested(DefectLineSchema))


class CorrectionList(Schema):
    """The correction notices of a case, first to last."""

    corrections = fields.List(fields.Nested(CorrectionLineSchema))
