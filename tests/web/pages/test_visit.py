"""A visit at the window, step by step: what was typed is kept, what the deciding place wants is said before."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from kiosk.casework.precheck import Comparison
from kiosk.web.window.provinces import side_by_side
from kiosk.workers import drain
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.sample_cases import granted
from tests.support.sample_drafts import PROOF, begun
from tests.support.sample_files import pdf
from tests.web.pages.walks import ZHANG, branch_inputs

PersonFor = Callable[[str], Visitor]
CARD = {"applicant__name": ZHANG["name"], "applicant__document_number": ZHANG["document_number"]}


def arrived(clerk: Visitor) -> Visitor:
    """At the papers, with the whole form typed."""
    clerk.open("/window/items/37/apply").press("下一步", **CARD, applicant__phone=ZHANG["phone"])
    return clerk.press("下一步", **branch_inputs(ZHANG))


def code_of(page: Visitor) -> str:
    found = re.search(r"续办码 (\d{6})", page.text)
    assert found, page.text
    return found[1]


def file(pages: int = 3, name: str = "x.pdf") -> dict[str, Any]:
    return {"file": (io.BytesIO(pdf(pages)), name)}


def test_items_are_found_by_initials_and_cancelled_ones_can_not_be_chosen(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang").open("/window/items?q=yyzz")
    first = next(text for text, href in clerk.page.links if href.endswith("/apply"))
    assert first == "内资企业及分支机构设立登记"
    clerk.open("/window/items?q=？？？？")
    assert "没有找到" in clerk.text
    assert "/window/items/185/apply" not in [
        href for _, href in clerk.open("/window/items?q=185").page.links
    ]
    assert clerk.open("/window/items/185/apply").status == 409


def test_a_visit_is_resumed_with_card_and_code_at_another_window(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang").open("/window/items/37/apply").press("下一步", **CARD)
    code = code_of(clerk)
    clerk.press("存着", form__branch_name="武侯")
    assert "已经存好" in clerk.text
    assert "内资企业及分支机构设立登记" in clerk.text
    other = staff("clerk.shapingba").open("/window/drafts").press("打开", **CARD, code="000000")
    assert other.status in (404, 429)
    assert other.value("applicant.name") == ZHANG["name"]
    other.press("打开", code=code)
    assert other.value("form.branch_name") == "武侯"
    assert code_of(other) != code
    assert staff("clerk.liangjiang").open(other.path).status == 404


def test_a_draft_of_the_phone_goes_on_at_the_window(
    client_for: Callable[[str], Any], staff: PersonFor
) -> None:
    code = begun(client_for("zhang"))["code"]
    clerk = staff("clerk.shapingba").open("/window/drafts").press("打开", **CARD, code=code)
    assert clerk.value("form.branch_name") == branch_inputs(ZHANG)["form__branch_name"]
    assert clerk.value("delivery") == "window"
    clerk.press("下一步").press("下一步").press("确认收件")
    assert "收件凭证" in clerk.text


def test_typing_is_kept_without_a_button(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang").open("/window/items/37/apply").press("下一步", **CARD)
    typed = {"version": clerk.value("version"), "page": "form", "form.branch_name": "锦里"}
    said = clerk.client.post(f"{clerk.path}/saving", data=typed)
    assert said.json["version"] == int(typed["version"]) + 1
    assert said.json["words"].startswith("已保存，2026年3月2日")
    assert clerk.open(clerk.path).value("form.branch_name") == "锦里"
    late = clerk.client.post(f"{clerk.path}/saving", data=typed)
    assert (late.status_code, late.json) == (409, {"words": "这份草稿在别处改过，请重新打开后再填"})
    ticks = {"version": clerk.value("version"), "page": "papers", "paper.1": "yes", "pages.1": "4"}
    assert clerk.client.post(f"{clerk.path}/saving", data=ticks).status_code == 200
    clerk.open(f"{clerk.path}/papers")
    assert (clerk.value("paper.1"), clerk.value("pages.1")) == ("yes", "4")


def test_a_file_is_added_counted_read_and_taken_out(staff: PersonFor) -> None:
    clerk = arrived(staff("clerk.liangjiang"))
    clerk.press("加上这份文件", paper__0="yes")
    assert set(clerk.page.faults) == {"file", "file.name"}
    assert clerk.value("paper.0") == "yes"
    clerk.press("加上这份文件", files=file(3), file__name="公司章程")
    assert "文件 3 页" in clerk.text
    assert "现场扫描" in clerk.text
    link = next(href for text, href in clerk.page.links if text == "查看")
    assert clerk.client.get(link).mimetype == "application/pdf"
    bad = {"file": (io.BytesIO(b"MZ\x90\x00" + b"\0" * 200), "scan.pdf")}
    clerk.press("加上这份文件", files=bad, file__name="公司章程")
    assert clerk.status == 422
    clerk.press("删去")
    assert "文件 3 页" not in clerk.text
    assert clerk.value("paper.0") == "yes"


def test_the_desk_says_what_is_missing_and_the_applicant_may_insist(staff: PersonFor) -> None:
    clerk = arrived(staff("clerk.liangjiang")).press("下一步", paper__0="yes")
    assert "缺少“公司章程” 去登记" in clerk.text
    for words in ("这个机关过去为什么退回补正", "占退回件数", "3 个工作日", "两地规定相同"):
        assert words in clerk.text
    clerk.press("确认收件")
    assert clerk.status == 422
    clerk.press("确认收件", insists="yes")
    assert "不是受理通知" in clerk.text


def test_a_second_press_answers_with_the_first_receipt(staff: PersonFor) -> None:
    clerk = arrived(staff("clerk.liangjiang")).press("下一步", paper__0="yes")
    form = next(form for form in clerk.page.forms if any("确认收件" in b[0] for b in form.buttons))
    data = dict(form.controls) | {"insists": "yes"}
    first, second = (clerk.client.post(clerk.path, data=data) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert "今天收件 1 件" in clerk.open("/window").text


def test_the_receipt_on_paper_is_there_at_once(app: Flask, staff: PersonFor) -> None:
    clerk = arrived(staff("clerk.liangjiang")).press("下一步", paper__0="yes")
    clerk.press("确认收件", insists="yes")
    assert "收件凭证正在盖章" in clerk.text
    with app.app_context():
        drain()
    clerk.open(clerk.path)
    link = next(href for text, href in clerk.page.links if "打印收件凭证" in text)
    assert clerk.client.get(link).mimetype == "application/pdf"


def test_what_the_platform_holds_is_used_with_consent_only(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    with app.app_context():
        granted(clock)
        drain()
    clerk = arrived(staff("clerk.shapingba"))
    clerk.press("加上这份文件", files=file(2), file__name=PROOF).press("下一步")
    clerk.press("确认收件", insists="yes")
    arrived(clerk).press("看看有什么")
    source = re.findall(r'value="((?:licence|case):[^"]+)"', clerk.answer.text)
    assert [one.partition(":")[0] for one in source] == ["licence", "case"]
    clerk.press("引用")
    assert set(clerk.page.faults) == {"source", "name"}
    clerk.press("引用", source=source[0], name=PROOF)
    assert (clerk.status, "须经本人同意" in clerk.text) == (403, True)
    clerk.press("引用", source=source[0], name=PROOF, consents="yes")
    assert "引用电子证照(加注副本)" in clerk.text
    clerk.press("看看有什么").press("引用", source=source[1], name=PROOF, consents="yes")
    assert "引用以前办件的材料" in clerk.text


def test_a_draft_can_be_wiped_and_its_code_renewed(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang").open("/window/items/37/apply").press("下一步", **CARD)
    first, place = code_of(clerk), clerk.path
    assert code_of(clerk.press("换一个续办码")) != first
    assert "草稿和文件已经删除" in clerk.press("删除草稿").text
    assert clerk.open(place).status == 404


def test_what_one_province_says_alone_is_marked() -> None:
    same = Comparison("conditions", "办理条件", "年满十八岁", "年满十八岁", False, "")
    papers = replace(
        same,
        field="materials",
        words="申请材料",
        sichuan="申请书；承诺书",
        chongqing="申请书",
        differs=True,
    )
    legal = replace(same, field="legal_days", words="法定时限", sichuan="20", chongqing="20")
    units = replace(legal, field="legal_unit", sichuan="工作日", chongqing="自然日", differs=True)
    first, second, third = side_by_side([same, papers, legal, units])
    assert [(entry.words, entry.alone) for entry in first.sichuan] == [
        ("申请书", False),
        ("承诺书", True),
    ]
    assert [entry.alone for entry in first.chongqing] == [False]
    assert (second.words, second.differs) == ("法定时限", True)
    assert (second.sichuan[0].words, second.chongqing[0].words) == ("20 个工作日", "20 个自然日")
    assert not third.differs
