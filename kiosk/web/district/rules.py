"""Routing rules at the editor's desk: what holds, who decides, a change proved and rehearsed, published by another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk import routing_desk
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Role
from kiosk.identity.queries import staff_names
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district import rule_forms, rule_words
from kiosk.web.district.rule_words import RuleLine
from kiosk.web.district.typed import typed_words
from kiosk.web.pages.browsing import find_on_page
from kiosk.web.pages.questions import division_groups
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.errors import CatalogError
from services_catalog.models import IN_REVIEW
from services_catalog.proof import Moved, ProofReport, Rehearsal
from services_catalog.routing import LEVEL_WORDS, Route, RoutingFacts, route
from services_catalog.rule_errors import RulesInvalid
from services_catalog.rule_rows import get_row, rule_of

bp = Blueprint("district_rules", __name__, url_prefix="/district/rules")
SHOWN = 100
SAID = {
    "submitted": "已提交审核，请另一位事项管理员审核发布。",
    "published": "已发布，从生效之日起按新规则确定办理机关；已经收件的办件不受影响。",
    "returned": "已退回。",
}


@dataclass(frozen=True)
class Check:
    """The proof of every day of change, and past cases under the change; without a change there are none."""

    proofs: list[ProofReport]
    rehearsal: Rehearsal | None = None

    @property
    def sound(self) -> bool:
        """Whether no day has a gap or a conflict."""
        return all(report.sound for report in self.proofs)


@bp.get("")
@requires(Role.EDITOR)
def show() -> str:
    """Rules by their standing, changes that wait, and who decides an item somewhere."""
    standing = request.args.get("standing", "")
    standing = standing if standing in rule_words.STANDING_WORDS else "in-force"
    today = office_date(now())
    proposals = routing_desk.list_proposals()
    with reading() as session:
        lines = rule_words.rule_lines(session, today)
        waiting = [each for each in proposals if each.status == IN_REVIEW]
        settled = [each for each in proposals if each.status != IN_REVIEW][:SHOWN]
        return render_template(
            "district/rules.html",
            lines=[line for line in lines if line.standing == standing][:SHOWN],
            counts=Counter(line.standing for line in lines),
            standing=standing,
            waiting=rule_words.proposal_lines(session, waiting, today),
            settled=rule_words.proposal_lines(session, settled, today),
            divisions=division_groups(catalogue().world.districts),
            asked=request.args,
            answer=_ask(request.args),
            words=rule_words,
            kinds=rule_forms.KINDS,
            shown=SHOWN,
        )


@bp.get("/proof")
@requires(Role.EDITOR)
def prove() -> str:
    """The proof of the rules as they are published."""
    return render_template("district/rule_proof.html", **_check_words(_check(None)))


@bp.get("/published/<path:number>")
@requires(Role.EDITOR)
def show_rule(number: str) -> str:
    """One published rule, who answers for it, and how it is ended."""
    return _rule_page(number, None, None)


@bp.post("/published/<path:number>")
@requires(Role.EDITOR)
def end_rule(number: str) -> Response:
    """Prove and rehearse the end of a rule, or hand it to a reviewer."""
    check = None
    try:
        if _line(number).kind not in rule_forms.KINDS:
            raise InputInvalid("异地授权由委托机关的审批人员结束")
        proposed = rule_forms.ending_of(number, request.form.get("last_day", "").strip())
        if request.form.get("step") == "submit":
            return _submitted(proposed)
        check = _check(proposed)
        return make_response(_rule_page(number, None, check))
    except REFUSALS as error:
        told = _refused(error)
        return make_response(_rule_page(number, told, check), told.status)


@bp.get("/new")
@requires(Role.EDITOR)
def write() -> str:
    """The form of a new rule."""
    return _form_page(None, None)


@bp.post("/new")
@requires(Role.EDITOR)
def propose() -> Response:
    """Prove and rehearse what was filled in, or hand it to a reviewer; nothing that was typed is lost."""
    try:
        proposed = rule_forms.proposal_of(_kind(), request.form)
        if request.form.get("step") == "submit":
            return _submitted(proposed)
        return make_response(_form_page(None, _check(proposed)))
    except REFUSALS as error:
        told = _refused(error)
        return make_response(_form_page(told, None), told.status)


@bp.get("/proposals/<number>")
@requires(Role.EDITOR)
def show_proposal(number: str) -> str:
    """A proposed change in words and who may settle it."""
    return _proposal_page(number, None, None)


@bp.get("/proposals/<number>/check")
@requires(Role.EDITOR)
def check_proposal(number: str) -> Response:
    """The same with its proof and its rehearsal as of today."""
    try:
        with reading() as session:
            content = routing_desk.get_proposal(session, number).content
        return make_response(_proposal_page(number, None, _check(content)))
    except REFUSALS as error:
        told = _refused(error)
        return make_response(_proposal_page(number, told, None), told.status)


@bp.post("/proposals/<number>/<act>")
@requires(Role.EDITOR)
def settle(number: str, act: str) -> Response:
    """Publish what another proposed, or send it back."""
    try:
        if act == "publication":
            routing_desk.publish_proposal(number, actor=current_actor(), now=now())
        elif act == "return":
            routing_desk.return_proposal(
                number,
                typed_words("words", "请写明理由", rule_forms.LONGEST),
                actor=current_actor(),
                now=now(),
            )
        else:
            raise NotFound("没有这项操作")
    except REFUSALS as error:
        told = _refused(error)
        return make_response(_proposal_page(number, told, None), told.status)
    done = "published" if act == "publication" else "returned"
    return redirect(url_for("district_rules.show_proposal", number=number, done=done), 303)


def _submitted(proposed: Mapping[str, Any]) -> Response:
    number = routing_desk.submit_proposal(proposed, actor=current_actor(), now=now())
    return redirect(url_for("district_rules.show_proposal", number=number, done="submitted"), 303)


def _check(proposed: Mapping[str, Any] | None) -> Check:
    """Prove a change, and rehearse it if there is one. Raises RulesInvalid, DelegationRefused."""
    proofs = routing_desk.prove_proposal(proposed, now=now())
    if proposed is None:
        return Check(proofs)
    return Check(proofs, routing_desk.rehearse_proposal(proposed, now=now()))


def _check_words(check: Check | None) -> dict[str, Any]:
    """What the template of a proof and a rehearsal needs."""
    rehearsal = check.rehearsal if check else None
    return {
        "check": check,
        "intended_words": rule_words.INTENDED_WORDS,
        "moved": _together(rehearsal.moved) if rehearsal else [],
        "lost": _together(rehearsal.gaps) if rehearsal else [],
        "shown": SHOWN,
    }


def _together(moved: tuple[Moved, ...]) -> list[tuple[str, Moved, int]]:
    """Cases of one item that go the same way: the item's name, one of them, and how many; the most first."""
    counts = Counter((case.item_seq, case.came_to, case.to) for case in moved)
    first = {(case.item_seq, case.came_to, case.to): case for case in reversed(moved)}
    items = catalogue().items
    return [
        (items[way[0]].name if way[0] in items else "", first[way], count)
        for way, count in counts.most_common(SHOWN)
    ]


