"""The machine's screen: card, second proof, paper once, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from kiosk import workers
from kiosk.app import create_app
from kiosk.demo import MACHINE, PIN
from kiosk.machines.queries import get_machine
from kiosk.uow import unit_of_work
from printing import wire
from tests.machines.terminal import Terminal
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.instances import Prepared
from tests.web.pages.walks import HOLDER, Kiosk, apply_for_branch, fill_in

PersonFor = Callable[[str], Visitor]


def test_the_one_time_address_opens_the_screen_once(app: Flask, kiosk: Kiosk) -> None:
    assert kiosk.screen.path == "/touch"
    assert "测试大厅" in kiosk.screen.text
    again = app.test_client().get(kiosk.opened.url.partition("localhost")[2])
    assert again.status_code == 401


def test_the_screen_follows_the_card(kiosk: Kiosk) -> None:
    state = kiosk.screen.client.get
    assert state("/touch/state").json == {"state": "waiting"}
    assert "请放上身份证" in kiosk.screen.open("/touch/card").text
    kiosk.lay_card()
    assert state("/touch/state").json == {"state": "card"}
    assert "再验证一下是您本人" in kiosk.screen.open("/touch/card").text
    assert "欧阳·娜孜𬱖䶮 回首页" not in kiosk.screen.text
    kiosk.prove()
    assert state("/touch/state").json == {"state": "proven"}
    assert "欧阳·娜孜𬱖䶮 回首页" in kiosk.screen.text


def test_a_licence_is_printed_once_with_its_real_states(kiosk: Kiosk, granted: str) -> None:
    kiosk.lay_card()
    screen = kiosk.prove().press("打印这一份")
    page = screen.path
    assert "正在准备打印" in screen.text
    offer = kiosk.terminal.fetch()
    kiosk.terminal.acknowledge(offer)
    assert "正在送往打印机" in screen.open(page).text
    kiosk.terminal.ask_to_feed(offer)
    assert "正在出纸" in screen.open(page).text
    kiosk.terminal.report(offer, wire.Report.PRINTED)
    assert "打印完成" in screen.open(page).text
    with kiosk.terminal.app.app_context():
        workers.drain()
    screen.follow("回到我的证照")
    assert "已打印" in screen.text
    assert "打印这一份" not in screen.buttons()
    assert "已送达" in screen.open(f"/touch/cases/{granted}").text


def test_a_second_original_is_refused_in_words(kiosk: Kiosk, granted: str) -> None:
    kiosk.lay_card()
    screen = kiosk.prove()
    form = next(form for form in screen.page.forms if form.action.endswith("/licences"))
    screen.press("打印这一份").open("/touch/licences")
    answer = screen.client.post("/touch/licences", data=dict(form.controls))
    assert answer.status_code == 409
    assert "不能再打第二份" in answer.text


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (wire.Report.STOPPED, "打印机暂停了"),
        (wire.Report.JAMMED, "需要工作人员确认"),
        (wire.Report.UNKNOWN, "需要工作人员确认"),
    ],
)
def test_trouble_says_what_to_do(
    kiosk: Kiosk, granted: str, report: wire.Report, words: str
) -> None:
    kiosk.lay_card()
    screen = kiosk.prove().press("打印这一份")
    page = screen.path
    offer = kiosk.terminal.fetch()
    kiosk.terminal.acknowledge(offer)
    if report is not wire.Report.STOPPED:
        kiosk.terminal.ask_to_feed(offer)
    assert kiosk.terminal.report(offer, report).status_code == 200
    assert words in screen.open(page).text
    assert "联系现场工作人员" in screen.text


def test_wrong_proofs_are_counted_on_the_page(kiosk: Kiosk) -> None:
    kiosk.lay_card()
    screen = kiosk.prove("000000")
    assert screen.status == 403
    assert "还可再试 4 次" in screen.text
    assert screen.value("secret") == ""
    assert screen.value("next") == "/touch/licences"
    for _ in range(4):
        screen.press("确定", secret="000000")
    assert "本次会话已结束" in screen.text
    assert screen.open("/touch/licences").status == 401


def test_a_message_code_proves_too(kiosk: Kiosk, granted: str, prepared: Prepared) -> None:
    kiosk.lay_card()
    screen = kiosk.screen.open("/touch/card?next=/touch/licences").follow("用短信验证码")
    screen.press("发送验证码")
    with kiosk.terminal.app.app_context():
        workers.drain()
    sent = (Path(prepared.instance) / "messages.jsonl").read_text("utf-8")
    screen.press("确定", secret=sent.partition("验证码 ")[2][:6])
    assert screen.path == "/touch/licences"


def test_before_the_card_there_is_nothing_to_prove(kiosk: Kiosk) -> None:
    answer = kiosk.screen.client.post("/touch/card/proof", data={"kind": "pin", "secret": PIN})
    assert answer.status_code == 409
    assert "请先把身份证放在读卡区" in answer.text


def test_removing_the_card_ends_it_all(kiosk: Kiosk, granted: str) -> None:
    kiosk.lay_card()
    screen = kiosk.prove()
    kiosk.take_card()
    assert screen.client.get("/touch/state").json == {"state": "none"}
    for path in ("/touch/licences", "/touch/cases", f"/touch/cases/{granted}"):
        assert screen.open(path).status == 401
        assert "欧阳" not in screen.text
    assert "放上身份证" in screen.text


def test_signing_out_wipes_the_screen(kiosk: Kiosk, granted: str) -> None:
    kiosk.lay_card()
    screen = kiosk.prove().press("退出")
    assert "已退出，屏幕上没有留下您的资料" in screen.text
    assert screen.open("/touch/licences").status == 401
    assert screen.client.get_cookie("kiosk_session") is None


def test_every_page_has_one_way_out(kiosk: Kiosk, granted: str) -> None:
    kiosk.lay_card()
    screen = kiosk.prove()
    pages = ("", "/items", "/items/37", "/items/37/apply", "/card", "/cases", f"/cases/{granted}")
    for page in (*pages, "/licences", "/status"):
        assert screen.open(f"/touch{page}").buttons().count("退出") == 1


def test_the_prints_of_others_are_nobodys_business(
    app: Flask, kiosk: Kiosk, granted: str, citizen: PersonFor
) -> None:
    kiosk.lay_card()
    page = kiosk.prove().press("打印这一份").path
    assert citizen("li").open(page).status == 404


def test_printing_needs_a_machine(citizen: PersonFor, granted: str) -> None:
    person = citizen("ouyang").open("/touch/licences").press("打印这一份")
    assert person.status == 403
    assert "请在自助机上刷身份证后打印" in person.text


def test_applying_at_the_machine_offers_printing_here(kiosk: Kiosk) -> None:
    screen = kiosk.screen.open("/touch/items").press("找一找", q="开分公司")
    screen.follow("内资企业及分支机构设立登记").follow("现在申请")
    assert "请放上身份证" in screen.text
    kiosk.lay_card()
    screen.open(screen.path).press("确定", secret=PIN)
    screen.press("开始填写")
    fill_in(screen).follow("下一步")
    assert "在本自助机打印" in screen.text
    screen.press("下一步", delivery="here").press("仍然提交")
    assert "测试大厅" in screen.text
    assert "在本自助机打印" in screen.text
    assert "凭证盖章后自动打印" in screen.text
    page = screen.path
    with kiosk.terminal.app.app_context():
        workers.drain()
    assert "正在准备打印" in screen.open(page).text
    assert "打印收件凭证" in screen.follow("看打印进度").text
    offer = kiosk.terminal.fetch()
    kiosk.terminal.acknowledge(offer)
    kiosk.terminal.ask_to_feed(offer)
    kiosk.terminal.report(offer, wire.Report.PRINTED)
    assert "请从出纸口取走收件凭证" in screen.open(page).text
    assert "正在准备打印" in screen.press("再打印一份凭证").text
    assert "我的办件" in screen.open("/touch/cases").text


def test_status_by_number_and_code_needs_no_card(kiosk: Kiosk, citizen: PersonFor) -> None:
    person = citizen("ouyang")
    number = apply_for_branch(person)
    code = person.text.partition("查询码 ")[2][:6]
    screen = kiosk.screen.open("/touch/status").press("查询", number=number, query_code=code)
    assert "办理机关 成都市武侯区行政审批局" in screen.text
    assert "样例科技" not in screen.text


def test_next_stays_on_the_screen(kiosk: Kiosk) -> None:
    kiosk.lay_card()
    screen = kiosk.screen.open("/touch/card?next=//evil.example").press("确定", secret=PIN)
    assert screen.path == "/touch"


def test_in_the_demo_any_browser_may_be_the_screen(
    app: Flask, clock: StandingClock, stranger: Visitor, prepared: Prepared
) -> None:
    stranger.open("/touch").press("当作自助机屏幕使用")
    assert "自助机还没有准备好" in stranger.text
    terminal = Terminal(app, clock, number=MACHINE)
    with app.app_context(), unit_of_work() as session:
        key = terminal.key.public_key().public_bytes_raw()
        get_machine(session, MACHINE).public_key = key
    opened = terminal.open_session()
    stranger.press("当作自助机屏幕使用")
    stranger.open("/touch/card").press("欧阳·娜孜𬱖䶮")
    card = Path(prepared.instance) / "machine" / "reader" / "card.json"
    assert HOLDER.document_number in card.read_text("utf-8")
    assert terminal.read_card(opened, HOLDER).status_code == 200
    stranger.open("/touch/card").press("确定", secret=PIN)
    assert stranger.path == "/touch"
    assert "欧阳·娜孜𬱖䶮 退出" in stranger.text
    stranger.press("取走身份证")
    assert not card.exists()


def test_outside_the_demo_there_is_no_stand_in(prepared: Prepared) -> None:
    app = create_app(prepared.settings(ENV="production"))
    client = app.test_client()
    for path in ("/touch/demo/screen", "/touch/demo/card", "/sign-in"):
        assert client.post(path, data={"person": "li"}).status_code == 404
    for path in ("/touch", "/sign-in", "/window", "/"):
        assert "演示" not in client.get(path).text
    app.extensions["database"].dispose()


def test_the_keyboard_of_the_screen_offers_chinese(kiosk: Kiosk) -> None:
    answer = kiosk.screen.client.post("/touch/typing", data={"typed": "wuhouqu"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["candidates"][0] == {"text": "武侯区", "takes": 7}
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_typed_never_stands_in_an_address(kiosk: Kiosk) -> None:
    assert kiosk.screen.client.get("/touch/typing?typed=zhangsan").status_code == 405


@pytest.mark.parametrize(("words", "name"), [("长辈模式", "elder"), ("高对比", "contrast")])
def test_the_screen_is_shown_as_the_person_wants_until_they_leave(
    kiosk: Kiosk, words: str, name: str
) -> None:
    screen = kiosk.screen.open("/touch/items/37").press(words)
    assert "内资企业及分支机构设立登记" in screen.text
    assert f'class="touch {name}"' in screen.answer.text
    assert f'class="touch {name}"' in screen.open("/touch").answer.text
    kiosk.lay_card()
    kiosk.prove().press("退出")
    assert f'class="touch {name}"' not in screen.open("/touch").answer.text


def test_taking_the_card_away_ends_every_wish_for_the_screen(kiosk: Kiosk) -> None:
    kiosk.screen.open("/touch/items/37").press("长辈模式")
    kiosk.lay_card()
    kiosk.prove()
    kiosk.take_card()
    assert 'class="touch elder"' in kiosk.screen.open("/touch").answer.text
    assert 'class="touch "' in kiosk.screen.open("/touch?left=yes").answer.text
    assert 'class="touch "' in kiosk.screen.open("/touch").answer.text


def test_an_unknown_wish_for_the_screen_changes_nothing(kiosk: Kiosk) -> None:
    kiosk.screen.client.set_cookie("kiosk_view", 'elder"><script>')
    answer = kiosk.screen.client.post("/touch/view", data={"mode": "neon", "back": "//evil"})
    assert (answer.status_code, answer.location) == (303, "/touch")
    assert 'class="touch "' in kiosk.screen.open("/touch").answer.text


def test_elders_are_given_more_time(kiosk: Kiosk) -> None:
    assert "data-unhurried" not in kiosk.screen.open("/touch").answer.text
    assert "data-unhurried" in kiosk.screen.press("长辈模式").answer.text
