"""The screen turned to the citizen, and the agent who acts for somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.demo import PEOPLE
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.walks import ZHANG, branch_inputs

PersonFor = Callable[[str], Visitor]
LI = PEOPLE[1]
ALL_PAPERS = {f"paper__{place}": "yes" for place in range(5)}


def at_the_form(clerk: Visitor, person: dict[str, str]) -> Visitor:
    clerk.open("/window/items/37/apply")
    return clerk.press(
        "下一步",
        applicant__name=person["name"],
        applicant__document_number=person["document_number"],
    )


@pytest.fixture
def clerk(staff: PersonFor) -> Visitor:
    """At the form, with 张's card on the desk."""
    return at_the_form(staff("clerk.liangjiang"), ZHANG)


def turned(app: Flask, clerk: Visitor) -> Visitor:
    """The second screen, which opened the address that the clerk's button gave."""
    answer = clerk.client.post(f"{clerk.path}/mirror")
    return Visitor(app.test_client()).open(answer.headers["Location"])


def test_the_citizen_reads_along_and_confirms(app: Flask, clerk: Visitor) -> None:
    screen = turned(app, clerk)
    assert "请核对工作人员录入的内容" in screen.text
    assert ZHANG["document_number"] in screen.text
    clerk.press("下一步", **branch_inputs(ZHANG)).press("下一步", **ALL_PAPERS)
    assert "申请人还没有在客户屏上确认" in clerk.text
    screen.press("内容无误")
    assert "内容刚有改动，请再看一遍" in screen.text
    assert branch_inputs(ZHANG)["form__branch_name"] in screen.text
    screen.press("内容无误")
    assert "您已确认内容无误" in screen.text
    assert "申请人已在客户屏上确认" in clerk.open(clerk.path).text
    clerk.press("确认收件")
    screen.open("/mirror")
    assert "屏幕上没有留下任何资料" in screen.text
    assert ZHANG["name"] not in screen.text


def test_the_address_opens_once_and_leads_nowhere_else(app: Flask, clerk: Visitor) -> None:
    address = clerk.client.post(f"{clerk.path}/mirror").headers["Location"]
    screen = Visitor(app.test_client()).open(address)
    assert [href for _, href in screen.page.links] == ["#main"]
    assert Visitor(app.test_client()).open(address).status == 404
    assert screen.open("/window").value("login") == ""
    stranger = Visitor(app.test_client()).open("/mirror")
    assert "现在没有要您核对的内容" in stranger.text


def test_the_screen_ends_with_the_visit_the_desk_or_the_next_turn(
    app: Flask, clerk: Visitor, clock: StandingClock
) -> None:
    first = turned(app, clerk)
    second = turned(app, clerk)
    assert ZHANG["name"] not in first.open("/mirror").text
    assert ZHANG["name"] in second.open("/mirror").text
    clock.advance(minutes=61)
    assert ZHANG["name"] not in second.open("/mirror").text
    clock.advance(minutes=-61)
    clerk.press("退出")
    assert ZHANG["name"] not in second.open("/mirror").text


def test_an_agent_acts_under_an_authority_recorded_at_the_desk(staff: PersonFor) -> None:
    clerk = at_the_form(staff("clerk.liangjiang"), LI).follow("代理别人办").press("按这个授权代办")
    assert set(clerk.page.faults) == {"principal.name", "principal.document_number", "valid_to"}
    principal = {
        "principal__name": ZHANG["name"],
        "principal__document_number": ZHANG["document_number"],
    }
    clerk.press("按这个授权代办", **principal, valid_to="2026-12-31")
    assert f"代理人 {LI['name']} 为 {ZHANG['name']} 办理" in clerk.text
    clerk.press("下一步", **branch_inputs(ZHANG)).press("下一步", **ALL_PAPERS).press("确认收件")
    assert f"{LI['name']}（授权已核验）" in clerk.text


def test_an_authority_that_does_not_hold_is_refused_beside_the_form(staff: PersonFor) -> None:
    clerk = at_the_form(staff("clerk.liangjiang"), LI).follow("代理别人办")
    clerk.press("按这个授权代办", authorisation="WT000000000000")
    assert (clerk.status, "没有授权给这位代理人的记录" in clerk.text) == (403, True)
    assert clerk.value("authorisation") == "WT000000000000"
    own = {"principal__name": LI["name"], "principal__document_number": LI["document_number"]}
    clerk.press("按这个授权代办", **own, authorisation="", valid_to="2026-12-31")
    assert (clerk.status, "不用授权给自己" in clerk.text) == (422, True)
