"""The officer's page of a case: form beside papers, opinions, the look before sealing, whose case it is."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from kiosk import workers
from kiosk.casework.queries import get_case
from kiosk.identity.actors import SYSTEM
from kiosk.licences import seal_keeping
from kiosk.uow import reading
from tests.support import desks
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.test_queue import under_review, waiting

PersonFor = Callable[[str], Visitor]


def test_the_page_shows_form_papers_limits_and_what_signing_will_look_at(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    officer = staff("officer.wuhou").open(f"/district/cases/{number}")
    for words in (
        "现在在谁手里",
        "申请表",
        "材料",
        "承诺办理期限 2026年3月3日前",
        "5 项全部通过",
        "印章属于作出决定的机关",
        "文书已试排",
    ):
        assert words in officer.text


def test_a_stopped_seal_is_told_before_anybody_signs(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    with app.app_context():
        workers.drain()  # The notice of acceptance is sealed: now the seal exists.
        with reading() as session:
            organ = get_case(session, number).deciding_authority
        seal_keeping.stop_seal(organ, "密钥可能泄露", actor=SYSTEM, now=clock.now())
    officer = staff("officer.wuhou").open(f"/district/cases/{number}")
    assert "有 1 项不能通过，现在还不能同意" in officer.text
    assert "印章没有停用 印章已停用" in officer.text
    assert "签名密钥就是登记的那一把" in officer.text
    officer.press("同意", words="同意")
    assert (officer.status, "印章已停用" in officer.text) == (409, True)


def test_opinions_and_the_second_signature(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    with app.app_context():
        desks.ask_second_signature(number)
    first, second = staff("officer.wuhou"), staff("second.wuhou")
    first.open(f"/district/cases/{number}").press("存入意见", words="建议同意")
    assert "审核意见已存档" in first.text
    assert "武侯审批(演示) 同意 建议同意" in first.text
    assert "复核签署" not in first.buttons()
    first.press("同意", words="同意")
    assert first.status == 409
    assert "还缺另一名审批人员的复核签署" in first.text
    second.open(f"/district/cases/{number}")
    assert "这一件由武侯审批(演示)办理" in second.text
    assert "同意" not in second.buttons()
    second.press("复核签署", words=" ")
    assert second.status == 422
    second.press("复核签署", words="同意")
    assert "已复核签署" in second.text
    first.open(f"/district/cases/{number}").press("同意", words="同意")
    assert "已作出同意的决定" in first.text


def test_a_supervisor_passes_a_case_on(app: Flask, clock: StandingClock, staff: PersonFor) -> None:
    (number,) = waiting(app, clock)
    one, head = staff("officer.wuhou"), staff("supervisor.wuhou")
    one.open(f"/district/cases/{number}").press("领取这一件")
    assert "已领取" in one.text
    head.open(f"/district/cases/{number}").press("改派", officer="second.wuhou")
    assert "已改派" in head.text
    assert "谁在办 武侯复核(演示)" in one.open(f"/district/cases/{number}").text
    assert "退回待办" not in one.buttons()
    head.open(f"/district/cases/{number}").press("退回待办")
    assert "谁在办 还没有人领取" in head.text


def test_nobody_else_acts_on_the_case(app: Flask, clock: StandingClock, staff: PersonFor) -> None:
    (number,) = waiting(app, clock)
    assert staff("officer.jinjiang").open(f"/district/cases/{number}").status == 404
    clerk = staff("clerk.shapingba")
    assert clerk.client.post(f"/district/cases/{number}/accept").status_code == 403
    officer = staff("officer.wuhou").client
    assert officer.post(f"/district/cases/{number}/burn").status_code == 404
