"""Where a line of Chinese may end, and where text goes in its box."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.errors import LayoutError
from printing.lines import NO_END, NO_START, OVERHANG, break_lines, prepare
from printing.templates.elements import Style
from printing.typesetting import set_text

PAGE = 842.0


def broken(text: str, width: float, **style: float) -> list[str]:
    return [line.text for line in break_lines(prepare(text, "song", "text"), width, **style)]


def test_a_line_never_begins_with_a_closing_mark_nor_ends_with_an_opening_one() -> None:
    assert broken("一二三四五，六七", 5) == ["一二三四", "五，六七"]
    # The comma's empty half stands over the edge.
    assert broken("一二三四五，六七", 5.5) == ["一二三四五，", "六七"]
    assert broken("一二三四《五六》", 5) == ["一二三四", "《五六》"]


def test_words_and_figures_stay_whole_unless_longer_than_the_line() -> None:
    assert broken("电话028-86123456转", 8) == ["电话", "028-86123456转"]
    assert broken("自2026年起", 3.5) == ["自2026", "年起"]
    assert broken("甲乙2026年起", 3.5) == ["甲乙", "2026年", "起"]
    assert "".join(broken("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 5)) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_paragraphs_begin_on_lines_of_their_own_with_their_indent() -> None:
    lines = break_lines(prepare("一二三四\n五六", "song", "text"), 4, indent=2)
    assert [(line.text, line.indent, line.ends) for line in lines] == [
        ("一二", 2, False),
        ("三四", 0, True),
        ("五六", 2, True),
    ]


@given(
    st.text(alphabet="一二三，。（）《》AB12 、", max_size=60), st.floats(min_value=3, max_value=20)
)
def test_nothing_is_lost_and_nothing_stands_out(text: str, width: float) -> None:
    lines = break_lines(prepare(text, "song", "text"), width)
    assert "".join("".join(line.text.split()) for line in lines) == "".join(text.split())
    for line in lines:
        assert line.width <= width + OVERHANG + 1e-6


@given(st.text(alphabet="一二三四五六七八九十，。（《", min_size=1, max_size=60))
def test_rules_hold_wherever_they_can(text: str) -> None:
    lines = [line for line in broken(text, 12) if line]
    for before, after in pairwise(lines):
        # A run of marks longer than a line can not obey; all else does.
        if not set(before) <= NO_START | NO_END:
            assert after[0] not in NO_START or set(after) <= NO_START | NO_END or len(before) > 8
            assert before[-1] not in NO_END


@pytest.mark.parametrize(
    ("align", "first", "last"),
    [("left", 100, 136), ("center", 132, 168), ("right", 164, 200), ("spread", 100, 200)],
)
def test_alignment(align: str, first: float, last: float) -> None:
    mm = 25.4 / 72
    style = Style(align=align, sizes=(12, 12))  # type: ignore[arg-type]
    run = set_text("行政局", (100 * mm, 10, 100 * mm, 10), style, "text", PAGE)[0]
    assert run.x == pytest.approx(first, abs=0.01)
    assert run.x + 3 * 12 + 2 * run.spacing == pytest.approx(last, abs=0.02)


def test_upright_text_stands_in_one_column() -> None:
    style = Style(vertical=True, sizes=(20, 10))
    runs = set_text("居住证明", (10, 10, 8, 25), style, "text", PAGE)
    assert [run.text for run in runs] == list("居住证明")
    assert len({run.x for run in runs}) == 1
    assert [run.y for run in runs] == sorted((run.y for run in runs), reverse=True)
    with pytest.raises(LayoutError):
        set_text("居住证明" * 9, (10, 10, 8, 25), style, "text", PAGE)


def test_a_stand_in_for_bold_is_emboldened_on_the_same_baseline() -> None:
    runs = set_text("张𠮷三", (10, 10, 50, 10), Style(font="song-bold"), "name", PAGE)
    assert [run.face for run in runs] == ["song-bold", "rare", "song-bold"]
    assert [run.embolden > 0 for run in runs] == [False, True, False]
    assert len({run.y for run in runs}) == 1
