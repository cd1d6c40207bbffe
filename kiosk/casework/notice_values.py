"""What each notice says: the values of its template, taken from the case and from what the act adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from kiosk.casework.delegations import mandate_of, mandate_words
from kiosk.casework.models import Case
from kiosk.casework.notice_words import (
    EXCLUDED,
    VERBS,
    WITH_REMEDY,
    Kind,
    Regime,
    basis_of,
    regime_of,
    title_of,
)
from kiosk.casework.offerings import Terms, terms_of
from kiosk.casework.papers import chinese_date
from kiosk.casework.receipt import DELIVERY_WORDS, Delivery
from kiosk.casework.remedies import remedy_words
from kiosk.clock import OFFICE_ZONE, office_date
from services_catalog.limits import limit_words

FEE_WORDS = {"none": "不收费", "per_item": "按公布的标准收取，另发缴款通知书"}
NOT_ACCEPTED = (
    "材料由收件地作形式核对，是否受理由办理机关决定。材料不齐全或者不符合法定形式的，办理机关将在收到材料之日起"
    "五个工作日内一次告知需要补正的全部内容；逾期不告知的，自收到材料之日起即为受理。"
)
UNKNOWN_DAY = "节假日安排公布后确定的日期"
Rows = tuple[tuple[str, ...], ...]
Values = dict[str, str]


@dataclass(frozen=True)
class Contents:
    """What an act wants said beyond what the case tells; a template refuses what it lacks (FieldMissing).

    ``reason`` and ``basis`` are words; without a basis the item's own law is named. ``span`` is a length in words
    (10个工作日); ``starts_on`` and ``until`` are dates. ``procedure`` is a kind of art. 45; ``competent`` names
    the organ that is competent instead; ``ground`` says which case of art. 32 it is; ``outcome`` how a case ended,
    with the ``title`` of that paper. ``rows`` are the cells of the kind's table after their running number:
    correction (材料, 问题, 要求, 依据), correction receipt (材料, 形式, 接收情况; ``reason`` says whether all came),
    receipt (材料, 形式, 页数), conclusion (退还的材料, 形式); without a number payment (项目, 金额, 缴款码) and
    service return (文书, 文号), whose other lines are ``service``. ``query_code`` stands on a receipt only.
    """

    reason: str = ""
    basis: str = ""
    span: str = ""
    starts_on: date | None = None
    until: date | None = None
    procedure: str = ""
    competent: str = ""
    ground: str = ""
    outcome: str = ""
    title: str = ""
    rows: Rows = ()
    service: Rows = ()
    query_code: str = ""


def values_of(case: Case, kind: Kind, contents: Contents, now: datetime) -> Values:
    """Every text of the notice except its number and its issuer."""
    terms = terms_of(case.offering)
    common = {
        "title": contents.title or title_of(kind, terms),
        "addressee": case.subject_name,
        "case_number": case.number,
        "item_name": terms.item_name,
        "applied_on": chinese_date(office_date(case.received_at)),
        "issued_on": chinese_date(office_date(now)),
        "basis": contents.basis or basis_of(kind, terms),
        "remedy": remedy_words(case) if kind in WITH_REMEDY else "",
        "phone": _phone(case),
        "complaint_phone": current_app.config["HOTLINE"],
    }
    particular = PARTICULAR.get(kind, _said)(case, terms, contents, now)
    return common | {name: text for name, text in particular.items() if text}


def tables_of(case: Case, kind: Kind, contents: Contents) -> dict[str, Rows]:
    """The tables of the notice: whom and what it is about, and the rows that the act lists."""
    if kind is Kind.RECEIPT:
        return {"materials": _numbered(contents.rows)}
    item = f"川渝通办第{case.item_seq}项"
    name = terms_of(case.offering).item_name
    facts: Rows = (
        ("申请人", case.subject_name, "办件编号", case.number),
        ("申请事项", name, "事项编码", item),
    )
    if mandate := mandate_of(case):
        facts += (
            ("承办机关", f"{mandate.delegate_name}（受委托）", "委托依据", mandate.basis_words),
        )
    plain = kind in (Kind.PAYMENT, Kind.SERVICE_RETURN)
    rows = contents.rows if plain else _numbered(contents.rows)
    return {"facts": facts, "items": rows, "service": contents.service}


def delivery_words(case: Case) -> str:
    """How the result reaches the applicant."""
    return DELIVERY_WORDS[Delivery(case.delivery)]


def _said(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    """What the act says, as it stands."""
    return {
        "reason": contents.reason,
        "span": contents.span,
        "starts_on": _day(contents.starts_on),
        "until": _day(contents.until),
        "procedure": contents.procedure,
        "competent": contents.competent,
        "ground": contents.ground,
        "outcome": contents.outcome,
        "returned": "yes" if contents.rows else "",
        "accepted_on": _day(case.accepted_on or office_date(now)),
    }


def _receipt(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    moment = case.received_at.astimezone(OFFICE_ZONE)
    limit, mandate = case.acceptance_due_on, mandate_of(case)
    return {
        "note": mandate_words(mandate, case.deciding_name) + NOT_ACCEPTED if mandate else "",
        "query_code": contents.query_code,
        "applicant": case.subject_name,
        "received_at": f"{chinese_date(moment.date())} {moment:%H时%M分}",
        "receiving_place": case.receiving_place,
        "deciding_organ": case.deciding_name,
        "reply_by": f"{chinese_date(limit)}前" if limit else UNKNOWN_DAY,
        "delivery": delivery_words(case),
        "machine_number": case.receiving_machine or "",
    }


def _acceptance(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    permit = regime_of(terms) is Regime.PERMIT
    return {
        "found": contents.reason or "属于本机关职权范围，申请材料齐全，符合法定形式",
        "accepted_on": _day(case.accepted_on or office_date(now)),
        "kind_words": "即办件" if terms.promised_days in (0, 1) else "承诺件",
        "limits": _limits(case, terms),
        "excluded": EXCLUDED if permit else "",
        "fee": FEE_WORDS.get(case.offering["fee"], case.offering["fee"]) or FEE_WORDS["none"],
        "delivery": delivery_words(case),
    }


def _limits(case: Case, terms: Terms) -> str:
    """Both limits with their dates, as the notice promises them (行政许可法 art. 42)."""
    parts = []
    if terms.legal_days is not None:
        words = limit_words(terms.legal_days, terms.unit)
        parts.append(f"法定办理期限为{words}，至{_due(case.statutory_due_on)}届满")
    if terms.promised_days is not None:
        words = limit_words(terms.promised_days, terms.promised_unit)
        parts.append(f"本机关承诺在{words}内办结，至{_due(case.promised_due_on)}届满")
    return "；".join(parts) or "本事项没有规定办理期限，本机关将及时办理"


def _grant(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    permit = regime_of(terms) is Regime.PERMIT
    return {
        "verb": VERBS[Kind.GRANT, regime_of(terms)],
        "reason": contents.reason,
        "result": terms.result_document,
        "open_words": "本决定依法公开，公众有权查阅。" if permit else "",
    }


def _refusal(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    return {"verb": VERBS[Kind.REFUSAL, regime_of(terms)], "reason": contents.reason}


def _correction(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    return {
        "until": _due(contents.until),
        "where": "原收件窗口、任一自助终端或者网上",
        "consequence": "逾期不补正的，视为放弃本次申请，材料退还；补正后仍可以重新申请。",
    }


def _extension(case: Case, terms: Terms, contents: Contents, now: datetime) -> Values:
    return {
        "reason": contents.reason,
        "span": contents.span,
        "until": _due(contents.until),
    }


PARTICULAR: dict[Kind, Callable[[Case, Terms, Contents, datetime], Values]] = {
    Kind.RECEIPT: _receipt,
    Kind.ACCEPTANCE: _acceptance,
    Kind.CORRECTION: _correction,
    Kind.EXTENSION: _extension,
    Kind.GRANT: _grant,
    Kind.REFUSAL: _refusal,
}


def _phone(case: Case) -> str:
    """The number of the authority's window where it published one, else the hotline of both provinces."""
    windows = case.offering["offering"]["terms"]["windows"]
    named: str = windows[0]["phone"] if windows else ""
    return named or current_app.config["HOTLINE"]


def _numbered(rows: Rows) -> Rows:
    return tuple((str(number), *row) for number, row in enumerate(rows, start=1))


def _day(day: date | None) -> str:
    return "" if day is None else chinese_date(day)


def _due(day: date | None) -> str:
    return UNKNOWN_DAY if day is None else chinese_date(day)
