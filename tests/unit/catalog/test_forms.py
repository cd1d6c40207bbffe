"""Forms are data: every item has one, its schema tells every fault at once, and good answers come out clean."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services_catalog import forms
from services_catalog.form_fields import PREFILLS, TYPES, Form
from services_catalog.form_rules import RULES
from services_catalog.form_schema import CHECKS
from services_catalog.routing import REGISTRAR_FACTS, RoutingFacts
from tests.support.sample_forms import full_data, sample_data
from tests.support.sample_items import published_items

ITEMS = list(published_items().values())
FORMS = {item.seq: forms.form_for(item) for item in ITEMS}
DISTINCT = {form.key: form for form in FORMS.values()}
OWN = [seq for seq, form in FORMS.items() if not form.generic]
BRANCH, LOST_LICENCE, CARD, INSURANCE_PROOF = 37, 49, 1, 18
HARVESTER, PROPERTY_PROOF = 90, 308
WUHOU = "510107"


def faults(form: Form, **changes: Any) -> dict[str, Any]:
    """What the schema says of a good submission with some answers changed; None takes one away."""
    data = {**sample_data(form, WUHOU), **changes}
    found: dict[str, Any] = forms.schema_for(form).validate(
        {k: v for k, v in data.items() if v is not None}
    )
    return found


def loaded(form: Form, **changes: Any) -> dict[str, Any]:
    answers: dict[str, Any] = forms.schema_for(form).load({**sample_data(form, WUHOU), **changes})
    return answers


def test_every_item_has_a_form() -> None:
    assert len(FORMS) == 311
    assert {form.key for form in FORMS.values()} == set(DISTINCT)


def test_thirty_items_have_a_form_of_their_own() -> None:
    with (forms.DATA / "item_forms.csv").open(encoding="utf-8-sig") as stream:
        published = {int(row["seq"]) for row in csv.DictReader(stream)}
    assert set(OWN) == published
    assert len(OWN) == 30


@pytest.mark.parametrize("seq", OWN)
def test_an_own_form_asks_what_no_generic_form_asks(seq: int) -> None:
    assert len(forms.item_specific_fields(FORMS[seq])) >= 3


@pytest.mark.parametrize("form", DISTINCT.values(), ids=DISTINCT.keys())
def test_every_form_is_well_made(form: Form) -> None:
    keys = [field.key for field in form.fields]
    assert len(keys) == len(set(keys))
    assert sum(field.routing for field in form.fields) == 1
    for field in form.fields:
        assert field.type in TYPES
        assert field.type in CHECKS
        assert field.prefill in PREFILLS
        assert field.label
        assert bool(field.choices) == (field.type in ("choice", "choices"))
        assert not (field.routing and field.type != "division")


@pytest.mark.parametrize("form", DISTINCT.values(), ids=DISTINCT.keys())
def test_rules_name_fields_and_choices_that_exist(form: Form) -> None:
    fields = {field.key: field for field in form.fields}
    for rule in form.rules:
        assert rule.kind in RULES
        assert rule.key in fields
        other, _, values = rule.argument.partition("=")
        if rule.kind == "needed_when":
            assert set(values.split("|")) <= set(fields[other].choices)
            assert not fields[rule.key].required
        elif rule.argument and not rule.argument.isdecimal() and rule.kind != "ends_with":
            assert rule.argument in fields


@pytest.mark.parametrize("form", DISTINCT.values(), ids=DISTINCT.keys())
@pytest.mark.parametrize("place", ["510107", "500106"])
def test_every_form_accepts_its_samples_and_changes_nothing_when_loaded_twice(
    form: Form, place: str
) -> None:
    schema = forms.schema_for(form)
    for answers in (sample_data, full_data):
        once = schema.load(answers(form, place))
        assert schema.load(once) == once
        assert forms.routing_facts(form, once) == RoutingFacts(place, None)


@pytest.mark.parametrize("form", DISTINCT.values(), ids=DISTINCT.keys())
def test_an_empty_submission_is_told_every_fault_at_once(form: Form) -> None:
    found = forms.schema_for(form).validate({})
    required = {field.key for field in form.fields if field.required}
    assert required <= set(found)
    assert all(words[0].startswith("请") for words in found.values())
    assert forms.schema_for(form).validate({field.key: "  " for field in form.fields}) == found


def test_every_item_without_an_own_form_asks_who_where_and_what() -> None:
    for item in ITEMS:
        form = FORMS[item.seq]
        keys = {field.key for field in form.fields}
        if form.generic:
            assert {"division", "applicant_name", "phone", "request"} <= keys
            assert ("applicant_id" in keys) == (item.audience != "法人")
            assert ("applicant_uscc" in keys) == (item.audience != "个人")
            assert "通用表单" in form.title


def test_the_place_is_called_as_the_item_calls_it() -> None:
    for item in ITEMS:
        form = FORMS[item.seq]
        place = next(field for field in form.fields if field.routing)
        assert not form.generic or place.label == item.routing_fact


def test_an_issuer_is_asked_for_exactly_where_the_issuer_decides() -> None:
    for item in ITEMS:
        asked = "registrar_name" in {field.key for field in FORMS[item.seq].fields}
        assert asked == (item.routing_fact in REGISTRAR_FACTS)


def test_the_issuers_name_becomes_a_routing_fact() -> None:
    form = FORMS[LOST_LICENCE]
    answers = loaded(form, registrar_name="重庆市沙坪坝区市场监督管理局")
    assert forms.routing_facts(form, answers) == RoutingFacts(WUHOU, "重庆市沙坪坝区市场监督管理局")
    assert forms.routing_facts(form, {}) == RoutingFacts(None, None)


def test_credit_codes_and_the_name_that_belongs_to_them() -> None:
    assert forms.credit_code_keys(FORMS[BRANCH]) == ("parent_uscc",)
    assert forms.organisation_name_key(FORMS[BRANCH]) == "parent_name"
    assert forms.organisation_name_key(FORMS[HARVESTER]) == "applicant_name"
    assert forms.credit_code_keys(FORMS[CARD]) == ()
    assert forms.organisation_name_key(FORMS[CARD]) == ""


def test_one_schema_serves_a_form() -> None:
    assert forms.schema_for(FORMS[BRANCH]) is forms.schema_for(
        forms.form_for(published_items()[BRANCH])
    )


def test_coverage_counts_every_item_once() -> None:
    counts = forms.coverage(ITEMS)
    assert counts["items"] == 311
    assert counts["own"] == 30
    assert counts["generic"] == sum(counts["generic_by_group"].values()) == 281
    assert counts["fields"] == sum(len(form.fields) for form in FORMS.values())


def test_what_the_form_does_not_ask_is_refused() -> None:
    assert faults(FORMS[BRANCH], colour="红") == {"colour": ["表单中没有这一项"]}
    assert faults(FORMS[BRANCH], colour="") == {"colour": ["表单中没有这一项"]}
    assert set(forms.schema_for(FORMS[BRANCH]).validate(["branch_name"])) == {"_schema"}


def test_names_keep_one_separator_and_rare_characters() -> None:
    for dot in "•‧∙・･·":
        assert loaded(FORMS[BRANCH], head_name=f"欧阳{dot}娜孜𬱖䶮")["head_name"] == "欧阳·娜孜𬱖䶮"


@pytest.mark.parametrize("bad", ["\ue000", "a\x00b", "样\u202e例", "样\x07例"])
@pytest.mark.parametrize(
    "key", ["head_name", "business_scope", "premises_address", "head_appointment"]
)
def test_characters_that_no_paper_can_show_are_refused(key: str, bad: str) -> None:
    assert set(faults(FORMS[BRANCH], **{key: bad})) == {key}


def test_text_on_several_lines_becomes_one_line() -> None:
    assert (
        loaded(FORMS[BRANCH], business_scope="软件开发；\r\n 信息服务")["business_scope"]
        == "软件开发； 信息服务"
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("510223197001010017", None),
        ("510104199003070016", None),
        ("510104", None),
    ],
)
def test_id_numbers(given: str, kept: str | None) -> None:
    if kept is None:
        assert set(faults(FORMS[BRANCH], head_id=given)) == {"head_id"}
    else:
        assert loaded(FORMS[BRANCH], head_id=given)["head_id"] == kept


def test_an_id_number_of_a_retired_area_stays_valid() -> None:
    assert loaded(FORMS[BRANCH], head_id="510223197001010014")["head_id"] == "510223197001010014"


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("parent_uscc", " 9151 0100 0000 0045 70", "915101000000004570"),
        ("head_phone", "+86 138-0000-0000", "13800000000"),
        ("head_phone", "１３８００００００００", "13800000000"),
        ("duplicate_count", "3", 3),
        ("duplicate_count", "３", 3),
        ("premises_division", "５１０１０７", "510107"),
    ],
)
def test_answers_are_kept_in_one_spelling(key: str, given: Any, kept: Any) -> None:
    assert loaded(FORMS[BRANCH], **{key: given})[key] == kept


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("parent_uscc", "915101000000004571"),
        ("parent_uscc", 915101000000004570),
        ("head_phone", "02887654321"),
        ("head_phone", "1380000000"),
        ("premises_division", "武侯区"),
        ("premises_division", "910107"),
        ("duplicate_count", "两份"),
        ("duplicate_count", True),
        ("duplicate_count", "NaN"),
        ("duplicate_count", "1e400"),
        ("duplicate_count", -1),
        ("duplicate_count", 0),
        ("duplicate_count", 1.5),
        ("accounting_mode", "随便"),
        ("accounting_mode", ["独立核算"]),
        ("branch_name", {"a": 1}),
        ("branch_name", "另一家公司分公司"),
        ("business_scope", "长" * 2001),
        ("parent_name", "长" * 101),
        ("premises_address", 12),
    ],
)
def test_a_bad_answer_is_told_at_its_field(key: str, bad: Any) -> None:
    found = faults(FORMS[BRANCH], **{key: bad})
    assert key in found
    assert set(found) <= {key, "branch_name"}


def test_rules_are_told_together_with_the_other_faults() -> None:
    found = faults(FORMS[LOST_LICENCE], get_method="邮寄", phone="1", delivery_address=None)
    assert set(found) == {"phone", "delivery_address"}
    assert found["delivery_address"] == ["领取方式为“邮寄”时，请填写收件地址"]


def test_a_faulty_answer_is_not_also_called_missing() -> None:
    found = faults(FORMS[PROPERTY_PROOF], holder_id="51")
    assert set(found) == {"holder_id"}


def test_one_of_two_is_enough() -> None:
    assert set(faults(FORMS[PROPERTY_PROOF], holder_id=None)) == {"holder_id"}
    assert faults(FORMS[PROPERTY_PROOF], holder_id=None, holder_uscc="915101000000004570") == {}


def test_months_and_their_order() -> None:
    form = FORMS[INSURANCE_PROOF]
    assert loaded(form, month_from="2026-01-15", month_to="2026-02")["month_from"] == "2026-01"
    assert faults(form, month_from="2026-03", month_to="2026-02") == {
        "month_to": ["终止月不能早于起始月"]
    }
    assert set(faults(form, month_from="2026-13")) == {"month_from"}


@pytest.mark.parametrize("bad", ["2026-02-30", "20260101", "明天", "2026-1-1", 20260101])
def test_dates_are_days_of_the_calendar(bad: Any) -> None:
    assert set(faults(FORMS[10 + 4], unemployed_date=bad)) == {"unemployed_date"}


def test_several_choices() -> None:
    form = FORMS[INSURANCE_PROOF]
    assert loaded(form, insurance_kinds="失业保险")["insurance_kinds"] == ["失业保险"]
    assert loaded(form, insurance_kinds=["失业保险", "失业保险"])["insurance_kinds"] == ["失业保险"]
    assert set(faults(form, insurance_kinds=["失业保险", "车险"])) == {"insurance_kinds"}
    assert set(faults(form, insurance_kinds=[])) == {"insurance_kinds"}


def test_tables_take_rows_of_text_or_of_named_cells() -> None:
    form = FORMS[43]
    assert loaded(form, family_members="张三 110\n\n李四")["family_members"] == ["张三 110", "李四"]
    rows = [{"姓名": "张三", "年龄": 3, "备注": ""}]
    assert loaded(form, family_members=rows)["family_members"] == [{"姓名": "张三", "年龄": "3"}]
    found = faults(form, family_members=["张三", "长" * 301, {"姓名": ["李四"]}, "\ue000"])
    assert [words[:6] for words in found["family_members"]] == [
        "第 2 行：",
        "第 3 行：",
        "第 4 行：",
    ]
    assert set(faults(form, family_members=["行"] * 201)) == {"family_members"}
    assert set(faults(form, family_members={"姓名": "张三"})) == {"family_members"}


def test_money_is_text_with_two_decimals() -> None:
    form = FORMS[43]
    assert loaded(form, capital="100,000")["capital"] == "100000.00"
    assert set(faults(form, capital="0.001")) == {"capital"}


def test_hazardous_waste_crosses_the_border_within_its_permit() -> None:
    form = FORMS[87]
    assert set(faults(form, dest_division="510104")) == {"dest_division"}
    assert set(faults(form, receiver_permit_expiry="2026-01-01")) == {"receiver_permit_expiry"}
    assert set(faults(form, end_date=sample_data(form, WUHOU)["start_date"])) == {"end_date"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(seq=st.sampled_from(OWN), data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_sent_is_accepted_or_refused_in_words(seq: int, data: st.DataObject) -> None:
    form = FORMS[seq]
    changed = st.dictionaries(
        st.sampled_from([field.key for field in form.fields]), ANYTHING, max_size=5
    )
    found = faults(form, **data.draw(changed))
    assert all(isinstance(text, str) and text for words in found.values() for text in words)
