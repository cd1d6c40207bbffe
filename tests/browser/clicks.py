"""What people do on a page, by clicking and typing only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from deploy.demo import branch_form
from kiosk.clock import office_date
from kiosk.demo import PASSWORD, PEOPLE, PIN

ZHANG, LI, OUYANG = PEOPLE
ITEM = "内资企业及分支机构设立登记"
RADIOS = ("parent_type", "accounting_mode")
TRIES = 20
DRAFTED = 38
"""An item of which a draft with a difference of the provinces is kept."""


def button(page: Page | Locator, words: str, *, exact: bool = False) -> None:
    """Press the button that bears these words, on a page or in a part of it."""
    page.get_by_role("button", name=words, exact=exact).first.click()


def link(page: Page, words: str) -> None:
    """Follow the link that bears these words."""
    page.get_by_role("link", name=words).first.click()


def fill_branch_form(page: Page, person: dict[str, str], street: str) -> None:
    """Fill in the form of item 37 for a branch in Wuhou."""
    form = branch_form(person, "510107", street)
    del form["get_method"]
    for key, value in form.items():
        _answer(page, key, str(value))


def apply_on_pages(
    page: Page, person: dict[str, str], street: str, way: str, paper: str, *, presses: int = 1
) -> str:
    """From the start page of item 37 to the receipt, with one file for every paper; the case number.

    The last button is pressed ``presses`` times, as fast as a finger can.
    """
    page.get_by_role("button", name="开始填写").or_(
        page.get_by_role("button", name="重新填一份")
    ).click()
    form = branch_form(person, "510107", street)
    while "/questions/" in page.url:
        here = page.url
        for key in [key for key in form if page.locator(f'[name="form.{key}"]').count()]:
            _answer(page, key, str(form[key]))
        button(page, "下一步")
        page.wait_for_url(lambda url, left=here: url != left)
    while page.get_by_role("link", name="交这份材料").count():
        link(page, "交这份材料")
        page.get_by_label("照片或文件").or_(page.get_by_label("扫描件")).set_input_files(paper)
        button(page, "交上")
        page.wait_for_url(lambda url: "/papers/" not in url)
    link(page, "下一步")
    page.get_by_label(way, exact=True).check()
    button(page, "下一步")
    expect(page.get_by_text("由谁决定：成都市武侯区行政审批局")).to_be_visible()
    page.get_by_role("button", name="确认提交").click(click_count=presses)
    return page.locator(".big-number").inner_text()


def _answer(page: Page, key: str, value: str) -> None:
    field = page.locator(f'[name="form.{key}"]')
    if key in RADIOS:
        page.get_by_label(value, exact=True).check()
    elif key == "premises_division":
        field.select_option(label="武侯区")
    else:
        field.fill(value)


def sign_in_at_the_desk(page: Page, login: str) -> None:
    """From the home page to the desk."""
    link(page, "窗口与审批人员登录")
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    button(page, "登录", exact=True)


def begin_visit(page: Page, person: dict[str, str]) -> None:
    """At a window: the card of that person, up to the form of item 37."""
    page.goto("/window/items/37/apply")
    page.get_by_label("姓名").fill(person["name"])
    page.get_by_label("证件号码").fill(person["document_number"])
    button(page, "下一步")
    expect(page.get_by_text("续办码").first).to_be_visible()


def receive_branch(page: Page, person: dict[str, str], street: str = "玉林路") -> str:
    """At a window: a whole visit of that person with all papers; the address of the receipt."""
    begin_visit(page, person)
    fill_branch_form(page, person, street)
    button(page, "下一步：材料")
    expect(page.get_by_text("办理机关要的材料")).to_be_visible()
    for tick in page.get_by_label("收到纸质").all():
        tick.check()
    button(page, "下一步：预查和核对")
    expect(page.get_by_text("表单和材料已齐全，可以收件")).to_be_visible()
    button(page, "确认收件")
    expect(page.get_by_text("不是受理通知")).to_be_visible()
    return page.url


def in_a_month() -> str:
    """The day of the office thirty days from now, as an input of a day takes it."""
    return office_date(datetime.now(UTC) + timedelta(days=30)).isoformat()


def fill_succession(page: Page, old: str, new: str) -> None:
    """From an editor's page: the form of 职责承接 for a month from now."""
    link(page, "办理规则")
    link(page, "起草新规则")
    link(page, "职责承接")
    page.get_by_label("原机关").fill(old)
    page.locator("#successor_code").fill(new)
    page.get_by_label("依据").fill("机构改革方案（示例）")
    page.get_by_label("生效日期").fill(in_a_month())


