"""Enquiries, complaints, ratings (好差评) and what follows from bad ones."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.voices import ratings, rectification, threads
from kiosk.voices.models import Rating, VoiceThread
from kiosk.voices.options import offered
from kiosk.voices.places import HANDLING, OCCASIONS
from kiosk.voices.ratings import Given
from kiosk.voices.rectification import Verdict
from kiosk.voices.threads import Opening, ThreadKind
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text
from services_catalog.codes.ratings import EVALUATOR_LEVELS, evaluator_from_gbt39046

blp = Blueprint("voices", __name__, url_prefix="/api/v1", description="咨询投诉、好差评")
EVALUATOR, GBT39046 = "evaluator", "gbt39046"
LEVEL = validate.Range(min=1, max=5, error="评价等级为 1 至 5")


class OpeningSchema(Strict):
    """A question or complaint: about one's own case, or about an item at a district."""

    kind = fields.Enum(ThreadKind, by_value=True, required=True, metadata={"example": "enquiry"})
    subject = text(100, example="材料要几份")
    text = text(2000, example="申请书要不要原件？")
    case = fields.String(load_default=None, validate=validate.Length(max=50))
    occasion = fields.String(load_default=HANDLING, validate=validate.OneOf(OCCASIONS))
    item = fields.Integer(load_default=None, validate=validate.Range(min=1, max=9999))
    district = fields.String(load_default=None, validate=validate.Regexp(r"^\d{6}$"))

    @validates_schema
    def _names_something(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("case") is None and data.get("item") is None:
            raise ValidationError("请选择办件或者事项", "item")


class ThreadText(Strict):
    """One message."""

    text = text(2000, example="需要原件一份。")


class ThreadLine(Schema):
    """A thread in a list."""

    number = fields.String()
    kind = fields.String()
    case_number = fields.String(allow_none=True)
    item_seq = fields.Integer()
    place_name = fields.String()
    subject = fields.String()
    state = fields.String()
    opened_at = fields.AwareDateTime()
    due_on = fields.Date(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    escalated_at = fields.AwareDateTime(allow_none=True)


class ThreadList(Schema):
    """Threads."""

    threads = fields.List(fields.Nested(ThreadLine))


class ThreadMessage(Schema):
    """What one side said."""

    from_place = fields.Boolean()
    text = fields.String()
    at = fields.AwareDateTime()


class ThreadSchema(ThreadLine):
    """A thread with its messages."""

    messages = fields.List(fields.Nested(ThreadMessage))


class RatingSchema(Strict):
    """A rating. Nothing is preset; ``code_set`` names the direction of ``level``."""

    occasion = fields.String(
        required=True, validate=validate.OneOf(OCCASIONS), metadata={"example": "handling"}
    )
    level = fields.Integer(required=True, strict=True, validate=LEVEL, metadata={"example": 5})
    code_set = fields.String(
        required=True,
        validate=validate.OneOf([EVALUATOR, GBT39046]),
        metadata={"example": "evaluator", "description": "evaluator：5 最好；gbt39046：1 最好"},
    )
    options = fields.List(
        fields.Integer(strict=True), load_default=list, validate=validate.Length(max=10)
    )
    text = fields.String(load_default="", validate=validate.Length(max=500))


class RatingMade(Schema):
    """The rating's number."""

    number = fields.String(metadata={"example": "RABCDEFGH2345"})


class OccasionLine(Schema):
    """One service of a case."""

    occasion = fields.String()
    place = fields.String()
    open = fields.Boolean()
    rated = fields.Boolean()


class OccasionList(Schema):
    """The services of a case that can be rated, each once."""

    occasions = fields.List(fields.Nested(OccasionLine))


class OptionLine(Schema):
    """One option; the base set is shown to everybody."""

    code = fields.Integer()
    words = fields.String()
    base = fields.Boolean()


class LevelLine(Schema):
    """One level in both code directions, with its options."""

    level = fields.Integer()
    level_gbt39046 = fields.Integer()
    words = fields.String()
    options = fields.List(fields.Nested(OptionLine))


class LevelList(Schema):
    """The levels, best first."""

    levels = fields.List(fields.Nested(LevelLine))


class PublicRating(Schema):
    """A rating as anybody may see it."""

    place = fields.String()
    item_seq = fields.Integer()
    occasion = fields.String()
    rated_on = fields.Date()
    level = fields.Integer()
    level_gbt39046 = fields.Integer()
    level_words = fields.String()
    options = fields.List(fields.String())
    text = fields.String(allow_none=True)


class PublicRatings(Schema):
    """Ratings of an authority and how often each level was given."""

    ratings = fields.List(fields.Nested(PublicRating))
    counts = fields.Dict(keys=fields.Integer(), values=fields.Integer())


class TextToModerate(Schema):
    """A text nobody has looked at."""

    number = fields.String()
    text = fields.String()


class TextsToModerate(Schema):
    """Texts that wait, oldest first."""

    texts = fields.List(fields.Nested(TextToModerate))


class Moderation(Strict):
    """Publish the text as given here, or withhold it."""

    publish = fields.Boolean(required=True, metadata={"example": True})
    text = fields.String(load_default="", validate=validate.Length(max=500))

    @validates_schema
    def _has_text(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("publish") and not data.get("text", "").strip():
            raise ValidationError("请填写要公开的文字", "text")


class RectificationLine(Schema):
    """One rectification, without anything that leads to the rater."""

    number = fields.String()
    state = fields.String()
    place = fields.String()
    item_seq = fields.Integer()
    level = fields.Integer()
    level_words = fields.String()
    reasons = fields.List(fields.String())
    opened_at = fields.AwareDateTime()
    accept_due_on = fields.Date(allow_none=True)
    answer_due_on = fields.Date(allow_none=True)
    complex_due_on = fields.Date(allow_none=True)
    verdict = fields.String(allow_none=True)
    verdict_words = fields.String(allow_none=True)
    replied_at = fields.AwareDateTime(allow_none=True)
    satisfied_after = fields.Integer(allow_none=True)
    escalated_stage = fields.String(allow_none=True)


class RectificationList(Schema):
    """Rectifications, the earliest first."""

    rectifications = fields.List(fields.Nested(RectificationLine))


class RectificationSchema(RectificationLine):
    """For the handler, who is not the rated person."""

    text = fields.String(allow_none=True)
    case_number = fields.String()
    phone = fields.String(allow_none=True)
    measures = fields.String(allow_none=True)


class VerdictReply(Strict):
    """What was found and done."""

    verdict = fields.Enum(Verdict, by_value=True, required=True, metadata={"example": "fixed"})
    measures = text(2000, example="已在窗口补充样本，并向申请人致歉。")


class Revisit(Strict):
    """How it is now, in the evaluator's code."""

    level = fields.Integer(required=True, strict=True, validate=LEVEL, metadata={"example": 4})


@blp.post("/threads")
@requires(Role.CITIZEN)
@blp.arguments(OpeningSchema)
@blp.response(201, ThreadLine)
@refusals(blp, 401, 403, 404, 409, 422)
def open_thread(body: dict[str, Any]) -> VoiceThread:
    """Ask or complain; the answer tells who must answer and until when."""
    opening = Opening(
        body["kind"], body["subject"], body["text"], body["case"], body["occasion"],
        body["item"], body["district"],
    )  # fmt: skip
    return threads.open_thread(opening, actor=current_actor(), now=now())


@blp.get("/threads")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, ThreadList)
@refusals(blp, 401, 403)
def show_threads() -> dict[str, list[VoiceThread]]:
    """One's own threads, or those that one's place must answer, by date."""
    return {"threads": threads.list_threads(current_actor())}


@blp.get("/threads/<number>")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, ThreadSchema)
@refusals(blp, 401, 403, 404)
def show_thread(number: str) -> dict[str, Any]:
    """A thread with its messages."""
    with reading() as session:
        thread = threads.get_thread(session, number, current_actor())
        said = threads.list_messages(session, thread)
        return {**ThreadLine().dump(thread), "messages": said} | {
            name: getattr(thread, name)
            for name in ("opened_at", "due_on", "answered_at", "escalated_at")
        }


@blp.post("/threads/<number>/messages")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.arguments(ThreadText)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def say(body: dict[str, Any], number: str) -> None:
    """Answer, or go on asking."""
    threads.reply(number, body["text"], actor=current_actor(), now=now())


@blp.post("/threads/<number>/closing")
@requires(Role.CITIZEN)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def close_thread(number: str) -> None:
    """End the thread."""
    threads.close_thread(number, actor=current_actor(), now=now())


@blp.get("/rating-options")
@public
@blp.response(200, LevelList)
def show_options() -> dict[str, Any]:
    """The five levels in both code directions, with the options of each."""
    return {
        "levels": [
            {"level": level, "level_gbt39046": 6 - level, "words": words, "options": offered(level)}
            for level, words in EVALUATOR_LEVELS.items()
        ]
    }


@blp.get("/cases/<number>/ratings")
@requires(Role.CITIZEN)
@blp.response(200, OccasionList)
@refusals(blp, 401, 403, 404)
def show_occasions(number: str) -> dict[str, Any]:
    """Which services of one's case can be rated."""
    return {"occasions": ratings.list_occasions(number, current_actor())}


@blp.post("/cases/<number>/ratings")
@requires(Role.CITIZEN)
@blp.arguments(RatingSchema)
@blp.response(201, RatingMade)
@refusals(blp, 401, 403, 404, 409, 422)
def rate(body: dict[str, Any], number: str) -> dict[str, str]:
    """Rate one service once; a bad rating opens a rectification."""
    level = body["level"]
    if body["code_set"] == GBT39046:
        level = evaluator_from_gbt39046(level)
    given = Given(body["occasion"], level, tuple(body["options"]), body["text"])
    return {"number": ratings.rate(number, given, actor=current_actor(), now=now())}


@blp.get("/authorities/<code>/ratings")
@public
@blp.response(200, PublicRatings)
def show_ratings(code: str) -> dict[str, Any]:
    """The ratings of an authority: no person, no case, moderated words only."""
    return {"ratings": ratings.published_ratings(code), "counts": ratings.count_levels(code)}


@blp.get("/rating-texts")
@requires(Role.OPERATOR)
@blp.response(200, TextsToModerate)
@refusals(blp, 401, 403)
def show_texts() -> dict[str, list[Rating]]:
    """Texts that wait for a look before they are published."""
    return {"texts": ratings.list_texts_to_moderate()}


@blp.post("/rating-texts/<number>")
@requires(Role.OPERATOR)
@blp.arguments(Moderation)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def moderate(body: dict[str, Any], number: str) -> None:
    """Publish a text without anything private, or withhold it."""
    if body["publish"]:
        ratings.publish_text(number, body["text"], actor=current_actor(), now=now())
    else:
        ratings.withhold_text(number, actor=current_actor(), now=now())


@blp.get("/rectifications")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, RectificationList)
@refusals(blp, 401, 403)
def show_rectifications() -> dict[str, Any]:
    """Those of one's place that are not about oneself, or what became of one's own bad ratings."""
    return {"rectifications": rectification.list_for(current_actor())}


