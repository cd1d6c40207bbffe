"""An application page by page, alike at home and at a machine: saved as typed, gone on with wherever one signs in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework import drafts
from kiosk.casework.draft_queries import list_drafts
from kiosk.casework.drafts import DraftView
from kiosk.casework.queries import last_answers
from kiosk.casework.receiving import channel_mode, channel_of
from kiosk.catalogue import Catalogue, catalogue
from kiosk.errors import NotFound, StaleVersion
from kiosk.identity.actors import Actor
from kiosk.identity.queries import get_identity
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.api.items import guide
from kiosk.web.pages import cookies
from kiosk.web.pages.applications import Desk, hidden_keys
from kiosk.web.pages.groups import Group, faults_in, groups_of
from kiosk.web.pages.questions import (
    answers_from,
    division_groups,
    input_name,
    prefill,
    questions_of,
)
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.forms import Form

Content = dict[str, Any]
KEEP, LATER = "keep", "later"
OTHERS = ("agent_", "guardian_")
"""Who helps is told anew each time."""


@dataclass(frozen=True)
class Step:
    """One page of the application."""

    title: str
    address: str


def show_start(desk: Desk, seq: int) -> str:
    """How many pages there are, and what was begun before. Raises what the item refuses."""
    return _start_page(desk, seq, None)


def take_start(desk: Desk, seq: int) -> Response:
    """Begin a draft with what the card and the platform know already."""
    actor, held = current_actor(), catalogue()
    _require_open(held, seq, actor)
    try:
        opened = drafts.begin(seq, _known(held, seq, actor), applicant=None, actor=actor, now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_start_page(desk, seq, told), told.status)
    answer = redirect(_question_page(desk, opened.number, 1), 303)
    cookies.keep_draft_code(answer, opened.number, opened.code)
    return answer


def go_on(desk: Desk, number: str) -> Response:
    """To the first page with something missing, else to the last one."""
    draft = view(number)
    form, groups = form_and_groups(draft.item_seq)
    answers = draft.content.get("form") or {}
    for place, group in enumerate(groups, start=1):
        if faults_in(form, group, answers):
            return redirect(_question_page(desk, number, place), 303)
    return redirect(url_for(f"{desk.name}.draft_papers", number=number), 303)


def show_questions(desk: Desk, number: str, place: int) -> str:
    """One group of questions with what was typed so far."""
    return _questions_page(desk, view(number), place, None)


def take_questions(desk: Desk, number: str, place: int) -> ResponseReturnValue:
    """Keep what was typed, faults and all; the next page opens once this one is sound."""
    draft = view(number)
    form, groups = form_and_groups(draft.item_seq)
    group = _pick(groups, place)
    step = request.form.get("step", "")
    try:
        answers = _keep_answers(number, form, group)
    except REFUSALS as error:
        told = refused(error)
        return _questions_page(desk, draft, place, told), told.status
    if step == KEEP:
        return jsonify(kept=True)
    if step == LATER:
        return redirect(url_for(f"{desk.name}.draft_saved", number=number), 303)
    if faults := faults_in(form, group, answers):
        told = Refused(422, "有内容需要改正，已逐项标出", "填好的已经存下。", faults)
        return _questions_page(desk, view(number), place, told), told.status
    steps = steps_of(desk, draft)
    return redirect(steps[place].address, 303)


def show_saved(desk: Desk, number: str) -> str:
    """The draft waits; how to go on with it."""
    draft = view(number)
    return render_template("draft/saved.html", **frame(desk, draft, 0))


def renew_code(desk: Desk, number: str) -> Response:
    """A new code in the place of one that was lost."""
    opened = drafts.renew_code(number, actor=current_actor(), now=now())
    answer = redirect(url_for(f"{desk.name}.draft_saved", number=number), 303)
    cookies.keep_draft_code(answer, opened.number, opened.code)
    return answer


def discard(desk: Desk, number: str) -> Response:
    """Wipe a draft that is not wanted any more."""
    drafts.discard(number, actor=current_actor(), now=now())
    home = "public.my" if desk.name == "public" else "touch.cases"
    return redirect(url_for(home, done="discard"), 303)


def open_drafts(actor: Actor) -> list[dict[str, Any]]:
    """The person's open drafts with the names of their items, newest first."""
    items = catalogue().items
    with reading() as session:
        return [
            {"number": draft.number, "item_seq": draft.item_seq, "saved_at": draft.saved_at,
             "expires_at": draft.expires_at, "item_name": items[draft.item_seq].name}
            for draft in list_drafts(session, actor, now())
        ]  # fmt: skip


def view(number: str) -> DraftView:
    """The person's draft, as it is now. Raises NotFound."""
    return drafts.view_draft(number, actor=current_actor(), now=now())


