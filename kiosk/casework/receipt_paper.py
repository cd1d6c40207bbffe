"""The receipt on paper (收件凭证): a worker enters it, so that receiving stays one short transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from kiosk.casework.notice_words import TITLES
from kiosk.casework.notices import Contents, Kind, enter_notice
from kiosk.casework.queries import get_case, list_materials
from kiosk.casework.requirements import FORM_WORDS
from kiosk.identity.actors import SYSTEM
from kiosk.licences.models import SealedDocument
from kiosk.uow import unit_of_work

RECEIPT_TOPIC = "receipt.paper"


def enter_receipt(case_number: str, query_code: str, *, now: datetime) -> None:
    """Enter the receipt of a case under the seal of the receiving hall; a second time changes nothing.

    The code travels in the encrypted wish alone and stands on the paper, whose content is encrypted too.
    """
    with unit_of_work() as session:
        case = get_case(session, case_number)
        made = select(SealedDocument.id).where(
            SealedDocument.case_number == case_number,
            SealedDocument.title == TITLES[Kind.RECEIPT],
        )
        if session.scalar(made.limit(1)) is not None:
            return
        rows = tuple(
            (paper.name, FORM_WORDS[paper.form], str(paper.pages or "—"))
            for paper in list_materials(session, case)
        )
        contents = Contents(query_code=query_code, rows=rows)
        enter_notice(session, case, Kind.RECEIPT, contents, SYSTEM, now)
