"""Anyone finds the nearest machine that prints now, and why others do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.machines.queries import get_machine
from kiosk.uow import unit_of_work
from tests.machines.terminal import Terminal
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock

SHAPINGBA = "500106"


@pytest.fixture
def machines(app: Flask, clock: StandingClock) -> dict[str, Terminal]:
    """One machine in Shapingba, one in Yubei, one in Wuhou; all of them work."""
    places = {
        "N-1": ("500106", "磁器口"),
        "N-2": ("500112", "江北机场"),
        "N-3": ("510107", "武侯祠"),
    }
    standing = {}
    for number, (division, place) in places.items():
        standing[number] = Terminal(app, clock, number).enrolled()
        standing[number].poll()
        with app.app_context(), unit_of_work() as session:
            machine = get_machine(session, number)
            machine.division_code, machine.place = division, place
    return standing


def test_the_nearest_comes_first(machines: dict[str, Terminal], stranger: Visitor) -> None:
    page = stranger.open("/").follow("找自助机").press("找一找", division=SHAPINGBA)
    ready = page.text.partition("近的在前")[2]
    assert ready.index("磁器口") < ready.index("江北机场") < ready.index("武侯祠")
    assert "开放时间：以现场为准" in ready
    assert "用不了" not in ready
    assert page.value("division") == SHAPINGBA


def test_what_prints_nothing_says_why(
    machines: dict[str, Terminal],
    stranger: Visitor,
    client_for: Callable[[str], FlaskClient],
    clock: StandingClock,
) -> None:
    operator = client_for("operator")
    path = "/api/v1/fleet/machines"
    operator.post(f"{path}/N-1/maintenance", json={"reason": "换墨粉"})
    hours = {"abilities": [], "opening_hours": "22:00-23:00", "hall": "航站楼"}
    assert operator.put(f"{path}/N-2/description", json=hours).status_code == 204
    page = stranger.open(f"/machines?division={SHAPINGBA}")
    ready, _, idle = page.text.partition("附近现在用不了的")
    assert "武侯祠 可以打印" in ready
    assert "磁器口 正在维护" in idle
    assert "江北机场 现在不开放" in idle
    assert "航站楼" in idle
    clock.advance(minutes=6)
    page.open(f"/machines?division={SHAPINGBA}")
    assert "现在没有能打印的自助机" in page.text
    assert "武侯祠" not in page.text, "what stands in another city and does not work helps nobody"


def test_in_english_and_with_a_place_that_does_not_exist(
    machines: dict[str, Terminal], stranger: Visitor
) -> None:
    stranger.open("/machines").press("English")
    assert "Find a machine" in stranger.text
    stranger.press("Search", division=SHAPINGBA)
    assert "Machines that can print now" in stranger.text
    assert stranger.open("/machines?division=999999").status == 404
