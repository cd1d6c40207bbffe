"""The shapes that go in and out of the API."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from kiosk.casework.receipt import Delivery
from kiosk.web.api.clock_schemas import ClockSchema
from kiosk.web.api.way_schemas import (
    HandsSchema,
    HopSchema,
    LegSchema,
    MandateSchema,
    PartMasked,
)
from services_catalog.items import MODES

DOCUMENT_TYPES = ("111", "414", "511", "516", "553", "810")


class Strict(Schema):
    """An unknown field is a fault, not silence."""

    class Meta:
        unknown = RAISE


def text(longest: int, *, required: bool = True, example: str = "") -> fields.String:
    """A text of 1 to ``longest`` characters."""
    length = validate.Length(min=1, max=longest, error=f"请填写 1 至 {longest} 个字")
    return fields.String(required=required, validate=length, metadata={"example": example})


class ProblemSchema(Schema):
    """Every refusal (RFC 9457)."""

    type = fields.String(metadata={"example": "urn:problem:transition-refused"})
    title = fields.String()
    status = fields.Integer()
    code = fields.String(metadata={"example": "transition-refused"})
    detail = fields.String()
    fields_ = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), data_key="fields"
    )


class ItemQuery(Strict):
    """A search in the citizen's own words."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=311))
    audience = fields.String(load_default=None, validate=validate.OneOf(["个人", "法人"]))
    theme = fields.String(load_default=None, validate=validate.Length(max=40))
    district = fields.String(
        load_default=None,
        validate=validate.Regexp(r"^\d{6}$", error="行政区划代码为 6 位数字"),
        metadata={
            "description": "由这个行政区划的机关决定、今天可以受理的事项",
            "example": "510107",
        },
    )
    mode = fields.String(load_default=None, validate=validate.OneOf(MODES))
    machine = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=32),
        metadata={"description": "自助终端编号：不经人手、在这台终端上就能申请的事项"},
    )


class ItemLine(Schema):
    """One item in a list, with the reason why it was found."""

    seq = fields.Integer(metadata={"example": 37})
    name = fields.String(metadata={"example": "内资企业及分支机构设立登记"})
    theme = fields.String()
    audience = fields.String()
    modes = fields.List(fields.String())
    status = fields.String()
    why = fields.String(metadata={"example": "别名“开分店”"})


class ThemeLine(Schema):
    """A theme to look under; ``value`` is what the filter takes."""

    audience = fields.String()
    value = fields.String(metadata={"example": "个人-社会保险"})
    name = fields.String()
    count = fields.Integer()


class HelpSchema(Schema):
    """What to do where nothing was found."""

    words = fields.String()
    phone = fields.String(metadata={"example": "12345"})
    themes = fields.List(fields.Nested(ThemeLine))


class ItemList(Schema):
    """Items, best first; ``help`` stands there only where none was found."""

    items = fields.List(fields.Nested(ItemLine))
    help = fields.Nested(HelpSchema)


class AuthorityQuery(Strict):
    """Whose authorities."""

    district = fields.String(
        required=True,
        validate=validate.Regexp(r"^\d{6}$", error="行政区划代码为 6 位数字"),
        metadata={"example": "510107"},
    )


class AuthorityLine(Schema):
    """An authority of a division; ``assumed`` says why its name is not vouched for, or is null."""

    code = fields.String()
    name = fields.String()
    organ_kind = fields.String()
    level = fields.String()
    district_code = fields.String()
    assumed = fields.String(allow_none=True)


class AuthorityList(Schema):
    """The authorities of a division."""

    authorities = fields.List(fields.Nested(AuthorityLine))


class ItemGuide(Schema):
    """What to know before queuing."""

    seq = fields.Integer()
    version = fields.Integer()
    name = fields.String()
    status = fields.String()
    cancelled_reason = fields.String(allow_none=True)
    department = fields.String()
    item_type = fields.String()
    theme = fields.String()
    audience = fields.String()
    modes = fields.List(fields.String())
    materials = fields.List(fields.String())
    legal_days = fields.Integer(allow_none=True)
    legal_unit = fields.String()
    promised_days = fields.Integer(allow_none=True)
    fee = fields.String()
    result_document = fields.String()
    result_form = fields.String()
    routing_fact = fields.String()
    generic_form = fields.Boolean()
    printable = fields.Boolean()
    trust = fields.String()


class FormField(Schema):
    """One field of a form."""

    key = fields.String()
    label = fields.String()
    type = fields.String()
    required = fields.Boolean()
    choices = fields.List(fields.String())
    hint = fields.String()
    routing = fields.Boolean()
    prefill = fields.String()


