"""Results with a layout of their own: what their tables say is taken from the application that was approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kiosk.casework import papers
from kiosk.casework.models import Case
from kiosk.casework.offerings import terms_of
from kiosk.casework.papers import Marks, chinese_date
from kiosk.catalogue import catalogue
from printing.documents import Document
from services_catalog.codes import mask_id

Rows = tuple[tuple[str, ...], ...]
#: Columns of the form's table of wastes, as they stand on the approval; the form's head says 类别, 代码, 数量(吨).
WASTE_COLUMNS = ("废物名称", "类别", "代码", "数量(吨)")
NOT_SAID = "—"


def housing_fund_proof(case: Case, marks: Marks, now: datetime) -> Document:
    """The proof for a loan elsewhere: who deposits, through whom, where, and where the loan is asked for."""
    form = case.form
    facts = (
        ("姓名", form["applicant_name"]),
        ("证件号码", mask_id(form["applicant_id"])),
        ("缴存单位", form.get("employer", "")),
        ("个人账号", form.get("fund_account", "")),
        ("缴存地", _place(form["deposit_division"])),
        ("拟申请贷款所在地", _place(form["loan_center_division"])),
        ("证明用途", form["purpose"]),
    )
    return _with_facts(papers.certificate(case, marks, now), papers.HOUSING_FUND, facts)


def household_proof(case: Case, marks: Marks, now: datetime) -> Document:
    """The proof of a household registration, as the register has what was applied for."""
    form = case.form
    facts = (
        ("姓名", form["applicant_name"]),
        ("公民身份号码", mask_id(form["applicant_id"])),
        ("户籍所在地", _place(form["division"])),
        ("户主姓名", form.get("household_head", "")),
        ("办理原因", form.get("change_reason", "")),
    )
    drawn = _with_facts(papers.certificate(case, marks, now), papers.HOUSEHOLD, facts)
    words = {"statement": "经核对，以上内容与户口登记簿一致。"}
    return replace(drawn, values={**drawn.values, **words})


def waste_approval(case: Case, marks: Marks, now: datetime) -> Document:
    """The approval of a transfer of hazardous waste: from whom, to whom, until when, and which wastes."""
    form = case.form
    facts = (
        ("移出单位", form["sender_name"]),
        ("移出地", _place(form["origin_division"]) + form["origin_address"]),
        ("接受单位", form["receiver_name"]),
        ("接受地", _place(form["dest_division"])),
        ("有效期", f"{_day(form['start_date'])}至{_day(form['end_date'])}"),
    )
    body = (
        f"你单位提出的“{terms_of(case.offering).item_name}”申请（办件编号 {case.number}）收悉。"
        "经审核，批准按下列内容转移："
    )
    drawn = papers.numbered(papers.WASTE, case, marks, "危险废物跨省转移批准书", body, now)
    wastes = tuple(
        (*(_cell(row, name) for name in WASTE_COLUMNS), form["disposal_method"])
        for row in form["waste_items"]
    )
    return replace(drawn, tables={"facts": _said(facts), "wastes": wastes})


def _with_facts(drawn: Document, template: str, facts: Rows) -> Document:
    return replace(drawn, template=template, tables={"facts": _said(facts)})


def _said(facts: Rows) -> Rows:
    """Only what was said: an empty line on a proof invites somebody to fill it in."""
    return tuple(row for row in facts if row[1])


def _cell(row: dict[str, Any], name: str) -> str:
    """The cell of that column; people's forms write brackets either way and 废物 before 类别 and 代码 or not."""
    plain = {key.replace("（", "(").replace("）", ")"): value for key, value in row.items()}
    return str(plain.get(name) or plain.get(f"废物{name}") or NOT_SAID)


def _place(division: str) -> str:
    return catalogue().world.districts[division].full_name


def _day(text: str) -> str:
    return chinese_date(date.fromisoformat(text))