def _ask(asked: Mapping[str, str]) -> tuple[Any, Route | None, str] | None:
    """The item, and who decides it in the division that was asked about, or why nobody does."""
    words, district = asked.get("q", "").strip(), asked.get("district", "")
    if not words:
        return None
    items, world = catalogue().items, catalogue().world
    seq = int(words) if words.isdecimal() and len(words) < 6 else 0
    item = items.get(seq) or next(
        (items[i["seq"]] for i in find_on_page(catalogue(), asked).items), None
    )
    if item is None:
        return None, None, "没有找到这个事项"
    try:
        world.require_offered(item.seq)
        return item, route(item, RoutingFacts(district_code=district or None), world), ""
    except CatalogError as error:
        return item, None, str(error)


def _kind() -> str:
    kind = request.values.get("kind", "")
    return kind if kind in rule_forms.KINDS else rule_forms.KINDS[0]


def _refused(error: Exception) -> Refused:
    """The refusal with the names of values as the form says them, beside their inputs where there are some."""
    told = refused(error)
    if isinstance(error, RulesInvalid) and error.fields:
        return Refused(
            told.status, "有内容需要改正，已逐项标出", faults=rule_forms.faults_by_input(error)
        )
    return Refused(told.status, told.title, rule_words.in_page_words(told.detail), told.faults)


def _line(number: str) -> RuleLine:
    """The published rule of that number in words. Raises RuleUnknown."""
    with reading() as session:
        rule = rule_words.plain(rule_of(get_row(session, number)))
        return rule_words.Speaker(session, [rule]).line(rule, office_date(now()))


def _rule_page(number: str, told: Refused | None, check: Check | None) -> str:
    line = _line(number)
    with reading() as session:
        row = get_row(session, number)
        names = staff_names(session, (row.author, row.reviewer))
    return render_template(
        "district/rule.html",
        line=line,
        row=row,
        names=names,
        may_end=line.kind in rule_forms.KINDS and line.standing != "ended",
        words=rule_words,
        given=request.form,
        refused=told,
        **_check_words(check),
    )


def _form_page(told: Refused | None, check: Check | None) -> str:
    kind, world = _kind(), catalogue().world
    return render_template(
        "district/rule_form.html",
        kind=kind,
        kinds=rule_forms.KINDS,
        places=rule_forms.PLACES[kind],
        organs=rule_forms.ORGANS[kind],
        words=rule_words,
        levels=LEVEL_WORDS,
        organ_kinds=[
            (kind, kind) for kind in sorted({o.organ_kind for o in world.by_code.values()})
        ],
        divisions=division_groups(world.districts),
        given=request.form,
        refused=told,
        **_check_words(check),
    )


def _proposal_page(number: str, told: Refused | None, check: Check | None) -> str:
    with reading() as session:
        proposal = routing_desk.get_proposal(session, number)
        change = rule_words.change_lines(session, proposal.content, office_date(now()))
        names = staff_names(session, (proposal.author, proposal.reviewer))
    kinds = {line.kind for line in [*change.begins, *(line for line, _ in change.ends)]}
    return render_template(
        "district/proposal.html",
        proposal=proposal,
        change=change,
        names=names,
        own=proposal.author == current_actor().number,
        of_officers=kinds == {"delegation"},
        words=rule_words,
        given=request.form,
        refused=told,
        done=SAID.get(request.args.get("done", "")),
        **_check_words(check),
    )
