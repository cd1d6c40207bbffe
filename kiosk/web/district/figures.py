"""How the work goes, for managers: pictures, tables and CSV, with nothing personal in them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.figures.counting import months_back
from kiosk.figures.queries import Stream, items_of, months_of, places_of, streams
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.tables import table
from kiosk.web.pages.pictures import HEIGHT, WIDTH, bands, ends, month_bars

bp = Blueprint("district_figures", __name__, url_prefix="/district/figures")
MONTHS = 12
ITEMS = PAIRS = PLACES = 10
HEADINGS = (
    "月份", "本地代收", "外地代收我办", "已办结", "按时办结", "打印", "废纸", "两次补正", "评价", "不满意",
)  # fmt: skip
PLACE_HEADINGS = ("区划代码", "地方", "本地代收", "外地代收我办")
ITEM_HEADINGS = ("事项序号", "事项", "收件", "已办结", "按时办结", "两次补正", "评价", "不满意")


@bp.get("")
@requires(Role.MANAGER)
def show() -> str:
    """The last twelve months of this district."""
    division, months = _division(), months_back(office_date(now()), MONTHS)
    with reading() as session:
        lines = months_of(session, division, months)
        items = items_of(session, division, months, ITEMS)
        places = places_of(session, division, months, PLACES)
        provinces = streams(session, months, 2)
        pairs = [pair for pair in streams(session, months, 6) if pair.source != pair.target]
    names = {seq: item.name for seq, item in catalogue().items.items()}
    return render_template(
        "district/figures.html",
        place=_name(division),
        lines=lines,
        bars=month_bars(lines),
        bands=(flows := bands(provinces)),
        ends=ends(flows),
        pairs=[_named(pair) for pair in pairs[:PAIRS]],
        places=[(_name(line.division), line) for line in places],
        items=[(names.get(line.seq, ""), line) for line in items],
        width=WIDTH,
        height=HEIGHT,
    )


@bp.get("/months.csv")
@requires(Role.MANAGER)
def export() -> Response:
    """The same months as a table for a spreadsheet."""
    with reading() as session:
        lines = months_of(session, _division(), months_back(office_date(now()), MONTHS))
    return table("months.csv", HEADINGS, (vars(line).values() for line in lines))


@bp.get("/items.csv")
@requires(Role.MANAGER)
def export_items() -> Response:
    """Every item of these months as a table for a spreadsheet."""
    with reading() as session:
        lines = items_of(session, _division(), months_back(office_date(now()), MONTHS))
    names = {seq: item.name for seq, item in catalogue().items.items()}
    rows = ([line.seq, names.get(line.seq, ""), *list(vars(line).values())[1:]] for line in lines)
    return table("items.csv", ITEM_HEADINGS, rows)


@bp.get("/places.csv")
@requires(Role.MANAGER)
def export_places() -> Response:
    """Every place that this district received for, or that received for it, as a table for a spreadsheet."""
    with reading() as session:
        lines = places_of(session, _division(), months_back(office_date(now()), MONTHS))
    rows = ([li.division, _name(li.division), li.for_them, li.for_us] for li in lines)
    return table("places.csv", PLACE_HEADINGS, rows)


def _named(pair: Stream) -> tuple[str, str, int]:
    return _name(pair.source), _name(pair.target), pair.count


def _name(division: str) -> str:
    found = catalogue().world.districts.get(division)
    return found.name if found else ""


def _division() -> str:
    return current_actor().division_code or ""
