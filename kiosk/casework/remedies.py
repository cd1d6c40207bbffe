"""To whom an applicant may turn against a refusal: bodies of the deciding authority, never of the receiving place.

行政复议法 (2023) art. 24 and 27: the people's government of the authority's level; for vertically led organs the
superior organ. 行政诉讼法 art. 46: six months. The rule is recalled, not verified; ``review_bodies.json`` of the
instance overrides it authority by authority.
"""

from __future__ import annotations

import json
from pathlib import Path

REVIEW_DAYS = 60
SUIT_MONTHS = 6
VERTICAL = {"税务局": "上一级税务机关", "烟草专卖局": "上一级烟草专卖局", "气象局": "上一级气象局", "邮政管理局": "上一级邮政管理局"}


def review_body(organ_kind: str, government: str, authority_code: str, overrides: Path) -> str:
    """The body that reviews decisions of this authority; ``government`` is the full name of its division."""
    if overrides.exists():
        named: dict[str, str] = json.loads(overrides.read_text(encoding="utf-8"))
        if authority_code in named:
            return named[authority_code]
    return VERTICAL.get(organ_kind, f"{government}人民政府")


def remedy_words(body: str) -> str:
    """The paragraph about remedies for a refusal."""
    return (
        f"如不服本决定，可以自收到本决定之日起{REVIEW_DAYS}日内向{body}申请行政复议，"
        f"也可以自收到本决定之日起{SUIT_MONTHS}个月内依法向人民法院提起行政诉讼。"
    )
