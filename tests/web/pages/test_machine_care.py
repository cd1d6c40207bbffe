"""The operator enters a machine, says where it stands, works on it, and takes it out of service."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.machines.queries import get_machine
from kiosk.uow import reading
from tests.support.browsing import Visitor
from tests.web.pages.walks import Kiosk

PersonFor = Callable[[str], Visitor]
MACHINE = "SPB-001"
NEW = {"number": "SPB-002", "name": "三峡广场一号", "division": "500106", "place": "三峡广场"}


@pytest.fixture
def desk(staff: PersonFor) -> Visitor:
    return staff("operator")


def test_a_machine_is_entered_and_its_code_shown_once(desk: Visitor) -> None:
    desk.open("/district/machines").follow("登记自助机").press("登记", **NEW)
    assert desk.status == 201
    assert "启用码" in desk.text
    assert "还没有启用" in desk.text
    assert "启用码：" not in desk.open("/district/machines/SPB-002/care").text
    desk.press("发新的启用码")
    assert "启用码：" in desk.text


def test_what_is_missing_is_told_beside_it(desk: Visitor) -> None:
    for wrong, faulty in (
        ({"number": "spb 2"}, "number"),
        ({"name": ""}, "name"),
        ({"division": ""}, "division"),
        ({"place": ""}, "place"),
    ):
        desk.open("/district/machines/new").press("登记", **(NEW | wrong))
        assert (desk.status, list(desk.page.faults)) == (422, [faulty])
    desk.open("/district/machines/new").press("登记", **(NEW | {"number": MACHINE}))
    assert (desk.status, desk.value("name")) == (409, NEW["name"])


def test_place_hours_and_abilities_are_kept(app: Flask, desk: Visitor) -> None:
    desk.open(f"/district/machines/{MACHINE}").follow("照看")
    desk.press(
        "保存", hall="政务大厅", opening_hours="09:00-17:00", abilities=["a4", "duplex", "tea"]
    )
    assert "已记录" in desk.text
    assert desk.value("hall") == "政务大厅"
    with app.app_context(), reading() as session:
        machine = get_machine(session, MACHINE)
        assert (machine.opening_hours, machine.abilities) == ("09:00-17:00", ["a4", "duplex"])
    desk.press("保存", hall="厅" * 101)
    assert (desk.status, list(desk.page.faults)) == (422, ["hall"])


def test_work_on_a_machine_ends_the_visit_at_it(kiosk: Kiosk, desk: Visitor) -> None:
    desk.open(f"/district/machines/{kiosk.terminal.number}/care").press("开始维护")
    assert (desk.status, list(desk.page.faults)) == (422, ["why_maintenance"])
    desk.press("开始维护", why_maintenance="换墨粉")
    assert "维护中" in desk.text
    assert kiosk.screen.client.get("/api/v1/machine/session").status_code == 401
    assert "维护中" in desk.open("/district/machines").text
    desk.open(f"/district/machines/{kiosk.terminal.number}/care").press("维护结束")
    assert "开始维护" in desk.buttons()


def test_a_stolen_machine_is_out_of_service_at_once(kiosk: Kiosk, desk: Visitor) -> None:
    desk.open(f"/district/machines/{kiosk.terminal.number}/care").press("停用这台自助机")
    assert (desk.status, list(desk.page.faults)) == (422, ["why_revoked"])
    desk.press("停用这台自助机", why_revoked="被盗")
    assert "起停用" in desk.text
    assert "停用这台自助机" not in desk.buttons()
    assert kiosk.terminal.number not in desk.open("/district/machines").text


def test_no_such_machine_and_no_other_role(desk: Visitor, staff: PersonFor) -> None:
    assert desk.open("/district/machines/NONE-1/care").status == 404
    assert desk.client.post("/district/machines/NONE-1/care/code").status_code == 404
    assert staff("editor.wuhou").open("/district/machines/new").status == 403
