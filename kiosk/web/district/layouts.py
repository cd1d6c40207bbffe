"""Layouts of licences and notices at the editor's desk: what each is for, and a specimen drawn on request."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request

from kiosk.casework.notice_words import Kind
from kiosk.casework.papers import template_for
from kiosk.catalogue import catalogue
from kiosk.errors import NotFound
from kiosk.identity.actors import Role
from kiosk.web.access import requires
from kiosk.web.conditional import name_by_content
from printing.errors import UnknownTemplate
from printing.layout import takes_code, takes_seal
from printing.pictures import can_draw, picture_of
from printing.render import render
from printing.samples import contact_sheet, sample_of, sample_title
from printing.templates.elements import Template
from printing.templates.loading import get_template, latest, list_templates

bp = Blueprint("district_layouts", __name__, url_prefix="/district/layouts")
KEPT = "private, max-age=3600"
DOTS_PER_INCH, MM_PER_INCH = 80, 25.4
PAPERS = {(210, 297): "A4 竖版", (297, 210): "A4 横版", (420, 297): "A3 横版"}
OWN_USES = {
    "guide": "打印办事指南",
    "calibration": "校准自助机的打印位置",
    "notice": "向另一省市通报批准结果等",
}
OWN_TITLES = {
    "business-licence-branch-original": "营业执照(正本)，分公司",
    "business-licence-branch": "营业执照(副本)，分公司",
    "business-licence-company-original": "营业执照(正本)，公司",
    "business-licence-company": "营业执照(副本)，公司",
    "business-licence-individual-original": "营业执照(正本)，个体工商户",
    "business-licence-individual": "营业执照(副本)，个体工商户",
    "certificate": "通用证书",
    "conclusion": "办理终结确认书",
    "grant": "准予决定书、登记通知书、办结通知书",
    "guide": "办事指南",
    "notice": "一般函件",
    "refusal": "不予许可、不予登记、不予办理的文书",
}
"""Titles of layouts whose own title depends on the case, or is shared by several."""

NOTICES = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True)
class LayoutLine:
    """A layout as the list shows it; ``items`` are those whose result it is, by number."""

    template: Template
    title: str
    paper: str
    use: str
    items: list[int]
    sealed: bool
    coded: bool


@bp.get("")
@requires(Role.EDITOR)
def show() -> str:
    """Every layout in every version."""
    used = _items_by_layout()
    lines = [_line(get_template(key), used) for key in list_templates()]
    return render_template("district/layouts.html", lines=lines)


@bp.get("/sheet.pdf")
@requires(Role.EDITOR)
def show_sheet() -> Response:
    """All of them with their samples, small."""
    return _kept("application/pdf", contact_sheet().data)


@bp.get("/<key>")
@requires(Role.EDITOR)
def show_one(key: str) -> str:
    """One layout: its facts, who uses it, and its specimen."""
    template, stock = _template(key), _stock()
    return render_template(
        "district/layout.html",
        line=_line(template, _items_by_layout()),
        items=catalogue().items,
        stock=stock,
        drawn=can_draw(),
        pixels=[round(side / MM_PER_INCH * DOTS_PER_INCH) for side in template.size],
    )


@bp.get("/<key>/specimen.pdf")
@requires(Role.EDITOR)
def show_pdf(key: str) -> Response:
    """The specimen as it would be printed: 样张 on the page, 样章 in the seal."""
    template, stock = _template(key), _stock()
    return _kept("application/pdf", _specimen(template, stock))


@bp.get("/<key>/specimen.jpg")
@requires(Role.EDITOR)
def show_picture(key: str) -> Response:
    """A picture of the specimen's first page. Raises PictureToolMissing."""
    template, stock = _template(key), _stock()
    picture = picture_of(_specimen(template, stock), dpi=DOTS_PER_INCH, light=True)
    return _kept("image/jpeg", picture)


def _template(key: str) -> Template:
    """The layout of that name. Raises NotFound."""
    try:
        return get_template(key)
    except UnknownTemplate:
        raise NotFound("没有这个版式") from None


def _specimen(template: Template, stock: str) -> bytes:
    document = sample_of(template)
    return render(replace(document, stock="blank" if stock == "blank" else "plain")).data


def _kept(kind: str, data: bytes) -> Response:
    """The bytes, which the browser may keep for an hour and then ask for by their name."""
    answer = Response(data, mimetype=kind)
    answer.headers["Cache-Control"] = KEPT
    return name_by_content(answer)


def _stock() -> str:
    return "blank" if request.args.get("stock") == "blank" else "plain"


def _items_by_layout() -> dict[str, list[int]]:
    """The items whose result is drawn by each layout."""
    used: dict[str, list[int]] = {}
    for seq, item in catalogue().items.items():
        used.setdefault(template_for(seq, item.result_form), []).append(seq)
    return used


def _line(template: Template, used: dict[str, list[int]]) -> LayoutLine:
    items = used.get(template.key, [])
    size = template.size
    measure = f"{size[0]:g}×{size[1]:g} 毫米"
    paper = PAPERS.get((int(size[0]), int(size[1])))
    return LayoutLine(
        template,
        OWN_TITLES.get(template.name) or sample_title(template),
        f"{paper}，{measure}" if paper else measure,
        _use(template, items),
        items,
        takes_seal(template),
        takes_code(template),
    )


def _use(template: Template, items: list[int]) -> str:
    """What the layout is for, in a few words."""
    if latest(template.name) != template.key:
        return "旧版，只用于重新打印以前的证照"
    said = [f"{len(items)} 个事项的办理结果"] if items else []
    if template.name in NOTICES:
        said.append("办理过程中的文书")
    if template.name in OWN_USES:
        said.append(OWN_USES[template.name])
    return "；".join(said) or "目前没有事项使用"
