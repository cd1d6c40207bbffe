"""Tagging: every piece of a page is read in a sensible order, or is decoration; poppler and pikepdf look at it."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from printing.render import render
from tests.printing.drawing.papers import TEMPLATES, paper, text_of
from tests.printing.signing.judges import need


def kids(element: Any) -> list[Any]:
    held = element.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_piece_of_content_is_in_the_tree_once_or_is_decoration(template: str) -> None:
    with pikepdf.open(BytesIO(render(paper(template)).data)) as file:
        root = file.Root.StructTreeRoot
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "zh-CN"
        claimed: dict[tuple[int, int], list[int]] = {}
        for element in kids(root.K):
            assert element.P.objgen == root.K.objgen
            if element.S != "/Form":
                claimed.setdefault(element.Pg.objgen, []).extend(map(int, kids(element)))
        parents = dict(zip(*[iter(root.ParentTree.Nums)] * 2, strict=True))
        for page in file.pages:
            numbers, depth = [], 0
            for operands, operator in pikepdf.parse_content_stream(page):
                depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(str(operator), 0)
                assert depth in (0, 1)
                if str(operator) == "BDC":
                    numbers.append(int(operands[1].MCID))
                if str(operator) in ("Tj", "f", "S", "B", "Do"):
                    assert depth == 1, operator
            assert numbers == list(range(len(numbers)))
            assert sorted(claimed[page.obj.objgen]) == numbers
            assert len(parents[int(page.obj.StructParents)]) == len(numbers)


def test_a_label_is_read_before_its_value_and_the_seal_last(tmp_path: Path) -> None:
    need("pdfinfo")
    file = tmp_path / "page.pdf"
    file.write_bytes(render(paper()).data)
    told = subprocess.run(
        ["pdfinfo", "-struct-text", str(file)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    order = [
        told.index(words)
        for words in (
            "营业执照", "统一社会信用代码", "91510107MADEM00112", "负责人", "欧阳·娜孜𬱖䶮", "经营范围", "样章",
        )
    ]  # fmt: skip
    assert order == sorted(order)
    assert "样张" not in told.replace(
        "(样张不印)", ""
    )  # The marks behind the text are not read aloud,
    assert "样张" in text_of(file.read_bytes())  # and are found by a program all the same.


def test_code_and_seal_are_figures_with_words(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(render(paper()).data)) as file:
        figures = [each for each in kids(file.Root.StructTreeRoot.K) if each.S == "/Figure"]
        assert [str(each.Alt) for each in figures] == ["核验码", "印章：成都市武侯区行政审批局"]


def test_running_text_keeps_a_paragraph_and_a_row_together() -> None:
    with pikepdf.open(BytesIO(render(paper("hazardous-waste-approval")).data)) as file:
        pieces = [len(kids(each)) for each in kids(file.Root.StructTreeRoot.K)]
    assert max(pieces) >= 4  # A row of four cells between its rules is one part.
