"""The keeper sees the authority's seal, its key and its uses, and stops it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk import workers
from kiosk.errors import Forbidden
from kiosk.licences import seal_keeping
from tests.support import desks
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.test_queue import under_review

PersonFor = Callable[[str], Visitor]


def test_a_keeper_sees_the_uses_and_stops_the_seal(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    assert "还没有登记印章" in staff("keeper.wuhou").text
    (number,) = under_review(app, clock)
    with app.app_context():
        workers.drain()
    keeper = staff("keeper.wuhou")
    for words in ("成都市武侯区行政审批局 使用中", "样章，仅供演示", number, "武侯审批(演示)"):
        assert words in keeper.text
    keeper.press("立即停用", reason=" ")
    assert (keeper.status, keeper.page.faults.keys()) == (422, {"reason"})
    keeper.press("立即停用", reason="密钥可能泄露")
    assert "从现在起不再加盖" in keeper.text
    assert "立即停用" not in keeper.buttons()
    with app.app_context():
        other = desks.staff("officer.jinjiang").authority_code or ""
        actor = desks.staff("keeper.wuhou")
        with pytest.raises(Forbidden):
            seal_keeping.stop_seal(other, "误停", actor=actor, now=clock.now())


def test_seals_are_for_their_keeper(staff: PersonFor) -> None:
    assert staff("officer.wuhou").open("/district/seals").status == 403
