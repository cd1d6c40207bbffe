"""The shapes of the catalogue editor's API."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from kiosk.web.api.schemas import FormSchema, ItemGuide, Strict, text
from services_catalog.limits import CALENDAR_DAYS, WORKING_DAY
from services_catalog.material_rules import ANY, FORMS, MOST_COPIES, MaterialRule
from services_catalog.offerings import OfferingTerms, Suspension, Window

FORMATS = ("csv", "xlsx", "json")


class DraftSchema(Strict):
    """What a version changes of the one before: any column, ``form``, ``provinces``, ``justifications``."""

    effective_from = fields.Date(required=True, metadata={"example": "2027-01-01"})
    changes = fields.Dict(
        keys=fields.String(), required=True, metadata={"example": {"promised_days": 2}}
    )


class ChangeSchema(Schema):
    """One difference to the version before, in words."""

    field = fields.String()
    words = fields.String(metadata={"example": "承诺时限由“3”改为“2”"})
    before = fields.String()
    after = fields.String()


class VersionLine(Schema):
    """A version without its content."""

    seq = fields.Integer(attribute="item_seq")
    version = fields.Integer()
    status = fields.String(metadata={"example": "in-review"})
    status_words = fields.String()
    effective_from = fields.Date()
    effective_to = fields.Date(allow_none=True)
    author = fields.String()
    reviewer = fields.String(allow_none=True)
    digest = fields.String()


class VersionList(Schema):
    """Every version of an item, oldest first."""

    versions = fields.List(fields.Nested(VersionLine))


class VersionInFull(VersionLine):
    """A version with its content and its difference to the version before."""

    content = fields.Dict()
    changes = fields.List(fields.Nested(ChangeSchema))


class BringSchema(Schema):
    """A paper to bring; ``on_file`` names the reader's own licence that the registry already has, or is null."""

    name = fields.String(metadata={"example": "居民户口簿"})
    required = fields.Boolean()
    copies = fields.Integer()
    form = fields.String(metadata={"description": "any, paper, electronic"})
    note = fields.String()
    on_file = fields.String(allow_none=True)


class TakesSchema(Schema):
    """How long it takes, in words."""

    promised = fields.String(metadata={"example": "20 个工作日"})
    legal = fields.String()


class ResultSchema(Schema):
    """What comes out, and whether a machine can print it."""

    document = fields.String()
    printable = fields.Boolean()
    words = fields.String()


class DecidesSchema(Schema):
    """Who decides and why; without a district the rule by which the authority is found."""

    authority_code = fields.String(allow_none=True)
    authority_name = fields.String(allow_none=True)
    explanation = fields.List(fields.String())


class PhoneSchema(Schema):
    """Whom to ask."""

    name = fields.String()
    number = fields.String(metadata={"example": "12345"})


class GuideOfVersion(ItemGuide):
    """A guide exactly as a version said it, answering what people ask before they queue."""

    on = fields.Date()
    bring = fields.List(fields.Nested(BringSchema))
    where = fields.List(fields.String())
    takes = fields.Nested(TakesSchema)
    costs = fields.String()
    result = fields.Nested(ResultSchema)
    decides = fields.Nested(DecidesSchema)
    suspended = fields.String(allow_none=True)
    phones = fields.List(fields.Nested(PhoneSchema))

    version = fields.Integer()
    effective_from = fields.Date()
    effective_to = fields.Date(allow_none=True)
    form = fields.Nested(FormSchema)


class OnQuery(Strict):
    """A date; without one, today."""

    on = fields.Date(load_default=None)


class GuideQuery(OnQuery):
    """A date, and the division of the routing fact, whose authority decides."""

    district = fields.String(
        load_default=None,
        validate=validate.Regexp(r"^\d{6}$", error="行政区划代码为 6 位数字"),
        metadata={"example": "510107"},
    )


class WordsSchema(Strict):
    """Why."""

    words = text(500, example="材料名称与省级清单不一致")


class RetirementSchema(WordsSchema):
    """The last day of a version, and why nothing follows."""

    last_day = fields.Date(required=True)


class WindowSchema(Strict):
    """Where the authority is met."""

    address = text(200)
    hours = fields.String(load_default="", validate=validate.Length(max=200))
    phone = fields.String(load_default="", validate=validate.Length(max=40))


class SuspensionSchema(Strict):
    """Days on which nothing is received, both included."""

    first = fields.Date(required=True)
    last = fields.Date(load_default=None, allow_none=True)
    reason = text(200, example="系统升级")


class MaterialRuleSchema(Strict):
    """How an authority asks for one of the item's or its own papers; asking for more needs a justification."""

    name = text(200, example="公司章程")
    required = fields.Boolean(load_default=True)
    copies = fields.Integer(load_default=1, validate=validate.Range(min=1, max=MOST_COPIES))
    form = fields.String(load_default=ANY, validate=validate.OneOf(FORMS))
    note = fields.String(load_default="", validate=validate.Length(max=200))


