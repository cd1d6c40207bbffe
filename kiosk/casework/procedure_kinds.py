"""The kinds of special procedure that the law knows; nothing else stops a limit (行政许可法 art. 45)."""

from __future__ import annotations

from enum import StrEnum


class SpecialKind(StrEnum):
    """A kind of art. 45."""

    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert-review"


SPECIAL_WORDS = {
    SpecialKind.HEARING: "听证",
    SpecialKind.TENDER: "招标",
    SpecialKind.AUCTION: "拍卖",
    SpecialKind.INSPECTION: "检验",
    SpecialKind.TESTING: "检测",
    SpecialKind.QUARANTINE: "检疫",
    SpecialKind.APPRAISAL: "鉴定",
    SpecialKind.EXPERT_REVIEW: "专家评审",
}
