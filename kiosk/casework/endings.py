"""What papers say when nobody decided anew: the application was taken back, accepted by silence, or is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.notice_words import LICENSING, regime_of
from kiosk.casework.notices import Contents
from kiosk.casework.offerings import terms_of
from kiosk.casework.papers import chinese_date
from kiosk.casework.state_words import state_words
from kiosk.casework.states import Action, State
from kiosk.clock import office_date

WITHDRAWN = Contents(
    title="撤回申请确认书",
    outcome="你（单位）已撤回申请，本机关终止办理",
    reason="撤回不影响再次提出申请。",
)


def by_silence(case: Case) -> Contents:
    """The acceptance that came about because nobody answered in time (行政许可法 art. 32(4))."""
    since = f"（{chinese_date(case.accepted_on)}）" if case.accepted_on else ""
    return Contents(
        reason=(
            "本机关在收到申请材料之日起五个工作日内没有告知需要补正的内容，逾期未告知，"
            f"自收到申请材料之日{since}起即为受理"
        ),
        basis=f"{LICENSING}第三十二条第一款第四项",
    )


def closing(session: Session, case: Case, now: datetime) -> Contents:
    """The confirmation that a case is done: outcome, and on which days it was delivered and closed."""
    granted = select(CaseEvent.id).where(
        CaseEvent.case_id == case.id, CaseEvent.action == Action.GRANT
    )
    outcome = State.REFUSED if session.scalar(granted.limit(1)) is None else State.GRANTED
    words = state_words(outcome, regime_of(terms_of(case.offering)))
    delivered = ""
    if case.delivered_at is not None:
        delivered = f"，结果于{chinese_date(office_date(case.delivered_at))}送达"
    return Contents(
        title="办结确认书",
        outcome=f"办理结果为“{words}”{delivered}，本件于{chinese_date(office_date(now))}办结",
    )
