"""What a page says can be read back, character by character."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from printing.errors import FieldMissing, GlyphMissing, LayoutError, UnknownTemplate
from printing.render import render
from tests.printing.drawing.papers import BRANCH, SEALED, TEMPLATES, paper, text_of

RARE_NAME = "欧阳·娜孜𬱖䶮"
BEYOND_THE_BASIC_PLANE = "𠮷𪩘𣲗𫟹𬭚𬱖"


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_value_can_be_read_back(template: str) -> None:
    document = paper(template)
    said = squeezed(text_of(render(document).data))
    cells = [cell for rows in document.tables.values() for row in rows for cell in row]
    for value in (*document.values.values(), *cells):
        for line in value.split("\n"):
            assert squeezed(line) in said


def test_a_rare_name_prints_right() -> None:
    document = paper(values={"responsible_person": RARE_NAME + "𠮷"})
    assert RARE_NAME + "𠮷" in text_of(render(document).data)


def test_characters_beyond_the_basic_plane_extract_as_themselves(tmp_path: Path) -> None:
    data = render(paper(values={"name": BEYOND_THE_BASIC_PLANE})).data
    assert BEYOND_THE_BASIC_PLANE in text_of(data)
    if shutil.which("pdftotext"):
        (tmp_path / "paper.pdf").write_bytes(data)
        said = subprocess.run(
            ["pdftotext", "-raw", tmp_path / "paper.pdf", "-"],
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout.decode()
        assert BEYOND_THE_BASIC_PLANE in said


def test_two_characters_with_one_outline_stay_two() -> None:
    radical_and_character = "\u2f00\u4e00"
    assert radical_and_character in text_of(
        render(paper(values={"name": radical_and_character})).data
    )


@pytest.mark.parametrize(
    "character", ["\u200b", "\ufe0f", "\U000e0101", "\ue000", "\t", "\U0001f600"]
)
def test_a_character_without_glyph_is_named(character: str) -> None:
    with pytest.raises(GlyphMissing) as refusal:
        render(paper(values={"responsible_person": f"张{character}三"}))
    assert refusal.value.character == character
    assert refusal.value.field == "responsible_person"


def test_a_value_that_does_not_fit_is_refused_with_the_numbers() -> None:
    with pytest.raises(LayoutError) as refusal:
        render(paper(values={"scope": "技术服务、" * 500}))
    assert refusal.value.field == "scope"
    assert refusal.value.needs_mm[1] > refusal.value.has_mm[1] == pytest.approx(60)
    assert refusal.value.size_pt == 6


def test_a_long_value_is_set_smaller_and_kept_whole() -> None:
    scope = "技术服务、技术开发、技术咨询；" * 40
    assert squeezed(scope) in squeezed(text_of(render(paper(values={"scope": scope})).data))


def test_missing_fields_are_all_named() -> None:
    with pytest.raises(FieldMissing) as refusal:
        render(paper(values={"name": "", "scope": " "}))
    assert refusal.value.fields == ("name", "scope")


@pytest.mark.parametrize(
    "name", ["nothing", "../secrets", f"{BRANCH}.99", f"{BRANCH}.1/..", "", "A"]
)
def test_an_unknown_template_is_named(name: str) -> None:
    with pytest.raises(UnknownTemplate):
        render(replace(paper(), template=name))


@pytest.mark.parametrize("template", SEALED)
def test_the_longest_organ_a_seal_takes_fits_everywhere(template: str) -> None:
    document = paper(template)
    organ = "四川省阿坝藏族羌族自治州九寨沟县高新技术产业开发区管理委员会行政审批和公共资源交易局"[
        :40
    ]
    named = {
        key: organ for key in ("issuer", "registrar", "receiving_place") if key in document.values
    }
    assert document.seal is not None
    seal = replace(document.seal, organ_name=organ)
    assert organ in squeezed(text_of(render(paper(template, values=named, seal=seal)).data))
