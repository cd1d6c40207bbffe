"""Corrections on a page: the officer ticks what is wrong, once and completely; the applicant brings it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework import corrections
from kiosk.casework.correction_files import supply_with_files
from kiosk.casework.correction_queries import CorrectionLine, DefectLine, list_corrections
from kiosk.casework.corrections import Answer, Defect
from kiosk.casework.models import Case
from kiosk.casework.queries import list_materials
from kiosk.casework.views import get_visible_case
from kiosk.catalogue import catalogue, pinned_form
from kiosk.errors import InputInvalid
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.questions import Question, answers_from, input_name, questions_of
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.forms import Form

Inputs = MultiDict[str, str]
PAPER, FIELD = "paper", "field"
FILE = "file."
#: Reasons that fit most papers; an officer may write any other.
USUAL_REASONS = (
    "没有提交",
    "不清晰，无法辨认",
    "没有签字或盖章",
    "已过有效期",
    "与申请表内容不一致",
    "页数不全",
)


@dataclass(frozen=True)
class Thing:
    """What may be ticked: a paper, or a field of the form."""

    kind: str
    key: str
    label: str


@dataclass(frozen=True)
class Wanted:
    """A listed defect with the input in which it is answered; ``question`` is None for a paper."""

    defect: DefectLine
    question: Question | None


def show_ticks(desk: Desk, number: str) -> str:
    """The list of everything that can be wrong with the case."""
    return _ticks_page(desk, number, MultiDict(), None)


def take_ticks(desk: Desk, number: str) -> Response | tuple[str, int]:
    """Tell the applicant what was ticked."""
    given: Inputs = MultiDict(request.form)
    try:
        defects = _ticked(_things(number), given)
        corrections.request_correction(
            number, defects, actor=current_actor(), now=now(), version=_version(given)
        )
    except REFUSALS as error:
        told = refused(error)
        return _ticks_page(desk, number, given, told), told.status
    return redirect(url_for(f"{desk.name}.show_case", number=number, done="correction"), 303)


def show_wanted(desk: Desk, number: str) -> str:
    """What is still to be brought."""
    return _wanted_page(desk, number, MultiDict(), None)


def take_wanted(desk: Desk, number: str) -> Response | tuple[str, int]:
    """Take in what was brought, all or some of it."""
    given: Inputs = MultiDict(request.form)
    try:
        supply_with_files(
            number,
            _brought(number, given),
            _files(),
            actor=current_actor(),
            now=now(),
            version=_version(given),
        )
    except REFUSALS as error:
        told = refused(error)
        return _wanted_page(desk, number, given, told), told.status
    return redirect(url_for(f"{desk.name}.show_case", number=number, done="supply"), 303)


def _things(number: str) -> list[Thing]:
    """The papers of the guide and those handed in, then the fields that may be changed."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        handed_in = [material.name for material in list_materials(session, case)]
        form = pinned_form(session, catalogue(), case.item_seq, case.item_version_id)
        asked = catalogue().items[case.item_seq].materials
    papers = dict.fromkeys([*asked, *handed_in])
    fields = [field for field in form.fields if not field.routing]
    return [Thing(PAPER, name, name) for name in papers] + [
        Thing(FIELD, field.key, field.label) for field in fields
    ]


def _ticked(things: list[Thing], given: Inputs) -> list[Defect]:
    """The defects as typed. Raises InputInvalid where a reason or a mend is missing."""
    ticked = [(place, thing) for place, thing in enumerate(things) if given.get(f"tick.{place}")]
    faults = {
        f"{name}.{place}": ["请填写"]
        for place, _ in ticked
        for name in ("reason", "mend")
        if not given.get(f"{name}.{place}", "").strip()
    }
    if faults:
        raise InputInvalid(fields=faults)
    return [
        Defect(
            reason=given[f"reason.{place}"].strip(),
            mend=given[f"mend.{place}"].strip(),
            paper=thing.key if thing.kind == PAPER else None,
            field=thing.key if thing.kind == FIELD else None,
            arises_from=given.get(f"arises.{place}") or None,
        )
        for place, thing in ticked
    ]


def _brought(number: str, given: Inputs) -> list[Answer]:
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        form = pinned_form(session, catalogue(), case.item_seq, case.item_version_id)
        missing = _missing(session, case)
    typed = answers_from(form, given)
    return [answer for defect in missing if (answer := _answer(defect, given, typed)) is not None]


def _files() -> dict[str, bytes]:
    """The files that were sent, by the code of the defect each of them answers."""
    found = {}
    for name, sent in request.files.items():
        if name.startswith(FILE) and sent.filename:
            with closing(sent) as file:
                found[name.removeprefix(FILE)] = file.read()
    return found


def _answer(defect: DefectLine, given: Inputs, typed: dict[str, object]) -> Answer | None:
    if defect.field is not None:
        value = typed.get(defect.field)
        return None if value is None else Answer(defect.code, value=value)
    form = given.get(f"bring.{defect.code}", "")
    if form not in ("paper", "electronic"):
        return None
    pages = given.get(f"pages.{defect.code}", "").strip()
    if pages and (not pages.isdecimal() or len(pages) > 4):
        raise InputInvalid(fields={f"pages.{defect.code}": ["请填写整数页数"]})
    return Answer(defect.code, form=form, pages=int(pages) if pages else None)


def _missing(session: Session, case: Case) -> list[DefectLine]:
    return [
        defect
        for notice in list_corrections(session, case)
        for defect in notice.defects
        if not notice.complete and not defect.supplied
    ]


def _ticks_page(desk: Desk, number: str, given: Inputs, told: Refused | None) -> str:
    things = _things(number)
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        earlier = _supplied(list_corrections(session, case))
    return render_template(
        "district/correct.html",
        desk=desk,
        case=case,
        things=list(enumerate(things)),
        usual=USUAL_REASONS,
        earlier=earlier,
        given=given,
        refused=told,
    )


def _wanted_page(desk: Desk, number: str, given: Inputs, told: Refused | None) -> str:
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        form = pinned_form(session, catalogue(), case.item_seq, case.item_version_id)
        wanted = [_wanted(form, defect, given, told) for defect in _missing(session, case)]
    return render_template(
        "supply.html", desk=desk, case=case, wanted=wanted, given=given, refused=told
    )


def _wanted(form: Form, defect: DefectLine, given: Inputs, told: Refused | None) -> Wanted:
    if defect.field is None:
        return Wanted(defect, None)
    faults = told.faults if told else {}
    hidden = [field.key for field in form.fields if field.key != defect.field]
    inputs: Inputs = MultiDict(given)
    inputs.setdefault(input_name(defect.field), "")
    return Wanted(defect, questions_of(form, inputs, faults, hidden)[0])


def _supplied(notices: list[CorrectionLine]) -> list[DefectLine]:
    return [defect for notice in notices for defect in notice.defects if defect.supplied]


def _version(given: Inputs) -> int | None:
    shown = given.get("version", "")
    return int(shown) if shown.isdecimal() and len(shown) < 9 else None