def differing_draft(page: Page) -> str:
    """The draft of a version in which one province asks for more; a tour before this one may have left it."""
    page.goto(f"/district/items/{DRAFTED}")
    if not page.get_by_role("link", name="接着修改").count():
        link(page, "起草新版本")
        page.locator("summary").click()
        page.get_by_label("重庆市：办理条件，每行一项").fill("住所在本市")
        page.get_by_label("生效日期").fill(in_a_month())
        button(page, "保存草稿")
    return str(page.get_by_role("link", name="接着修改").get_attribute("href"))


def waiting_proposal(page: Page) -> str:
    """A change of the rules that waits for a reviewer; a tour before this one may have left it."""
    page.goto("/district/rules")
    waiting = page.locator("main a", has_text="铜梁区市场监督管理局的职责由")
    if not waiting.count():
        fill_succession(page, "重庆市铜梁区市场监督管理局", "成都市锦江区市场监督管理局")
        button(page, "核对和演练")
        button(page, "提交审核")
        page.get_by_role("status").wait_for()
        page.goto("/district/rules")
    return str(waiting.first.get_attribute("href"))


def stock_blanks(page: Page) -> None:
    """500 numbered blanks come into stock; a tour before this one may have brought them."""
    page.goto("/district/blanks")
    if page.get_by_text("1001–1500").count():
        return
    page.get_by_label("入库").check()
    typed = {"种类": "food-permit.1", "首号": "1001", "末号": "1500", "原因": "印刷厂送到"}
    for label, words in typed.items():
        page.get_by_label(label, exact=True).fill(words)
    button(page, "登记")
    page.get_by_text("已登记：入库 500 张").wait_for()


def type_where_the_cursor_stands(page: Page, name: str, words: str) -> None:
    """Type without clicking: the page has put the cursor into the input of that name."""
    expect(page.locator(":focus")).to_have_attribute("name", name)
    page.keyboard.type(words)


def open_case(page: Page, number: str) -> None:
    """From the list at the desk to the case of that number."""
    page.get_by_role("row").filter(has_text=number).get_by_role("link").click()


def become_the_screen(page: Page) -> None:
    """From the home page to the machine's screen, in the place of the agent's own browser."""
    link(page, "自助机界面")
    if page.get_by_role("button", name="取走身份证").is_visible():
        with page.expect_navigation():
            button(page, "取走身份证")
    ready = page.get_by_text("放上谁的身份证")
    take = page.get_by_role("button", name="当作自助机屏幕使用")
    for _ in range(TRIES):
        expect(ready.or_(take)).to_be_visible()
        if ready.is_visible():
            return
        with page.expect_navigation():
            take.click()
        page.wait_for_timeout(500)  # The agent may not have opened the next session yet.
    raise AssertionError("the machine did not become ready")


def lay_card_and_prove(page: Page, name: str) -> None:
    """Lay the card down, wait until the screen has noticed by itself, and type the PIN on its keys."""
    button(page, name)
    expect(page.get_by_text("再验证一下是您本人")).to_be_visible()
    for digit in PIN:
        page.locator(f'[data-key="{digit}"]').click()
    button(page, "确定")
