"""A case at the officer's desk: form and papers side by side, its limits, and every act with what it will bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.casework import commands, holding, non_acceptance, opinions
from kiosk.casework.errors import TransitionRefused
from kiosk.casework.models import Case
from kiosk.casework.non_acceptance import GROUND_WORDS, Ground
from kiosk.casework.notice_values import values_of
from kiosk.casework.notices import Contents, Kind
from kiosk.casework.opinions import Outcome
from kiosk.errors import InputInvalid, StaleVersion
from kiosk.identity.actors import Actor, Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.case_sheet import sheet_of
from kiosk.web.district.typed import typed_words
from kiosk.web.pages import acts, correcting
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_cases", __name__, url_prefix="/district/cases")
DESK = Desk(layout="window/base.html", name="district_cases")
LONGEST_WORDS = 2000
CONFIRMED = "yes"
REFUSE, NOT_ACCEPT = "refuse", "not-accept"
SAID = {
    "take": "已领取，由您办理。",
    "give-back": "已退回待办，其他审批人员可以领取。",
    "reassign": "已改派。",
    "opine": "审核意见已存档，只有本机关审批人员看得到。",
    "sign": "已复核签署。",
}


@bp.get("/<number>")
@requires(Role.OFFICER)
def show_case(number: str) -> str:
    """The case, and what to do next."""
    return _case_page(number, None, "")


@bp.get("/<number>/correction")
@requires(Role.OFFICER)
def show_defects(number: str) -> str:
    """Everything that can be wrong with the case, to be ticked."""
    return correcting.show_ticks(DESK, number)


@bp.post("/<number>/correction")
@requires(Role.OFFICER)
def tell_defects(number: str) -> ResponseReturnValue:
    """Tell the applicant, once and completely."""
    return correcting.take_ticks(DESK, number)


@bp.post("/<number>/<act>")
@requires(Role.OFFICER)
def perform(number: str, act: str) -> Response:
    """One act on the case; a refusal is shown as the applicant will read it before it is sent."""
    try:
        if act in REHEARSALS and request.form.get("confirmed") != CONFIRMED:
            return make_response(_notice_page(number, act))
        OWN.get(act, _by_table)(number, act, current_actor())
    except REFUSALS as error:
        told = refused(error)
        page = _case_page(
            number, told, act, stale=isinstance(error, StaleVersion | TransitionRefused)
        )
        return make_response(page, told.status)
    return redirect(url_for("district_cases.show_case", number=number, done=act), 303)


def _by_table(number: str, act: str, actor: Actor) -> None:
    acts.perform(number, act, request.form, actor)


def _hold(number: str, act: str, actor: Actor) -> None:
    command = holding.take if act == "take" else holding.give_back
    command(number, actor=actor, now=now(), version=_version())


def _reassign(number: str, act: str, actor: Actor) -> None:
    to = request.form.get("officer", "")
    holding.reassign(number, to, actor=actor, now=now(), version=_version())


def _write(number: str, act: str, actor: Actor) -> None:
    command = opinions.sign if act == "sign" else opinions.opine
    outcome = Outcome.REFUSE if request.form.get("outcome") == Outcome.REFUSE else Outcome.GRANT
    command(number, outcome, _words("意见"), actor=actor, now=now())


def _not_accept(number: str, act: str, actor: Actor) -> None:
    reason, ground, competent = _not_accepted()
    non_acceptance.not_accept(
        number,
        reason,
        actor=actor,
        now=now(),
        version=_version(),
        ground=ground,
        competent=competent,
    )


OWN: dict[str, Callable[[str, str, Actor], None]] = {
    "take": _hold,
    "give-back": _hold,
    "reassign": _reassign,
    "opine": _write,
    "sign": _write,
    NOT_ACCEPT: _not_accept,
}


def _rehearse_refusal(number: str) -> tuple[Case, Kind, Contents]:
    words = _words("不同意的理由")
    case = commands.rehearse_refusal(
        number, words, actor=current_actor(), now=now(), version=_version()
    )
    return case, Kind.REFUSAL, Contents(reason=words)


def _rehearse_not_accept(number: str) -> tuple[Case, Kind, Contents]:
    contents = non_acceptance.contents_of(*_not_accepted())
    case = non_acceptance.rehearse(
        number, contents, actor=current_actor(), now=now(), version=_version()
    )
    return case, Kind.NON_ACCEPTANCE, contents


REHEARSALS = {REFUSE: _rehearse_refusal, NOT_ACCEPT: _rehearse_not_accept}


def _not_accepted() -> tuple[str, Ground, str]:
    """Reason, ground and competent organ as typed. Raises InputInvalid."""
    given = request.form.get("ground", Ground.OTHER.value)
    if given not in list(Ground):
        raise InputInvalid(fields={"ground": ["请选择属于哪一种情况"]})
    return _words("不予受理的理由"), Ground(given), request.form.get("competent", "").strip()[:100]


def _words(prompt: str) -> str:
    """What was written. Raises InputInvalid."""
    return typed_words("words", f"请填写{prompt}", LONGEST_WORDS)


def _version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _notice_page(number: str, act: str) -> str:
    """The notice as it will be sent, with reasons and remedies; nothing is decided yet."""
    case, kind, contents = REHEARSALS[act](number)
    return render_template(
        "district/notice.html",
        case=case,
        act=act,
        notice=values_of(case, kind, contents, now()),
        given=request.form,
    )


def _case_page(number: str, told: Refused | None, tried: str, *, stale: bool = False) -> str:
    done = request.args.get("done", "")
    sheet: dict[str, Any] = sheet_of(number, current_actor())
    return render_template(
        "district/case.html",
        case=sheet,
        done=SAID.get(done) or acts.done_words(done),
        refused=told,
        stale=stale,
        tried=tried,
        given=request.form,
        grounds=GROUND_WORDS,
    )