class EndSchema(Strict):
    """The first day on which nothing is offered any more, and why."""

    first = fields.Date(required=True)
    reason = text(200, example="职能划转")


class TermsSchema(Strict):
    """What an authority changed of what the rule yields; empty fields leave it."""

    windows = fields.List(fields.Nested(WindowSchema), load_default=list)
    promised_days = fields.Integer(load_default=None, allow_none=True)
    promised_unit = fields.String(
        load_default=WORKING_DAY, validate=validate.OneOf(sorted(CALENDAR_DAYS))
    )
    fee = fields.String(load_default="", validate=validate.Length(max=200))
    local_materials = fields.List(text(200), load_default=list, validate=validate.Length(max=40))
    material_rules = fields.List(
        fields.Nested(MaterialRuleSchema), load_default=list, validate=validate.Length(max=60)
    )
    modes = fields.List(fields.String(), load_default=list)
    licence_template = fields.String(load_default="", validate=validate.Length(max=64))
    suspensions = fields.List(fields.Nested(SuspensionSchema), load_default=list)
    ended = fields.String(load_default="", validate=validate.Length(max=500))
    alternative = fields.String(load_default="", validate=validate.Length(max=500))
    justification = fields.String(load_default="", validate=validate.Length(max=500))
    second_signature = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OfferingTerms:
        """The terms as the catalogue holds them."""
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        told["windows"] = tuple(Window(**entry) for entry in data["windows"])
        told["material_rules"] = tuple(MaterialRule(**entry) for entry in data["material_rules"])
        told["suspensions"] = tuple(Suspension(**entry) for entry in data["suspensions"])
        return OfferingTerms(**told)


class OfferingDraft(Strict):
    """New terms and the day they begin."""

    effective_from = fields.Date(required=True)
    terms = fields.Nested(TermsSchema, required=True)


class OfferingAnswer(Schema):
    """An authority's offering; version 0 is what the rule yields unchanged."""

    seq = fields.Integer(attribute="item_seq")
    authority_code = fields.String()
    version = fields.Integer()
    terms = fields.Nested(TermsSchema)


class OfferingVersion(OfferingAnswer):
    """One version with its days and its author."""

    effective_from = fields.Date()
    effective_to = fields.Date(allow_none=True)
    author = fields.String()


class OfferingVersions(Schema):
    """Every version, oldest first."""

    versions = fields.List(fields.Nested(OfferingVersion))


class DivergenceSchema(Schema):
    """One difference between the provinces, or one thing a single organ asks on top."""

    seq = fields.Integer()
    name = fields.String()
    version = fields.Integer()
    status = fields.String()
    authority = fields.String(allow_none=True)
    field = fields.String(attribute="divergence.field")
    words = fields.String(attribute="divergence.words")
    sichuan = fields.String(attribute="divergence.sichuan")
    chongqing = fields.String(attribute="divergence.chongqing")
    justification = fields.String(attribute="divergence.justification")


class DivergenceList(Schema):
    """Every divergence."""

    divergences = fields.List(fields.Nested(DivergenceSchema))


class FileSchema(Schema):
    """A list as CSV, XLSX or JSON."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class ImportQuery(Strict):
    """Whether the good rows go ahead although others are rejected."""

    accept_good = fields.Boolean(load_default=False)


class ImportAnswer(Schema):
    """What an import did."""

    taken = fields.Integer()
    rows = fields.Integer()
    rejected = fields.Integer()
    already = fields.Boolean()


class RowsQuery(Strict):
    """Which rows."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    unmapped = fields.Boolean(load_default=False)


class ProposalLine(Schema):
    """An item that a row may be."""

    seq = fields.Integer()
    name = fields.String()
    score = fields.Float()


class LocalRow(Schema):
    """One row of a district's list as it stands."""

    row = fields.Integer()
    name = fields.String()
    item_code = fields.String()
    area_code = fields.String()
    group = fields.String()
    task_type = fields.String()
    task_type_name = fields.String()
    dept_code = fields.String()
    dept_name = fields.String()
    item_seq = fields.Integer(allow_none=True)
    mapped_by = fields.String(allow_none=True)
    proposals = fields.List(fields.Nested(ProposalLine))


class LocalRowList(Schema):
    """Rows in the order of the file, each with what it may be in the catalogue."""

    rows = fields.List(fields.Nested(LocalRow))


class MappingSchema(Strict):
    """What a person found a row to be; null for none of the catalogue."""

    item = fields.Integer(required=True, allow_none=True)


class ExportQuery(Strict):
    """The format of the file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


def on_or(today: date, query: dict[str, Any]) -> date:
    """The date that was asked for."""
    asked: date | None = query["on"]
    return asked or today