@blp.get("/rectifications/<number>")
@requires(Role.CLERK, Role.OFFICER)
@blp.response(200, RectificationSchema)
@refusals(blp, 401, 403, 404)
def show_rectification(number: str) -> dict[str, Any]:
    """One matter for its handler, with the number to call back."""
    return rectification.show(number, current_actor())


@blp.post("/rectifications/<number>/acceptance")
@requires(Role.CLERK, Role.OFFICER)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def accept(number: str) -> None:
    """Take the matter up."""
    rectification.accept(number, actor=current_actor(), now=now())


@blp.post("/rectifications/<number>/contact")
@requires(Role.CLERK, Role.OFFICER)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def contact(number: str) -> None:
    """Record that the rater was called back."""
    rectification.contact(number, actor=current_actor(), now=now())


@blp.post("/rectifications/<number>/reply")
@requires(Role.CLERK, Role.OFFICER)
@blp.arguments(VerdictReply)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def reply(body: dict[str, Any], number: str) -> None:
    """Say what was found and done."""
    rectification.reply(number, body["verdict"], body["measures"], actor=current_actor(), now=now())


@blp.post("/rectifications/<number>/revisit")
@requires(Role.CITIZEN)
@blp.arguments(Revisit)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def revisit(body: dict[str, Any], number: str) -> None:
    """The rater says how it is now."""
    rectification.revisit(number, body["level"], actor=current_actor(), now=now())
