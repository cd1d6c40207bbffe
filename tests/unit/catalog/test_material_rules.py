"""What an authority asks for: the item's list, read, and its own rules on top."""

from __future__ import annotations

import pytest

from services_catalog.material_rules import MaterialRule, is_required, rule_faults, rules_of

LIST = ("申请表", "授权委托书(委托时)", "公司章程")


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("公司章程", True),
        ("住所(经营场所)使用证明", True),
        ("公司登记(备案)申请书", True),
        ("原居民身份证(换领时)", False),
        ("监护人证明（如有）", False),
        ("国家工作人员须提交单位同意函", False),
    ],
)
def test_a_name_that_ends_in_a_condition_is_wanted_in_that_case_only(
    name: str, required: bool
) -> None:
    assert is_required(name) is required


def test_an_own_rule_stands_in_for_the_usual_one_in_the_order_of_the_list() -> None:
    own = MaterialRule("公司章程", copies=2, form="paper", note="原件")
    assert rules_of(LIST, [own]) == (
        MaterialRule("申请表"),
        MaterialRule("授权委托书(委托时)", required=False),
        own,
    )


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (MaterialRule("申请表", required=False), set()),
        (MaterialRule("申请表", copies=2), {"justification"}),
        (MaterialRule("申请表", form="paper"), {"justification"}),
        (MaterialRule("授权委托书(委托时)", required=True), {"justification"}),
        (MaterialRule("户口簿"), {"material_rules"}),
        (MaterialRule("申请表", form="stone"), {"material_rules", "justification"}),
        (MaterialRule("申请表", copies=0), {"material_rules"}),
    ],
)
def test_asking_for_more_needs_a_reason(rule: MaterialRule, fields: set[str]) -> None:
    assert {field for field, _ in rule_faults([rule], LIST, justified=False)} == fields
    assert {field for field, _ in rule_faults([rule], LIST, justified=True)} == fields - {
        "justification"
    }


def test_two_rules_for_one_paper_are_a_fault() -> None:
    twice = [MaterialRule("申请表"), MaterialRule("申请表", required=False)]
    assert list(rule_faults(twice, LIST, justified=False)) == [
        ("material_rules", "“申请表”有两条规则")
    ]
