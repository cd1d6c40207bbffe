"""What the papers of a decision say: the values of each template, taken from the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.casework.models import Case
from kiosk.casework.offerings import terms_of
from kiosk.casework.receipt import DELIVERY_WORDS, Delivery
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from printing.documents import Document, SealSpec
from services_catalog.codes import LicenceIdentifier

BRANCH_LICENCE = "business-licence-branch.1"
CERTIFICATE = "certificate.1"
NOTICE = "grant.1"
LETTER = "notice.1"
SLIP = "collection-slip.1"
HOUSING_FUND, HOUSEHOLD = "housing-fund-deposit.2", "household-registration-proof.1"
WASTE = "hazardous-waste-approval.1"
BRANCH_ITEM = 37
#: Items whose result has a layout of its own and whose form says all that the layout asks for. The proofs of social
#: insurance and the permits of other layouts also state what only their organ's own register knows.
OWN_LAYOUTS = {34: HOUSING_FUND, BRANCH_ITEM: BRANCH_LICENCE, 87: WASTE, 96: HOUSEHOLD}
BUSINESS_LICENCE_TYPE = "11100000MB0143028R001"
LICENCE_FORMS = frozenset({"certificate", "electronic"})
SLIP_FORMS = frozenset({"card_or_booklet", "controlled_blank"})


@dataclass(frozen=True)
class Marks:
    """The numbers on one paper.

    ``paper`` is the file's own number. A notice has a ``document`` number (〔2026〕第000001号), an original of
    a licence its copy ``label``, its ``identifier`` and, for a new organisation, the credit ``code``.
    """

    paper: str
    document: str = ""
    label: str | None = None
    identifier: str | None = None
    code: str = ""


def outcome_template(case: Case) -> str:
    """The template of what a grant gives out."""
    return template_for(case.item_seq, terms_of(case.offering).result_form)


def template_for(item_seq: int, result_form: str) -> str:
    """The layout of an item's result: its own, the plain certificate, a collection slip, or the notice of the grant."""
    if own := OWN_LAYOUTS.get(item_seq):
        return own
    if result_form in LICENCE_FORMS:
        return CERTIFICATE
    return SLIP if result_form in SLIP_FORMS else NOTICE


def branch_licence(case: Case, marks: Marks, now: datetime) -> Document:
    """The business licence of a branch (国市监注〔2018〕253号): 负责人, no registered capital, no term."""
    form = case.form
    values = {
        "credit_code": marks.code,
        "name": form["branch_name"],
        "type": f"{form['parent_type']}分公司",
        "responsible_person": form["head_name"],
        "scope": form["business_scope"],
        "established_on": chinese_date(office_date(now)),
        "premises": premises(form),
        "registrar": case.deciding_name,
        "issued_on": chinese_date(office_date(now)),
    }
    return _document(BRANCH_LICENCE, values, case, marks, now)


def certificate(case: Case, marks: Marks, now: datetime) -> Document:
    """A certificate of an item that has no layout of its own."""
    terms = terms_of(case.offering)
    values = {
        "title": terms.result_document or terms.item_name,
        "holder": case.subject_name,
        "body": f"经审核，{case.subject_name}申请的“{terms.item_name}”符合规定，特发此证。",
        "case_number": case.number,
        "issuer": case.deciding_name,
        "issued_on": chinese_date(office_date(now)),
    }
    return _document(CERTIFICATE, values, case, marks, now)


def collection_slip(case: Case, marks: Marks, now: datetime) -> Document:
    """Where and how a card, booklet or numbered form is to be had; its authority makes it."""
    terms = terms_of(case.offering)
    body = (
        f"{case.subject_name}申请的“{terms.item_name}”已办理完成。"
        f"{terms.result_document or '办理结果'}由{case.deciding_name}制作，领取方式：{_delivery(case)}。"
        "领取时请出示有效身份证件和本凭单。"
    )
    return numbered(SLIP, case, marks, "领取凭单", body, now)


def approval_letter(case: Case, marks: Marks, addressee: str, now: datetime) -> Document:
    """Tells the other province's authority what was approved."""
    terms = terms_of(case.offering)
    body = (
        f"{case.subject_name}提出的“{terms.item_name}”申请（办件编号 {case.number}），"
        f"我机关已于{chinese_date(office_date(now))}作出准予的决定。现将批准信息通报你单位。"
    )
    values = _notice_values(case, marks, "批准信息通报函", body, now) | {"addressee": addressee}
    return _document(LETTER, values, case, marks, now)


def numbered(
    template: str, case: Case, marks: Marks, title: str, body: str, now: datetime
) -> Document:
    """A paper with a document number and running text."""
    return _document(template, _notice_values(case, marks, title, body, now), case, marks, now)


def licence_identifier(case: Case) -> str:
    """The licence identifier of GB/T 36904: type, issuer, serial (the case number), version 001 and check.

    The national type code of a business licence is a placeholder until its registered serial is known; other
    certificates are typed by their issuer and item number.
    """
    own_type = f"{case.deciding_authority}{case.item_seq % 1000:03d}"
    type_code = BUSINESS_LICENCE_TYPE if case.item_seq == BRANCH_ITEM else own_type
    return LicenceIdentifier(type_code, case.deciding_authority, case.number, 1).text()


def premises(form: dict[str, Any]) -> str:
    """The full address of the business premises: division and street."""
    district = catalogue().world.districts[form["premises_division"]]
    address: str = form["premises_address"]
    return address if address.startswith(district.full_name) else district.full_name + address


def chinese_date(day: date) -> str:
    """A date as documents write it, in Arabic digits (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _delivery(case: Case) -> str:
    return DELIVERY_WORDS[Delivery(case.delivery)]


def _notice_values(
    case: Case, marks: Marks, title: str, body: str, now: datetime
) -> dict[str, str]:
    return {
        "title": title,
        "document_number": marks.document,
        "addressee": case.subject_name,
        "body": body,
        "case_number": case.number,
        "issuer": case.deciding_name,
        "issued_on": chinese_date(office_date(now)),
    }


def _document(
    template: str, values: dict[str, str], case: Case, marks: Marks, now: datetime
) -> Document:
    return Document(
        template=template,
        number=marks.paper,
        values=values,
        seal=SealSpec(case.deciding_name, "organ", None, demo=True),
        qr_text=None,
        sealed_at=now,
        demo=True,  # Every key here stands under the demo root; no setting makes its paper look real.
        copy_label=marks.label,
        licence_identifier=marks.identifier,
    )