class FormSchema(Schema):
    """A form as data."""

    key = fields.String()
    title = fields.String()
    generic = fields.Boolean()
    item_version = fields.Integer(
        metadata={"description": "事项版本；提交时一并送回，版本更新后会说明变化"}
    )
    fields_ = fields.List(fields.Nested(FormField), data_key="fields", attribute="fields")


class RouteQuery(Strict):
    """The facts that decide who decides."""

    district = fields.String(
        load_default=None, validate=validate.Regexp(r"^\d{6}$", error="行政区划代码为 6 位数字")
    )
    registrar = fields.String(load_default=None, validate=validate.Length(min=2, max=100))


class RouteAnswer(Schema):
    """The deciding authority, with the reasons a clerk can read aloud."""

    authority_code = fields.String()
    authority_name = fields.String(metadata={"example": "成都市武侯区行政审批局"})
    district_code = fields.String()
    level = fields.String()
    explanation = fields.List(fields.String())
    assumed = fields.Boolean()


class DivisionLine(Schema):
    """A division."""

    code = fields.String()
    name = fields.String()
    full_name = fields.String()
    level = fields.String()
    parent_code = fields.String(allow_none=True)
    pseudo = fields.Boolean()


class DivisionList(Schema):
    """All divisions."""

    divisions = fields.List(fields.Nested(DivisionLine))


class StaffSignIn(Strict):
    """Login of a member of staff."""

    login = text(64, example="clerk.liangjiang")
    password = text(128)
    code = fields.String(
        load_default="",
        validate=validate.Length(max=6),
        metadata={"description": "动态验证码，账号启用后必填", "example": "123456"},
    )


class OnlineSignIn(Strict):
    """The one-time ticket from the identity platform."""

    ticket = text(200)


class SignedIn(Schema):
    """A session; the token goes into ``Authorization: Bearer``."""

    token = fields.String()
    role = fields.String()
    name = fields.String()
    place = fields.String(allow_none=True)


class ActorAnswer(Schema):
    """Who the session belongs to."""

    role = fields.String()
    number = fields.String()
    name = fields.String()
    place = fields.String(allow_none=True)
    division_code = fields.String(allow_none=True)
    authority_code = fields.String(allow_none=True)
    machine_number = fields.String(allow_none=True)


class ApplicantSchema(Strict):
    """The person at the window, as the card reader or the clerk has it."""

    name = text(100, example="张三")
    document_type = fields.String(load_default="111", validate=validate.OneOf(DOCUMENT_TYPES))
    document_number = text(32)
    phone = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^1\d{10}$", error="手机号码为 11 位数字"),
    )


class MaterialSchema(Strict):
    """One paper handed in."""

    name = text(200)
    form = fields.String(
        load_default="electronic", validate=validate.OneOf(["paper", "electronic"])
    )
    pages = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=1, max=999)
    )


class PostalSchema(Strict):
    """Where a posted result goes."""

    recipient = text(100)
    phone = fields.String(
        required=True, validate=validate.Regexp(r"^1\d{10}$", error="手机号码为 11 位数字")
    )
    address = text(200)


class SubmissionSchema(Strict):
    """An application. ``applicant`` is given by a window; a signed-in citizen applies for themselves.

    An agent names the ``authorisation`` they hold, and the ``applicant`` unless an organisation gave it; a window
    enters the agent's card as ``agent``.
    """

    item = fields.Integer(required=True, validate=validate.Range(min=1, max=9999))
    item_version = fields.Integer(load_default=None, allow_none=True)
    form = fields.Dict(keys=fields.String(), required=True)
    applicant = fields.Nested(ApplicantSchema, load_default=None, allow_none=True)
    agent = fields.Nested(ApplicantSchema, load_default=None, allow_none=True)
    authorisation = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=32)
    )
    delivery = fields.Enum(Delivery, by_value=True, load_default=Delivery.WINDOW)
    postal = fields.Nested(PostalSchema, load_default=None, allow_none=True)
    pickup_machine = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=32)
    )
    materials = fields.List(
        fields.Nested(MaterialSchema), load_default=list, validate=validate.Length(max=60)
    )
    registrar = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=2, max=100)
    )
    joint = fields.Boolean(
        load_default=False, metadata={"description": "多地联办：一次收件，各部分由各地机关分别决定"}
    )


class KeyHeader(Schema):
    """The same key a second time gets the first answer."""

    idempotency_key = fields.String(
        load_default=None, data_key="Idempotency-Key", validate=validate.Length(min=8, max=100)
    )


