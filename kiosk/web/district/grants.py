"""Grants in batch: ticked in the queue, confirmed with one opinion, answered case by case."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from kiosk.casework import batch
from kiosk.casework.queues import CaseLine, list_numbered
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.queue import queue_page
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_grants", __name__, url_prefix="/district/grants")
LONGEST_WORDS = 2000
OPINION = "材料齐全，符合法定形式，同意。"


@bp.post("/check")
@requires(Role.OFFICER)
def check() -> Response:
    """What was ticked, to be confirmed with one opinion for all."""
    try:
        lines = _lines(_ticked())
    except REFUSALS as error:
        told = refused(error)
        return make_response(queue_page(told), told.status)
    return make_response(_confirm_page(lines, OPINION, None))


@bp.post("")
@requires(Role.OFFICER)
def grant_each() -> Response:
    """Grant each by itself; sent again, what was granted is told as granted, so a reload does no harm."""
    words = request.form.get("words", "").strip()
    try:
        wanted = _ticked()
    except REFUSALS as error:
        told = refused(error)
        return make_response(queue_page(told), told.status)
    lines = _lines(wanted)
    if not 0 < len(words) <= LONGEST_WORDS:
        fault = f"请填写审核意见，不超过 {LONGEST_WORDS} 字"
        told = refused(InputInvalid(fields={"words": [fault]}))
        return make_response(_confirm_page(lines, words, told), told.status)
    results = batch.grant_each(wanted, words, actor=current_actor(), now=now())
    named = {line.number: line for line, _ in lines}
    return make_response(
        render_template(
            "district/granted.html",
            results=[
                (result, named.get(result.number), _why_not(result))
                for result in sorted(results, key=lambda result: result.granted)
            ],
            granted=sum(result.granted for result in results),
        )
    )


def _confirm_page(
    lines: list[tuple[CaseLine, int | None]], words: str, told: Refused | None
) -> str:
    return render_template("district/grants.html", lines=lines, words=words, refused=told)


def _why_not(result: batch.Granted) -> Refused | None:
    if result.incident is not None:
        told = f"故障编号 {result.incident}，请告知运维人员；这一件没有办理，可以重试。"
        return Refused(500, "系统出现故障", told)
    return refused(result.refusal) if result.refusal is not None else None


def _ticked() -> list[batch.Wanted]:
    """The cases that were ticked, with the versions that were seen. Raises InputInvalid."""
    wanted = []
    for given in request.form.getlist("case"):
        number, _, version = given.partition("~")
        seen = int(version) if version.isdecimal() and len(version) < 10 else None
        wanted.append(batch.Wanted(number[:50], seen))
    if not wanted:
        raise InputInvalid(fields={"case": ["请先在“审核中”的办件前打勾，再批量同意。"]})
    if len(wanted) > batch.MOST:
        raise InputInvalid(fields={"case": [f"一次最多 {batch.MOST} 件，请分批办理。"]})
    return wanted


def _lines(wanted: list[batch.Wanted]) -> list[tuple[CaseLine, int | None]]:
    """The ticked cases of this authority as they stand, each with the version that was seen."""
    seen = {each.number: each.version for each in wanted}
    with reading() as session:
        lines = list_numbered(session, current_actor(), list(seen))
    return [(line, seen[line.number]) for line in lines]
