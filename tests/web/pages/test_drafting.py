"""Applying page by page: saved as typed, gone on with anywhere, papers, and the last look before it is handed in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from kiosk import workers
from kiosk.casework.models import Case
from kiosk.uow import reading
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.sample_drafts import CARD
from tests.support.sample_files import EICAR, pdf
from tests.web.pages.walks import (
    OUYANG,
    apply_for_branch,
    branch_inputs,
    case_number,
    decide,
    fill_in,
    reach_the_check,
)

PersonFor = Callable[[str], Visitor]
FIRST = "公司登记(备案)申请书"


@pytest.fixture
def begun(citizen: PersonFor) -> Visitor:
    """A person on the first page of questions."""
    return citizen("ouyang").open("/items/37/apply").press("开始填写")


def cases(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def file(data: bytes) -> dict[str, Any]:
    return {"file": (io.BytesIO(data), "photo.pdf")}


def address_of_draft(page: Visitor) -> str:
    return page.path.partition("/questions/")[0]


def test_the_way_is_told_before_it_begins(citizen: PersonFor) -> None:
    page = citizen("ouyang").open("/items/37/apply")
    assert "一共 7 步" in page.text
    assert "填写分公司名称、所属公司名称等" in page.text
    page.press("开始填写")
    assert "第 1 步，共 7 步" in page.text
    assert "续办码" in page.text


def test_what_is_known_is_filled_in(begun: Visitor) -> None:
    first = address_of_draft(begun)
    page = begun.open(f"{first}/questions/3")
    assert page.value("form.head_name") == "欧阳·娜孜𬱖䶮"
    assert page.value("form.head_id") == "51010419900307004X"
    page.open(f"{first}/questions/4")
    assert page.value("form.agent_name") == ""


def test_what_was_told_in_an_earlier_application_is_filled_in(citizen: PersonFor) -> None:
    page = citizen("ouyang")
    apply_for_branch(page)
    page.open("/items/37/apply").press("开始填写")
    assert page.value("form.parent_name") == branch_inputs()["form__parent_name"]
    assert page.value("form.branch_name") == ""


def test_faults_stand_beside_their_inputs_and_are_kept_as_typed(begun: Visitor) -> None:
    wrong = branch_inputs(form__parent_uscc="91500000MAKQ2026XX", form__branch_name="样例分店")
    page = begun.press("下一步", **wrong)
    assert page.status == 422
    assert set(page.page.faults) == {"form.parent_uscc", "form.branch_name"}
    assert page.value("form.branch_name") == "样例分店"
    page.open(page.path)
    assert page.value("form.parent_uscc") == "91500000MAKQ2026XX"


def test_the_check_leads_to_every_open_question(begun: Visitor) -> None:
    page = begun.open(f"{address_of_draft(begun)}/check")
    assert "请填写分公司名称" in page.text
    assert "请选择结果怎样送到您手里" in page.text
    assert not any("提交" in words for words in page.buttons())
    page.follow("去填").press("下一步", **branch_inputs())
    page.open(f"{address_of_draft(page)}/check")
    assert "请填写分公司名称" not in page.text


def test_leaving_loses_nothing_and_any_place_goes_on(begun: Visitor, citizen: PersonFor) -> None:
    begun.press("先存着", form__branch_name="没想好")
    assert "填好的都已存下" in begun.text
    code = begun.text.partition("续办码 ")[2][:6]
    assert code.isdecimal()
    begun.press("退出")
    phone = citizen("ouyang").open("/my").follow("接着填")
    assert phone.value("form.branch_name") == "没想好"
    assert code not in phone.text


def test_a_window_goes_on_with_card_and_code(begun: Visitor, app: Flask) -> None:
    code = begun.press("先存着", form__branch_name="没想好").text.partition("续办码 ")[2][:6]
    desk = app.test_client()
    token = desk.post(
        "/api/v1/sessions/staff", json={"login": "clerk.liangjiang", "password": "chuanyu-demo"}
    ).json
    assert token is not None
    card = CARD | {"name": OUYANG["name"], "document_number": OUYANG["document_number"]}
    answer = desk.post(
        "/api/v1/drafts/resumption",
        json={"code": code, "applicant": card},
        headers={"Authorization": f"Bearer {token['token']}"},
    )
    assert answer.status_code == 200, answer.text


def test_typing_is_kept_while_it_is_typed(begun: Visitor) -> None:
    sent = {"form.branch_name": "打到一半", "step": "keep"}
    answer = begun.client.post(begun.path, data=sent)
    assert answer.json == {"kept": True}
    assert begun.open(begun.path).value("form.branch_name") == "打到一半"


def test_a_lost_code_is_replaced(begun: Visitor) -> None:
    first = begun.press("先存着").text.partition("续办码 ")[2][:6]
    begun.client.delete_cookie("kiosk_draft")
    second = begun.open(begun.path).press("换一个续办码").text.partition("续办码 ")[2][:6]
    assert second.isdecimal()
    assert first != second


def test_a_draft_is_wiped_when_it_is_not_wanted(begun: Visitor) -> None:
    begun.press("先存着").press("删除这份草稿")
    assert "草稿和里面的文件已经删除" in begun.text
    assert "接着填" not in begun.text


def test_a_draft_is_nobody_elses(begun: Visitor, citizen: PersonFor) -> None:
    assert citizen("li").open(begun.path).status == 404


def test_the_item_is_told_to_have_begun_before(begun: Visitor) -> None:
    page = begun.open("/items/37/apply")
    assert "您有没填完的申请" in page.text
    assert "重新填一份" in page.buttons()
    page.follow("接着填")
    assert "/questions/1" in page.path


def test_papers_are_listed_handed_in_and_taken_out(begun: Visitor) -> None:
    page = fill_in(begun)
    assert f"1. {FIRST} 还没有" in page.text
    page.follow("交这份材料").press("交上", files=file(pdf(2)))
    assert f"1. {FIRST} 已交" in page.text
    assert "上传，2 页" in page.text
    page.press("拿掉")
    assert f"1. {FIRST} 还没有" in page.text


@pytest.mark.parametrize(
    ("data", "words"), [(b"#!/bin/sh\n", "文件"), (EICAR, "文件"), (b"", "文件")]
)
def test_a_file_that_is_none_is_refused_beside_its_input(
    begun: Visitor, data: bytes, words: str
) -> None:
    page = fill_in(begun).follow("交这份材料").press("交上", files=file(data))
    assert page.status in (409, 413, 422)
    assert words in page.text
    assert "回到材料清单" in page.text


def test_no_file_is_told_beside_the_input(begun: Visitor) -> None:
    page = fill_in(begun).follow("交这份材料").press("交上")
    assert (page.status, set(page.page.faults)) == (422, {"file"})


def test_a_file_of_an_earlier_case_is_used_again_with_consent(begun: Visitor) -> None:
    page = fill_in(begun).follow("交这份材料").press("交上", files=file(pdf(3)))
    page.follow("下一步").press("下一步", delivery="window").press("仍然提交")
    page.open("/items/37/apply").press("开始填写")
    fill_in(page).follow("交这份材料")
    assert "时交的，3 页" in page.text
    which = next(held for held in page.answer.text.split('"') if held.startswith("earlier:"))
    page.press("用这一份", which=which)
    assert "须经本人同意" in page.text
    page.press("用这一份", which=which, consents="yes")
    assert "引用以前办件的材料，3 页" in page.text


def test_a_licence_of_the_platform_serves_as_a_paper(
    app: Flask, citizen: PersonFor, staff: PersonFor, clock: StandingClock
) -> None:
    page = citizen("ouyang")
    decide(app, staff("officer.wuhou"), apply_for_branch(page))
    with app.app_context():
        workers.drain()
    page.open("/items/37/apply").press("开始填写")
    fill_in(page).follow("交这份材料")
    assert "营业执照" in page.text
    which = next(held for held in page.answer.text.split('"') if held.startswith("licence:"))
    late = (clock.now() + timedelta(days=365)).date().isoformat()
    page.press("用这一份", which=which, consents="yes", until=late)
    assert (page.status, set(page.page.faults)) == (422, {"until"})
    page.press("用这一份", which="", consents="yes", until="", purpose="")
    assert set(page.page.faults) == {"until", "purpose"}
    soon = (clock.now() + timedelta(days=20)).date().isoformat()
    page.press("用这一份", which=which, consents="yes", until=soon, purpose="申请分公司登记")
    assert "引用电子证照(加注副本)" in page.text
    assert "用到2026年" in page.text


def test_the_check_tells_who_decides_why_and_until_when(app: Flask, citizen: PersonFor) -> None:
    page = reach_the_check(citizen("ouyang"))
    for words in (
        "由谁决定：成都市武侯区行政审批局",
        "最迟 2026年3月9日 前",
        "答复是否受理的期限还剩",
        "重庆西站川渝通办自助终端",
        "510***********004X",
        f"缺少“{FIRST}”",
    ):
        assert words in page.text, words
    assert cases(app) == 0


def test_a_second_click_gives_the_first_receipt(app: Flask, citizen: PersonFor) -> None:
    page = reach_the_check(citizen("ouyang"))
    form = next(form for form in page.page.forms if ("key" in dict(form.controls)))
    sent = MultiDict([*form.controls, ("insists", "yes")])
    first = page.client.post(page.path, data=sent)
    second = page.client.post(page.path, data=sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert cases(app) == 1


def test_what_was_changed_elsewhere_is_looked_at_again(app: Flask, citizen: PersonFor) -> None:
    page = reach_the_check(citizen("ouyang"))
    draft = page.path.rpartition("/")[0]
    other = citizen("ouyang").open(f"{draft}/questions/1")
    other.press("下一步", form__branch_name="重庆样例科技有限公司第二分公司")
    page.press("仍然提交")
    assert page.status == 409
    assert "在别处改过" in page.text
    page.press("仍然提交")
    assert case_number(page)
    assert cases(app) == 1


def test_an_unclear_place_leads_to_its_question(citizen: PersonFor) -> None:
    page = citizen("ouyang").open("/items/37/apply").press("开始填写")
    fill_in(page, form__premises_division="510173")
    page.open(page.path.replace("papers", "check"))
    assert "由谁决定：" not in page.text
    page.follow("去填")
    assert "/questions/2" in page.path


def test_the_way_of_the_result_is_asked_completely(begun: Visitor) -> None:
    page = fill_in(begun).follow("下一步").press("下一步")
    assert set(page.page.faults) == {"delivery"}
    page.press("下一步", delivery="post", postal__address="")
    assert set(page.page.faults) == {"postal.address"}
    assert page.value("postal.recipient") == OUYANG["name"]
    page.press("下一步", delivery="post", postal__address="武侯大道1号")
    assert "邮寄：武侯大道1号" in page.text