def keep(number: str, change: Any) -> None:
    """Save the content that ``change`` makes of the present one; once more where another page was faster.

    What the pages show is the form in force, so that is the edition the draft goes on with.
    """
    for last in (False, True):
        draft = view(number)
        try:
            drafts.save(
                number,
                change(draft.content),
                version=draft.version,
                item_version=catalogue().items[draft.item_seq].version,
                actor=current_actor(),
                now=now(),
            )
        except StaleVersion:
            if last:
                raise
        else:
            return


def form_and_groups(seq: int) -> tuple[Form, list[Group]]:
    """The item's form and its pages."""
    form = catalogue().forms[seq]
    return form, groups_of(form, hidden_keys(form))


def steps_of(desk: Desk, draft: DraftView) -> list[Step]:
    """Every page of this application in order."""
    _, groups = form_and_groups(draft.item_seq)
    steps = [
        Step(group.title, _question_page(desk, draft.number, place))
        for place, group in enumerate(groups, start=1)
    ]
    rest = {"draft_papers": "交材料", "draft_delivery": "结果怎样给您", "draft_check": "核对并提交"}
    return steps + [
        Step(title, url_for(f"{desk.name}.{name}", number=draft.number))
        for name, title in rest.items()
    ]


def frame(desk: Desk, draft: DraftView, at: int) -> dict[str, Any]:
    """What every page of an application shows; ``at`` counts the steps from 1, 0 is none of them."""
    steps = steps_of(desk, draft)
    return {
        "desk": desk,
        "draft": draft,
        "item": guide(catalogue(), draft.item_seq),
        "steps": steps,
        "at": at,
        "back": steps[at - 2].address if at > 1 else None,
        "code": cookies.find_draft_code(draft.number),
    }


def inputs_of(answers: dict[str, Any]) -> MultiDict[str, str]:
    """Saved answers as the inputs they were typed into."""
    inputs: MultiDict[str, str] = MultiDict()
    for key, value in answers.items():
        inputs.setlist(input_name(key), value if isinstance(value, list) else [str(value)])
    return inputs


def _start_page(desk: Desk, seq: int, told: Refused | None) -> str:
    actor, held = current_actor(), catalogue()
    _require_open(held, seq, actor)
    _, groups = form_and_groups(seq)
    begun = [draft for draft in open_drafts(actor) if draft["item_seq"] == seq]
    return render_template(
        "draft/start.html",
        desk=desk,
        item=guide(held, seq),
        groups=groups,
        begun=begun,
        refused=told,
    )


def _questions_page(desk: Desk, draft: DraftView, place: int, told: Refused | None) -> str:
    form, groups = form_and_groups(draft.item_seq)
    group = _pick(groups, place)
    given = inputs_of(draft.content.get("form") or {})
    questions = questions_of(replace(form, fields=group.fields), given, told.faults if told else {})
    return render_template(
        "draft/questions.html",
        **frame(desk, draft, place),
        group=group,
        questions=questions,
        divisions=division_groups(catalogue().world.districts),
        refused=told,
    )


def _keep_answers(number: str, form: Form, group: Group) -> Content:
    """Save the answers of this group; answers all of them."""
    typed = answers_from(replace(form, fields=group.fields), MultiDict(request.form))
    kept: Content = {}

    def change(content: Content) -> Content:
        others = {
            key: value
            for key, value in (content.get("form") or {}).items()
            if key not in group.keys
        }
        kept.clear()
        kept.update(others | typed)
        return content | {"form": dict(kept)}

    keep(number, change)
    return kept


def _known(held: Catalogue, seq: int, actor: Actor) -> Content:
    """What the card says, and what the person answered to the same questions before."""
    form = held.forms[seq]
    with reading() as session:
        identity = get_identity(session, actor)
        before = last_answers(session, actor.person_id or 0)
    answers = {
        field.key: before[field.key]
        for field in form.fields
        if field.prefill != "none" and not field.key.startswith(OTHERS) and field.key in before
    }
    answers |= answers_from(form, prefill(form, identity))
    return {"form": answers}


def _pick(groups: list[Group], place: int) -> Group:
    if not 1 <= place <= len(groups):
        raise NotFound("没有这一页")
    return groups[place - 1]


def _question_page(desk: Desk, number: str, place: int) -> str:
    return url_for(f"{desk.name}.draft_questions", number=number, place=place)


def _require_open(held: Catalogue, seq: int, actor: Actor) -> None:
    """Raises UnknownItem, ItemCancelled, ItemNotOffered."""
    held.world.require_offered(seq)
    channel_mode(held.items[seq].modes, channel_of(actor))
