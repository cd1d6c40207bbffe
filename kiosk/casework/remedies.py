"""To whom an applicant may turn against a refusal: bodies of the deciding authority, never of the receiving place.

行政复议法 (2023) art. 24 and 27: the people's government of the authority's level; for vertically led organs the
superior organ. Under a delegation both are those of the delegating organ (行政复议法 art. 19, 行政诉讼法 art. 26(5)).
行政诉讼法 art. 46: six months. The rule is recalled, not verified; ``review_bodies.json`` of the
instance overrides it authority by authority.
"""

from __future__ import annotations

import json
from pathlib import Path

from flask import current_app

from kiosk.casework.delegations import mandate_of
from kiosk.casework.models import Case
from kiosk.catalogue import catalogue

REVIEW_DAYS = 60
SUIT_MONTHS = 6
VERTICAL = ("税务局", "烟草专卖局", "气象局", "邮政管理局")


def review_body(case: Case) -> str:
    """The body that reviews decisions of the case's authority."""
    named = _overrides(Path(current_app.config["INSTANCE"]) / "review_bodies.json")
    if case.deciding_authority in named:
        return named[case.deciding_authority]
    if case.deciding_name.endswith(VERTICAL):
        return f"{case.deciding_name}的上一级机关"
    return f"{catalogue().world.districts[case.deciding_division].full_name}人民政府"


def remedy_words(case: Case) -> str:
    """The paragraph about remedies for a refusal."""
    words = (
        f"如不服本决定，可以自收到本决定之日起{REVIEW_DAYS}日内向{review_body(case)}申请行政复议，"
        f"也可以自收到本决定之日起{SUIT_MONTHS}个月内依法向对{case.deciding_name}有管辖权的人民法院提起行政诉讼。"
    )
    mandate = mandate_of(case)
    if mandate is None:
        return words
    return (
        f"{words}本决定由{mandate.delegate_name}受委托办理，"
        f"行政复议的被申请人、行政诉讼的被告均为{case.deciding_name}。"
    )


def _overrides(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    named: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return named
