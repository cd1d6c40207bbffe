"""Corrections on pages: ticked once and completely by the officer, brought at home or at a window."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.sample_cases import received
from tests.support.sample_files import pdf
from tests.web.pages.walks import apply_for_branch

PersonFor = Callable[[str], Visitor]


@pytest.fixture
def number(citizen: PersonFor) -> str:
    """A case of 武侯 that waits for its answer."""
    return apply_for_branch(citizen("ouyang"))


def tell(officer: Visitor, number: str, **more: str) -> Visitor:
    """Tick the second paper of the guide."""
    officer.open(f"/district/cases/{number}").follow("需要补正")
    return officer.press(
        "告知申请人",
        tick__1="yes",
        reason__1="没有签字",
        mend__1="请全体股东签字后重新提交",
        **more,
    )


def scan(data: bytes) -> dict[str, Any]:
    """A file in answer to the first defect."""
    return {"file.1.1": (io.BytesIO(data), "scan.pdf")}


def test_what_was_ticked_is_told_and_brought(
    staff: PersonFor, citizen: PersonFor, number: str
) -> None:
    officer, person = staff("officer.wuhou"), citizen("ouyang")
    tell(officer, number)
    assert "已一次性告知申请人" in officer.text
    person.open(f"/my/{number}")
    assert "待补正" in person.text
    person.follow("去补正")
    assert "请全体股东签字后重新提交" in person.text
    person.press("交上")
    assert (person.status, "请至少补正一项" in person.text) == (422, True)
    person.press("交上", files=scan(b"#!/bin/sh"))
    assert "去补正" not in person.text
    assert person.status in (409, 422)
    person.press("交上", files=scan(pdf(3)))
    assert "已收到补交的内容" in person.text
    assert "已收件" in person.text
    assert "公司章程（电子，3 页，校验码" in person.text
    assert "没有等待补正的内容" in person.open(f"/my/{number}/supply").text


def test_a_tick_without_words_is_sent_back_with_everything_kept(
    staff: PersonFor, number: str
) -> None:
    officer = staff("officer.wuhou").open(f"/district/cases/{number}/correction")
    officer.press("告知申请人", tick__1="yes", reason__1="没有签字", mend__1="")
    assert officer.status == 422
    assert officer.page.faults == {"mend.1": "请填写"}
    assert officer.value("reason.1") == "没有签字"


def test_nothing_ticked_tells_nobody(staff: PersonFor, number: str) -> None:
    officer = (
        staff("officer.wuhou").open(f"/district/cases/{number}/correction").press("告知申请人")
    )
    assert officer.status == 422
    assert "至少列出一项" in officer.text


def test_a_second_notice_needs_the_paper_it_arises_from(
    staff: PersonFor, citizen: PersonFor, number: str
) -> None:
    officer = staff("officer.wuhou")
    tell(officer, number)
    citizen("ouyang").open(f"/my/{number}/supply").press("交上", files=scan(pdf()))
    assert "只能一次性告知" in tell(officer, number).text
    officer.press("告知申请人", arises__1="1.1")
    assert "已一次性告知申请人" in officer.text


def test_a_field_is_mended_by_typing_it_anew(
    staff: PersonFor, citizen: PersonFor, number: str
) -> None:
    officer = staff("officer.wuhou").open(f"/district/cases/{number}/correction")
    found = re.search(r'name="tick\.(\d+)" value="yes">经营范围', officer.answer.text)
    assert found is not None
    place = found[1]
    officer.press(
        "告知申请人",
        **{f"tick.{place}": "yes", f"reason.{place}": "不规范", f"mend.{place}": "按规范目录填写"},
    )
    person = citizen("ouyang").open(f"/my/{number}/supply")
    person.press("交上", form__business_scope="软件开发；信息技术咨询服务")
    assert "已收到补交的内容" in person.text


def test_the_window_takes_in_what_was_received_there(
    app: Flask, staff: PersonFor, clock: StandingClock
) -> None:
    with app.app_context():
        number = received(clock).number
    tell(staff("officer.wuhou"), number)
    clerk = staff("clerk.shapingba").open(f"/window/cases/{number}").follow("收补正的内容")
    clerk.press("交上", **{"bring.1.1": "paper", "pages.1.1": "两页"})
    assert clerk.page.faults == {"pages.1.1": "请填写整数页数"}
    clerk.press("交上", **{"bring.1.1": "paper", "pages.1.1": "2"})
    assert "已收到补交的内容" in clerk.text


@pytest.mark.parametrize("who", ["citizen", "clerk"])
def test_only_the_deciding_place_ticks(
    staff: PersonFor, citizen: PersonFor, number: str, who: str
) -> None:
    visitor = citizen("ouyang") if who == "citizen" else staff("clerk.liangjiang")
    assert visitor.open(f"/district/cases/{number}/correction").status == 403


def test_nobody_brings_for_the_case_of_another(citizen: PersonFor, number: str) -> None:
    assert citizen("li").open(f"/my/{number}/supply").status == 404
