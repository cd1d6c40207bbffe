"""What a person does besides applying: rate, pay, ask, entrust, be told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.casework.queries import get_case
from kiosk.demo import PEOPLE
from kiosk.uow import unit_of_work
from tests.support.browsing import Visitor
from tests.web.pages.walks import apply_for_branch

PersonFor = Callable[[str], Visitor]
ZHANG, LI, OUYANG = PEOPLE
FEE = {"charge": "居民身份证工本费", "amount_fen": 2000, "basis": "国家公布的收费目录第12项"}


@pytest.fixture
def person(citizen: PersonFor) -> Visitor:
    """Somebody who has just handed in an application and looks at the receipt."""
    visitor = citizen("ouyang")
    apply_for_branch(visitor)
    return visitor


def number_of(person: Visitor) -> str:
    return person.path.split("/")[2]


def charge(app: Flask, staff: PersonFor, number: str) -> None:
    """The deciding authority accepts the case, whose item costs something here, and asks for a fee."""
    with app.app_context(), unit_of_work() as session:
        case = get_case(session, number)
        case.offering = case.offering | {"fee": "per_item"}
    officer = staff("officer.wuhou").open(f"/district/cases/{number}").press("受理")
    answer = officer.client.post(f"/api/v1/cases/{number}/payments", json=FEE)
    assert answer.status_code == 201


def test_the_receipt_asks_for_a_rating_that_nobody_must_give(person: Visitor) -> None:
    number = number_of(person)
    assert "这次收件，您满意吗？" in person.text
    person.follow("非常满意")
    assert "checked" not in person.answer.text
    person.press("提交评价", options=["510"], text="很快")
    assert "谢谢您的评价" in person.text
    assert "您满意吗" not in person.open(f"/my/{number}/receipt").text
    assert "您已经评价过了" in person.open(f"/my/{number}/rate/receiving").text


def test_a_level_is_chosen_by_the_person_and_fits_its_options(person: Visitor) -> None:
    number = number_of(person)
    page = f"/my/{number}/rate/receiving"
    person.open(page)
    assert "提交评价" not in person.buttons()
    assert "等有了答复，就可以评价" in person.open(f"/my/{number}/rate/handling").text
    person.open(page).follow("基本满意").press("提交评价", options=["510"])
    assert person.status == 422
    assert "不属于所选的评价等级" in person.text
    assert person.open(f"/my/{number}/rate/elsewhere").status == 404


def test_a_fee_is_paid_once(app: Flask, person: Visitor, staff: PersonFor) -> None:
    number = number_of(person)
    charge(app, staff, number)
    person.open(f"/my/{number}").follow("去缴费")
    assert "20.00 元" in person.text
    assert "不会真的扣款" in person.text
    page = person.path
    person.press("确认支付")
    assert "缴费平台已收到款项" in person.text
    assert "已缴费" in person.text
    assert "确认支付（演示）" not in person.open(page).buttons()


def test_nobody_pays_in_the_case_of_another(
    app: Flask, person: Visitor, staff: PersonFor, citizen: PersonFor
) -> None:
    number = number_of(person)
    charge(app, staff, number)
    page = person.open(f"/my/{number}").follow("去缴费").path
    assert citizen("li").open(page).status == 404


def test_a_question_is_answered_where_it_belongs(person: Visitor, staff: PersonFor) -> None:
    number = number_of(person)
    person.open(f"/my/{number}").follow("咨询或者投诉").press("提交")
    assert set(person.page.faults) == {"kind", "subject", "text"}
    person.press("提交", kind="enquiry", subject="材料要几份", text="申请书要不要原件？")
    assert "由成都市武侯区行政审批局答复" in person.text
    thread = person.path.rpartition("/")[2]
    officer = staff("officer.wuhou").client
    answer = officer.post(f"/api/v1/threads/{thread}/messages", json={"text": "要一份原件。"})
    assert answer.status_code == 204
    person.open("/my/questions")
    assert "已答复" in person.text
    person.follow("材料要几份")
    assert "要一份原件。" in person.text
    assert person.press("发送").page.faults.keys() == {"text"}
    person.press("发送", text="复印件行吗？")
    assert "等待答复" in person.text
    person.press("问题解决了")
    assert "已结束" in person.text
    assert "发送" not in person.buttons()


def test_authority_is_given_and_taken_back(citizen: PersonFor) -> None:
    person = citizen("ouyang").open("/my").follow("让别人代办").press("登记授权")
    assert {"for", "agent.name", "agent.document_number", "scope", "valid_to"} <= set(
        person.page.faults
    )
    given = {
        "for": "self",
        "agent__name": ZHANG["name"],
        "agent__document_number": ZHANG["document_number"],
        "scope": "collect",
    }
    person.press("登记授权", valid_to="2026-03-31", **given)
    assert "授权已登记" in person.text
    assert f"{OUYANG['name']}授权给{ZHANG['name']}" in person.text
    held = citizen("zhang").open("/my/authorities")
    assert f"{OUYANG['name']}授权给您" in held.text
    assert not any("收回" in words for words in held.buttons())
    person.press("收回")
    assert "已收回，立即失效" in person.text


def test_a_company_lets_only_its_own_people_give_authority(citizen: PersonFor) -> None:
    person = citizen("ouyang").open("/my/authorities")
    person.press(
        "登记授权",
        **{"for": "company"},
        principal__name="重庆样例科技有限公司",
        principal__document_number="91500000MAKQ2026XN",
        capacity="负责人",
        agent__name=ZHANG["name"],
        agent__document_number=ZHANG["document_number"],
        scope="apply",
        valid_to="2026-03-31",
    )
    assert person.status in (403, 409, 422)
    assert "没有您代表该单位的记录" in person.text


def test_messages_come_only_to_who_asks_for_them(app: Flask, citizen: PersonFor) -> None:
    person = citizen("ouyang").open("/my").follow("消息通知")
    person.press("同意接收短信", address="12")
    assert (person.status, set(person.page.faults)) == (422, {"address"})
    person.press("同意接收短信", address="13800000003")
    assert "138****0003" in person.text
    person.press("不要再发")
    assert "138****0003" not in person.text
    assert person.open("/my/messages/pigeon").status in (404, 405)