class CaseLineSchema(Schema):
    """A case in a list."""

    number = fields.String()
    item_name = fields.String()
    state = fields.String()
    state_words = fields.String()
    subject_name = fields.String()
    receiving_place = fields.String()
    deciding_name = fields.String()
    received_at = fields.AwareDateTime()
    acceptance_due_on = fields.Date(allow_none=True)
    promised_due_on = fields.Date(allow_none=True)
    statutory_due_on = fields.Date(allow_none=True)
    version = fields.Integer()


class PageQuery(Strict):
    """Which page of a list: ``after`` is the ``next`` of the page before."""

    after = fields.String(load_default=None, validate=validate.Length(max=80))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class CaseList(Schema):
    """Cases; ``next`` asks for the following page."""

    cases = fields.List(fields.Nested(CaseLineSchema))
    next = fields.String(allow_none=True, metadata={"example": "2026-03-09~500171202603020000015"})


class EventSchema(Schema):
    """One step with both places."""

    position = fields.Integer()
    action = fields.String()
    from_state = fields.String()
    to_state = fields.String()
    at = fields.AwareDateTime()
    actor_role = fields.String()
    receiving_place = fields.String()
    receiving_division = fields.String()
    deciding_name = fields.String()
    deciding_authority = fields.String()
    words = fields.String()
    note = fields.String(allow_none=True)


class PaperSchema(Schema):
    """One paper of a case."""

    number = fields.String()
    title = fields.String()
    state = fields.String()
    problem = fields.String(allow_none=True)


class CopySchema(Schema):
    """One original."""

    identifier = fields.String()
    name = fields.String()
    label = fields.String()
    authority_name = fields.String()
    issued_on = fields.Date()
    case_number = fields.String()
    status = fields.String()
    ready = fields.Boolean()
    printable = fields.Boolean()
    printed_at = fields.AwareDateTime(allow_none=True)


class CopyList(Schema):
    """Originals the person may take."""

    copies = fields.List(fields.Nested(CopySchema))


class PartSchema(PartMasked):
    """The part for those it concerns: the number of its own case, its papers and limits."""

    number = fields.String(allow_none=True)
    papers = fields.List(fields.Nested(PaperSchema))
    clocks = fields.List(fields.Nested(ClockSchema))


class CaseSchema(CaseLineSchema):
    """A case in full."""

    parts = fields.List(fields.Nested(PartSchema))

    hands = fields.Nested(HandsSchema)
    hops = fields.List(fields.Nested(HopSchema))
    legs = fields.List(fields.Nested(LegSchema))

    item_seq = fields.Integer()
    mode = fields.String()
    channel = fields.String()
    form = fields.Dict()
    explanation = fields.List(fields.String())
    accepted_on = fields.Date(allow_none=True)
    deemed_accepted = fields.Boolean()
    correction_due_on = fields.Date(allow_none=True)
    complete_on = fields.Date(
        allow_none=True,
        metadata={"description": "最后一项补正材料收到的日期，答复和办理期限从这一天起算"},
    )
    clocks = fields.List(fields.Nested(ClockSchema))
    delivery = fields.String()
    reasons = fields.String(allow_none=True)
    result_code = fields.String(allow_none=True)
    result_number = fields.String(allow_none=True)
    agent = fields.String(allow_none=True)
    delegation = fields.Nested(MandateSchema, allow_none=True)
    events = fields.List(fields.Nested(EventSchema))
    papers = fields.List(fields.Nested(PaperSchema))
    copies = fields.List(fields.Nested(CopySchema))


class ActSchema(Strict):
    """An act; ``version`` is the one the actor saw."""

    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))


class ReasonedActSchema(ActSchema):
    """An act with its reasons or opinion in writing."""

    words = text(2000, example="材料齐全，符合法定形式")


class QueryCodeSchema(Strict):
    """What stands on the receipt."""

    query_code = fields.String(
        required=True, validate=validate.Regexp(r"^\d{6}$", error="查询码为 6 位数字")
    )


class StatusSchema(Schema):
    """A case without login: no names, no numbers of people."""

    number = fields.String()
    item_name = fields.String()
    state = fields.String()
    state_words = fields.String()
    receiving_place = fields.String()
    deciding_name = fields.String()
    subject = fields.String(metadata={"example": "张*"})
    acceptance_due_on = fields.Date(allow_none=True)
    promised_due_on = fields.Date(allow_none=True)
    steps = fields.List(fields.String())
    hands = fields.Nested(HandsSchema)
    hops = fields.List(fields.Nested(HopSchema))
    parts = fields.List(fields.Nested(PartMasked))
    clocks = fields.List(fields.Nested(ClockSchema))


class PrintAnswer(Schema):
    """The print job that was made."""

    job = fields.String()
