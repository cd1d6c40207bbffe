"""The officer's queue: by due date with its reasons, taken and given back, searched, granted in batch."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.casework import commands
from kiosk.casework.queries import get_case
from kiosk.uow import reading
from tests.support import desks
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.sample_cases import PERSON, received

PersonFor = Callable[[str], Visitor]


def waiting(app: Flask, clock: StandingClock, count: int = 1) -> list[str]:
    """Cases of 武侯 that nobody has taken."""
    with app.app_context():
        return [received(clock).number for _ in range(count)]


def under_review(app: Flask, clock: StandingClock, count: int = 1) -> list[str]:
    """Cases that ``officer.wuhou`` has under review."""
    numbers = waiting(app, clock, count)
    with app.app_context():
        officer = desks.staff("officer.wuhou")
        for number in numbers:
            commands.accept(number, actor=officer, now=clock.now())
            commands.review(number, actor=officer, now=clock.now())
    return numbers


def state_of(app: Flask, number: str) -> str:
    with app.app_context(), reading() as session:
        return get_case(session, number).state


def test_the_queue_says_when_and_why_and_who(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = waiting(app, clock)
    officer = staff("officer.wuhou")
    assert officer.path == "/district/queue"
    for words in (number, "2026年3月9日前", "临近到期", "3月2日收件", "至3月9日届满", "无人领取"):
        assert words in officer.text
    clock.advance(days=5)
    assert "即将到期" in staff("officer.wuhou").text
    clock.advance(days=7)
    late = staff("officer.wuhou").follow("已超期")
    assert "已超期" in late.text
    assert "登记" in late.text
    assert number in late.text


def test_a_case_is_taken_and_given_back(app: Flask, clock: StandingClock, staff: PersonFor) -> None:
    (number,) = waiting(app, clock)
    one, other = staff("officer.wuhou"), staff("second.wuhou")
    one.follow("无人领取").press("领取")
    assert "已领取，由您办理" in one.text
    assert "没有等待领取的办件" in one.text
    assert number in one.follow("我领取的").text
    other.press("领取")
    assert other.status == 409
    assert "办件" in other.text
    other.open("/district/queue")
    assert "武侯审批(演示)" in other.text
    assert "领取" not in "".join(other.buttons())
    one.press("退回")
    assert "其他审批人员可以领取" in one.text
    answer = one.client.post(f"/district/queue/{number}/burn")
    assert answer.status_code == 404


def test_what_waits_for_a_second_signature_has_its_own_part(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    signed_twice, plain = under_review(app, clock, 2)
    with app.app_context():
        desks.ask_second_signature(signed_twice)
    second = staff("second.wuhou").follow("待复核签署")
    assert signed_twice in second.text
    assert plain not in second.text
    assert "复核签署人不能是办理人本人" in second.text


def test_the_queue_is_read_page_by_page(
    app: Flask, clock: StandingClock, staff: PersonFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = waiting(app, clock, 3)
    monkeypatch.setattr("kiosk.web.district.queue.SIZES", (2, 200))
    officer = staff("officer.wuhou")
    assert "待办理 2 件以上" in officer.text
    assert numbers[2] not in officer.text
    officer.follow("下一页")
    assert [number in officer.text for number in numbers] == [False, False, True]
    assert numbers[0] in officer.follow("回到第一页").text
    assert officer.open("/district/queue?after=nonsense").status == 422


def test_a_case_is_found_by_number_person_and_dates(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = waiting(app, clock)
    officer = staff("officer.wuhou").follow("查找办件")
    officer.press("查找", document_number=PERSON["document_number"])
    assert "找到 1 件" in officer.text
    assert "?" not in officer.path
    assert "找到 1 件" in officer.press("查找", number=number, document_number="").text
    assert "找到 0 件" in officer.press("查找", received_from="2026-03-03").text
    officer.press("查找", item="三十七")
    assert officer.status == 422
    assert "item" in officer.page.faults
    elsewhere = staff("officer.jinjiang").open("/district/search").press("查找", number=number)
    assert "找到 0 件" in elsewhere.text


def test_ticked_cases_are_granted_each_by_itself(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    good, stale = under_review(app, clock, 2)
    officer = staff("officer.wuhou").follow("本页全部打勾")
    boxes = re.findall(r'name="case" value="([^"]+)" checked', officer.answer.text)
    assert [box.partition("~")[0] for box in boxes] == [good, stale]
    with app.app_context():
        desks.ask_second_signature(stale)
    officer.press("批量同意", case=boxes)
    assert "同意这 2 件？" in officer.text
    officer.press("同意 2 件", words=" ")
    assert officer.status == 422
    assert officer.page.faults.keys() == {"words"}
    officer.press("同意 2 件", words="材料齐全，同意。")
    assert "2 件里同意了 1 件" in officer.text
    assert (state_of(app, good), state_of(app, stale)) == ("granted", "under-review")


def test_a_batch_needs_ticks_and_no_more_than_the_most(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    under_review(app, clock)
    officer = staff("officer.wuhou").press("批量同意")
    assert officer.status == 422
    assert "打勾" in officer.text
    officer.press("批量同意", case=[f"N{place}" for place in range(501)])
    assert "一次最多 500 件" in officer.text


@pytest.mark.parametrize("path", ["/district/queue", "/district/search"])
def test_the_queue_is_for_officers(staff: PersonFor, path: str) -> None:
    assert staff("clerk.shapingba").open(path).status == 403
