"""The papers of an application: what is asked for, what is there, one paper handed in, scanned or used again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.casework import materials, reuse
from kiosk.casework.drafts import DraftView
from kiosk.casework.materials import Origin, Source
from kiosk.casework.precheck import precheck
from kiosk.casework.requirements import Requirement
from kiosk.casework.reuse import Consent
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.queries import get_person_digest
from kiosk.licences.queries import CopyOnOffer, list_copies_for
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.drafting import form_and_groups, frame, view
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

LICENCE, EARLIER = "licence:", "earlier:"
USUAL_DAYS = 30
LONGEST_PURPOSE = 40
VALID = "valid"


def show_papers(desk: Desk, number: str) -> str:
    """Every paper that the deciding authority asks for, with what is there of it."""
    draft = view(number)
    wanted = _wanted(number)
    return render_template(
        "draft/papers.html",
        **frame(desk, draft, _place(draft)),
        wanted=[(paper, _files(draft, paper)) for paper in wanted],
    )


def show_paper(desk: Desk, number: str, place: int) -> str:
    """One paper: hand it in, or use one that the platform holds."""
    return _paper_page(desk, number, place, None)


def take_paper(desk: Desk, number: str, place: int) -> ResponseReturnValue:
    """Take in a file, or a copy of what the platform holds."""
    paper = _pick(_wanted(number), place)
    try:
        if request.form.get("step") == "reuse":
            _use_again(number, paper)
        else:
            _take_file(desk, number, paper)
    except REFUSALS as error:
        told = refused(error)
        return _paper_page(desk, number, place, told), told.status
    return redirect(url_for(f"{desk.name}.draft_papers", number=number), 303)


def remove_paper(desk: Desk, number: str) -> Response:
    """Take a file out again."""
    materials.remove_material(
        number, request.form.get("material", ""), actor=current_actor(), now=now()
    )
    return redirect(url_for(f"{desk.name}.draft_papers", number=number), 303)


def _take_file(desk: Desk, number: str, paper: Requirement) -> None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InputInvalid(fields={"file": ["请先选择文件"]})
    with closing(sent) as file:
        data = file.read()
    source = Source(Origin.SCAN if desk.at_machine else Origin.UPLOAD)
    materials.add_material(number, paper.name, data, source, actor=current_actor(), now=now())


def _use_again(number: str, paper: Requirement) -> None:
    which, consent = request.form.get("which", ""), _consent()
    told: dict[str, Any] = {"actor": current_actor(), "now": now()}
    if which.startswith(LICENCE):
        identifier = which.removeprefix(LICENCE)
        reuse.reuse_licence(number, paper.name, identifier, consent, **told)
    elif which.startswith(EARLIER):
        case, _, material = which.removeprefix(EARLIER).partition("/")
        reuse.reuse_material(number, paper.name, (case, material), consent, **told)
    else:
        raise InputInvalid(fields={"which": ["请选择用哪一份"]})


def _consent() -> Consent:
    """What the holder said. Raises InputInvalid."""
    faults = {}
    purpose = request.form.get("purpose", "").strip()
    if not 0 < len(purpose) <= LONGEST_PURPOSE:
        faults["purpose"] = [f"请填写用途，不超过 {LONGEST_PURPOSE} 字"]
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        until = date.min
        faults["until"] = ["请选择最后一天"]
    if faults:
        raise InputInvalid(fields=faults)
    return Consent(bool(request.form.get("consents")), purpose, until)


def _paper_page(desk: Desk, number: str, place: int, told: Refused | None) -> str:
    draft, paper = view(number), _pick(_wanted(number), place)
    context = frame(desk, draft, _place(draft))
    fresh = {
        "purpose": f"申请{context['item']['name']}"[:LONGEST_PURPOSE],
        "until": (office_date(now()) + timedelta(days=USUAL_DAYS)).isoformat(),
    }
    return render_template(
        "draft/paper.html",
        **context,
        paper=paper,
        files=_files(draft, paper),
        licences=_licences(),
        earlier=reuse.list_earlier_files(current_actor()),
        given=request.form if told else fresh,
        refused=told,
    )


def _licences() -> Sequence[CopyOnOffer]:
    """The valid licences of this person, each once."""
    with reading() as session:
        copies = list_copies_for(session, get_person_digest(session, current_actor()))
    sound = {copy.identifier: copy for copy in copies if copy.status == VALID and copy.ready}
    return list(sound.values())


def _wanted(number: str) -> list[Requirement]:
    return precheck(number, actor=current_actor(), now=now()).materials


def _files(draft: DraftView, paper: Requirement) -> list[Any]:
    return [upload for upload in draft.uploads if upload.name == paper.name]


def _pick(wanted: list[Requirement], place: int) -> Requirement:
    if not 1 <= place <= len(wanted):
        raise NotFound("没有这份材料")
    return wanted[place - 1]


def _place(draft: DraftView) -> int:
    return len(form_and_groups(draft.item_seq)[1]) + 1
