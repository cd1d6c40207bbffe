"""What goes wrong in front of a citizen, by clicking: stuck paper, and a licence that no longer counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from printing.agent.drivers.tray import TrayPrinter
from tests.browser.clicks import (
    ZHANG,
    become_the_screen,
    button,
    lay_card_and_prove,
    link,
    sign_in_at_the_desk,
)
from tests.browser.filing import printed, revoke, sealed

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


@pytest.fixture
def printer(service: Place) -> Iterator[TrayPrinter]:
    """The machine's printer; it works again afterwards."""
    printer = TrayPrinter(service.instance / "machine" / "tray")
    yield printer
    printer.panel.unlink(missing_ok=True)
    printer.next_jams.unlink(missing_ok=True)


def find_spoiled(page: Page, login: str, job: str) -> None:
    """An operator enters that the paper of that job was found spoiled."""
    sign_in_at_the_desk(page, login)
    link(page, "待查的纸")
    stuck = page.locator("section").filter(has_text=job)
    stuck.get_by_label("纸打坏了，已作废").check()
    stuck.get_by_label("说明").fill("卡在出纸口，已取出作废")
    button(stuck, "记录")


def test_stuck_paper_is_told_as_it_is_and_printed_anew_once_two_persons_have_seen_it(
    page_of: PageOf, service: Place, printer: TrayPrinter
) -> None:
    sealed(service.url, "望江路")
    tray = service.instance / "machine" / "tray"
    before = set(tray.glob("*.pdf"))
    printer.panel.write_text("door-open", encoding="utf-8")
    printer.next_jams.touch()

    screen = page_of("screen")
    become_the_screen(screen)
    link(screen, "打印我的证照")
    lay_card_and_prove(screen, ZHANG["name"])
    licence = screen.get_by_role("listitem").filter(has_text="望江分公司")
    button(licence, "打印这一份")
    expect(screen.get_by_text("打印机暂停了")).to_be_visible()
    expect(screen.get_by_text("原因：盖子开着")).to_be_visible()
    printer.panel.unlink()
    expect(screen.get_by_text("卡纸了")).to_be_visible()
    expect(screen.get_by_text("联系现场工作人员")).to_be_visible()
    job = screen.locator("dt", has_text="受理号").locator("+ dd").inner_text()
    assert set(tray.glob("*.pdf")) == before

    printer.panel.unlink()  # Somebody takes the sheet out.
    first, second = page_of("desk"), page_of("desk")
    find_spoiled(first, "operator", job)
    expect(first.get_by_text("等另一人说同样的情况后")).to_be_visible()
    find_spoiled(second, "second.operator", job)
    expect(second.get_by_text("已记录。")).to_be_visible()

    expect(screen.get_by_text("没有打印成功")).to_be_visible()
    link(screen, "回到我的证照")
    button(licence, "打印这一份")
    expect(screen.get_by_text("打印完成")).to_be_visible()
    assert len(set(tray.glob("*.pdf")) - before) == 1


def test_a_revoked_licence_is_genuine_and_counts_no_more(page_of: PageOf, service: Place) -> None:
    copy = sealed(service.url, "龙腾路")
    paper = printed(service, copy)
    anybody = page_of("phone")
    link(anybody, "验证照")
    result = anybody.get_by_role("status")
    anybody.get_by_label("电子文件").set_input_files(paper)
    button(anybody, "核验", exact=True)
    expect(result.get_by_text("签章真实", exact=True)).to_be_visible()
    expect(result.get_by_text("有效", exact=True)).to_be_visible()

    revoke(service.url, copy)
    anybody.get_by_label("电子文件").set_input_files(paper)
    button(anybody, "核验", exact=True)
    expect(result.get_by_text("签章真实，但这份证照已吊销或撤销")).to_be_visible()
    expect(result.get_by_text("不能再凭它办事")).to_be_visible()
    expect(result.get_by_text("有效", exact=True)).to_have_count(0)
