"""Template files: every fault is told with its line and its path, and the shipped ones have none."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from printing.errors import TemplateInvalid
from printing.filling import field_keys
from printing.samples import SAMPLE_IDENTIFIER, contact_sheet
from printing.templates.loading import get_template, list_templates
from printing.templates.positions import lines_of
from printing.templates.reading import read_template
from services_catalog.codes import is_credit_code, parse_licence_identifier
from tests.printing.drawing.papers import text_of

GOOD = """{
  "name": "slip", "version": 1, "title": "凭单", "size": [210, 297], "sample_area": [10, 10, 190, 277],
  "styles": {"big": {"font": "kai", "size": [20, 10]}},
  "elements": [
    {"kind": "text", "text": "{name|无}", "box": [20, 20, 100, 10], "style": "big"},
    {"kind": "ring", "centre": [50, 50], "radius": 10, "stroke": "#102030"}
  ]
}"""


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(TemplateInvalid) as refusal:
        read_template("slip.1", text)
    return refusal.value.faults


def test_a_good_file_is_read() -> None:
    template = read_template("slip.1", GOOD)
    assert (template.key, template.title, len(template.elements)) == ("slip.1", "凭单", 2)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"text": "{name|无}", ', "", "line 5, elements[0].text: is missing"),
        (
            "[20, 20, 100, 10]",
            "[20, 20, 400, 10]",
            "line 5, elements[0].box: must lie on the page and have an extent",
        ),
        ("[20, 20, 100, 10]", '"wide"', "line 5, elements[0].box: must be 4 numbers"),
        (
            '"style": "big"',
            '"style": "huge"',
            "line 5, elements[0].style: 'huge' is not among the styles",
        ),
        ('"radius": 10', '"radius": -1', "line 6, elements[1].radius: must not be negative"),
        ("#102030", "red", "line 6, elements[1].stroke: must be a colour #RRGGBB"),
        ('"kind": "ring"', '"kind": "emblem"', "line 6, elements[1].kind: must be one of"),
        ('"radius": 10', '"radius": 10, "glow": 1', "line 6, elements[1].glow: is not known here"),
        ('"title": "凭单"', '"title": 5', "line 2, title: must be a text"),
        ("{name|无}", "{name|无}}", "line 5, elements[0].text: has a brace that is no placeholder"),
        (
            '"size": [20, 10]',
            '"size": [10, 20]',
            "line 5, elements[0].size: must run from the wished size down",
        ),
    ],
)
def test_a_fault_is_told_with_line_and_path(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert any(each.startswith(fault) for each in faults(GOOD.replace(old, new))), faults(
        GOOD.replace(old, new)
    )


def test_all_faults_are_told_at_once() -> None:
    spoiled = GOOD.replace('"radius": 10', '"radius": "x"').replace(
        '"style": "big"', '"style": "huge"'
    )
    assert len(faults(spoiled)) == 2


def test_a_wrong_page_size_is_one_fault_and_not_one_for_each_box() -> None:
    assert faults(GOOD.replace("[210, 297]", "[210]")) == ("line 2, size: must be 2 numbers",)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "5", "null", '{"elements": 5}', '{"styles": [1]}', '{"flow": []}']
)
def test_whatever_is_no_template_is_a_named_refusal(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "path", ["styles", "elements", "sample", "sample_tables", "styles.big", "elements[0].box"]
)
@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [5], {"a": 5}, True])
def test_a_wrong_value_anywhere_is_told_or_harmless(path: str, value: object) -> None:
    raw = json.loads(GOOD)
    *parents, last = path.replace("[", ".").replace("]", "").split(".")
    place = raw
    for name in parents:
        place = place[int(name)] if name.isdigit() else place[name]
    place[last] = value
    with suppress(TemplateInvalid):  # Nothing else may come out of it.
        read_template("slip.1", json.dumps(raw))


def test_lines_are_found_in_nested_text() -> None:
    text = '{\n "a": [1,\n {"b": "}:,"},\n []],\n "c": null}'
    assert lines_of(text) == {"": 1, "a": 2, "a[0]": 2, "a[1]": 3, "a[1].b": 3, "a[2]": 4, "c": 5}


@pytest.mark.parametrize("key", list_templates())
def test_shipped_templates_are_named_after_their_files_and_bring_a_full_sample(key: str) -> None:
    template = get_template(key)
    assert template.key == key
    must, may = field_keys(template)
    assert set(must) <= set(template.sample)
    assert set(template.sample) <= set(must) | set(may)


@pytest.mark.parametrize("key", list_templates())
def test_sample_credit_codes_could_exist(key: str) -> None:
    sample = get_template(key).sample
    assert all(is_credit_code(sample[name]) for name in sample.keys() & {"credit_code"})


def test_the_sample_identifier_could_exist() -> None:
    assert parse_licence_identifier(SAMPLE_IDENTIFIER).text() == SAMPLE_IDENTIFIER


def test_the_bare_name_is_the_latest_version() -> None:
    assert get_template("business-licence-branch") is get_template("business-licence-branch.1")


def test_the_contact_sheet_shows_every_template() -> None:
    sheet = contact_sheet()
    assert sheet == contact_sheet()
    said = text_of(sheet.data)
    assert all(key in said for key in list_templates())
