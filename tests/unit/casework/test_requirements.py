"""The material check of the receiving desk: whether papers are there, never whether they are good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.casework.receipt import Material
from kiosk.casework.requirements import lacking, requirements
from services_catalog.material_rules import MaterialRule
from services_catalog.offerings import OfferingInForce, OfferingTerms
from tests.support.sample_items import published_items

ITEM = replace(published_items()[37], materials=())
PAPER, FILE = "paper", "electronic"


def found(rule: MaterialRule, *materials: Material) -> list[str]:
    terms = OfferingTerms(local_materials=("承诺书",), material_rules=(rule,))
    offered = OfferingInForce(1, "A", 1, terms)
    return lacking(requirements(ITEM, offered, materials))


@pytest.mark.parametrize(
    ("rule", "materials", "words"),
    [
        (MaterialRule("承诺书"), [], ["缺少“承诺书”"]),
        (MaterialRule("承诺书"), [Material("申请表")], ["缺少“承诺书”"]),
        (MaterialRule("承诺书"), [Material("承诺书", PAPER)], []),
        (MaterialRule("承诺书", required=False), [], []),
        (
            MaterialRule("承诺书", copies=2),
            [Material("承诺书", PAPER)],
            ["“承诺书”要 2 份，现有 1 份"],
        ),
        (MaterialRule("承诺书", copies=2), [Material("承诺书", PAPER)] * 2, []),
        (MaterialRule("承诺书", copies=2), [Material("承诺书", FILE)], []),
        (
            MaterialRule("承诺书", form="paper"),
            [Material("承诺书", FILE)],
            ["“承诺书”须为纸质材料"],
        ),
        (
            MaterialRule("承诺书", form="electronic"),
            [Material("承诺书", PAPER)],
            ["“承诺书”须为电子材料"],
        ),
    ],
)
def test_what_is_missing_is_told_in_words(
    rule: MaterialRule, materials: list[Material], words: list[str]
) -> None:
    assert found(rule, *materials) == words
