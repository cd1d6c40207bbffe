"""The editor's desk in a real browser: a routing rule from the form over its proof to its publication, and axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clicks import button, fill_succession, link, sign_in_at_the_desk
from tests.browser.test_accessibility import judge, judge_here

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
BISHAN, JINJIANG = "重庆市璧山区市场监督管理局", "成都市锦江区市场监督管理局"
PAGES = (
    "/district/rules?standing=ended",
    "/district/rules/new",
    "/district/rules/new?kind=agreement",
    "/district/layouts/certificate.1?stock=blank",
)


def test_a_rule_is_seen_with_its_proof_and_published_by_another(page_of: PageOf) -> None:
    author = page_of("desk")
    sign_in_at_the_desk(author, "editor.wuhou")
    fill_succession(author, BISHAN, JINJIANG)
    expect(author.get_by_role("button", name="提交审核")).to_have_count(0)
    button(author, "核对和演练")
    expect(author.get_by_text("没有缺口，没有冲突")).to_be_visible()
    expect(author.get_by_role("heading", name="演练")).to_be_visible()
    expect(author.get_by_label("原机关")).to_have_value(BISHAN)
    button(author, "提交审核")
    title = f"{BISHAN}的职责由{JINJIANG}承接"
    expect(author.get_by_role("heading", level=1)).to_have_text(title)
    expect(author.get_by_role("button", name="审核通过并发布")).to_have_count(0)
    reviewer = page_of("desk")
    sign_in_at_the_desk(reviewer, "editor.shapingba")
    link(reviewer, "办理规则")
    link(reviewer, title)
    link(reviewer, "核对和演练")
    expect(reviewer.get_by_text("没有缺口，没有冲突")).to_be_visible()
    button(reviewer, "审核通过并发布")
    expect(reviewer.get_by_text("已发布，从生效之日起")).to_be_visible()
    link(reviewer, "办理规则")
    link(reviewer, "尚未生效")
    expect(reviewer.get_by_role("row").filter(has_text=title)).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages_of_an_editor_that_are_not_on_the_tour(page_of: PageOf, size: str) -> None:
    page = page_of(size, scripts_may_be_added=True)
    sign_in_at_the_desk(page, "editor.wuhou")
    assert judge(page, PAGES) == []
    shown = page.locator("img.specimen")
    assert shown.evaluate("picture => picture.complete && picture.naturalWidth > 0")


def test_the_form_of_a_white_lists_line(page_of: PageOf) -> None:
    page = page_of("desk", scripts_may_be_added=True)
    sign_in_at_the_desk(page, "officer.sichuan")
    link(page, "白名单")
    link(page, "新增一行")
    button(page, "提出")
    page.get_by_role("alert").wait_for()
    assert judge_here(page) == []


def test_forms_that_were_refused_or_proved(page_of: PageOf) -> None:
    page = page_of("desk", scripts_may_be_added=True)
    sign_in_at_the_desk(page, "editor.wuhou")
    page.goto("/district/rules/new?kind=succession")
    page.get_by_label("承接机关是新设立的").check()
    button(page, "核对和演练")
    page.get_by_role("alert").wait_for()
    assert judge_here(page) == []
    fill_succession(page, BISHAN, JINJIANG)
    button(page, "核对和演练")
    page.get_by_role("heading", name="演练").wait_for()
    assert judge_here(page) == []
