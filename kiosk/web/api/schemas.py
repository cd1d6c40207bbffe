"""The shapes that go in and out of the API."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from kiosk.casework.receipt import Delivery

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


class ItemLine(Schema):
    """One item in a list, with the reason why it was found."""

    seq = fields.Integer(metadata={"example": 37})
    name = fields.String(metadata={"example": "内资企业及分支机构设立登记"})
    theme = fields.String()
    audience = fields.String()
    modes = fields.List(fields.String())
    status = fields.String()
    why = fields.String(metadata={"example": "别名“开分店”"})


class ItemList(Schema):
    """Items, best first."""

    items = fields.List(fields.Nested(ItemLine))


class ItemGuide(Schema):
    """What to know before queuing."""

    seq = fields.Integer()
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
    """An application. ``applicant`` is given by a window; a signed-in citizen applies for themselves."""

    item = fields.Integer(required=True, validate=validate.Range(min=1, max=9999))
    form = fields.Dict(keys=fields.String(), required=True)
    applicant = fields.Nested(ApplicantSchema, load_default=None, allow_none=True)
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


class KeyHeader(Schema):
    """The same key a second time gets the first answer."""

    idempotency_key = fields.String(
        load_default=None, data_key="Idempotency-Key", validate=validate.Length(min=8, max=100)
    )


class ReceiptSchema(Schema):
    """The receipt: not an acceptance."""

    number = fields.String()
    query_code = fields.String()
    received_at = fields.String()
    receiving_place = fields.String()
    deciding_authority = fields.String()
    explanation = fields.List(fields.String())
    assumed = fields.Boolean()
    acceptance_due_on = fields.String(allow_none=True)


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


class CaseList(Schema):
    """Cases; ``next`` asks for the following page."""

    cases = fields.List(fields.Nested(CaseLineSchema))


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


class CaseSchema(CaseLineSchema):
    """A case in full."""

    item_seq = fields.Integer()
    mode = fields.String()
    channel = fields.String()
    form = fields.Dict()
    explanation = fields.List(fields.String())
    accepted_on = fields.Date(allow_none=True)
    deemed_accepted = fields.Boolean()
    delivery = fields.String()
    reasons = fields.String(allow_none=True)
    result_code = fields.String(allow_none=True)
    result_number = fields.String(allow_none=True)
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


class PrintAnswer(Schema):
    """The print job that was made."""

    job = fields.String()


class QrSchema(Strict):
    """The text that a reader found in the 核验码."""

    text = text(1000)


class VerdictSchema(Schema):
    """What can be said of a paper; ``status`` is the registry's word, never guessed when it is not there."""

    genuine = fields.Boolean()
    code = fields.String()
    reason = fields.String()
    demo = fields.Boolean()
    identifier = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    issuer = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    status_words = fields.String(allow_none=True)
