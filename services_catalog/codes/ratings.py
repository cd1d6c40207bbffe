"""Levels of satisfaction (好差评), which two standards number in opposite directions.

Evaluators and the national interface count 5 as best; GB/T 39046-2020 A.8 counts 1 as best. A bare number is never
stored without the name of its set.
"""

from __future__ import annotations

from services_catalog.codes.checks import CodeInvalid

KIND = "rating"
EVALUATOR_LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
NEGATIVE = (1, 2)


def gbt39046_from_evaluator(level: int) -> int:
    """The code of GB/T 39046-2020 A.8 for an evaluator's level. Raises CodeInvalid with RANGE."""
    return _turned(level)


def evaluator_from_gbt39046(level: int) -> int:
    """The evaluator's level for a code of GB/T 39046-2020 A.8. Raises CodeInvalid with RANGE."""
    return _turned(level)


def is_negative_rating(evaluator_level: int) -> bool:
    """Whether an evaluator's level opens a rectification. Raises CodeInvalid with RANGE."""
    _turned(evaluator_level)
    return evaluator_level in NEGATIVE


def _turned(level: int) -> int:
    if level not in EVALUATOR_LEVELS:
        raise CodeInvalid(KIND, "RANGE", "评价等级应为 1 至 5")
    return 6 - level
