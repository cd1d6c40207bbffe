"""Papers between a window and the authority that decides: sent, on the road, signed for, overdue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.casework import couriers
from kiosk.casework.models import Case, CaseEvent
from kiosk.uow import reading
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.web.api.test_cases import application, received

ClientFor = Callable[[str], FlaskClient]
OUT: dict[str, Any] = {
    "direction": "to-decider",
    "carrier": "邮政速递",
    "tracking": "EX000000001CN",
    "papers": [{"name": "公司登记(备案)申请书", "pages": 2}],
}
BACK = OUT | {"direction": "to-receiver", "tracking": "EX000000002CN"}


def sent(client: FlaskClient, number: str, body: dict[str, Any] = OUT) -> str:
    answer = client.post(f"/api/v1/cases/{number}/legs", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["legs"][-1]["number"])


def test_papers_go_out_and_back_and_each_leg_is_signed_for(
    client: FlaskClient, client_for: ClientFor
) -> None:
    clerk, officer = client_for("clerk.liangjiang"), client_for("officer.wuhou")
    receipt = clerk.post("/api/v1/cases", json=application()).json
    number = receipt["number"]
    slip = sent(clerk, number)
    on_road = clerk.get(f"/api/v1/cases/{number}").json["hands"]
    assert (on_road["role"], on_road["words"]) == ("邮政速递", "材料在途")
    again = clerk.post(f"/api/v1/cases/{number}/legs", json=OUT)
    assert (again.status_code, again.json["code"]) == (409, "leg-under-way")
    assert clerk.post(f"/api/v1/legs/{slip}/receipt", json={"complete": True}).status_code == 403
    signed = officer.post(
        f"/api/v1/legs/{slip}/receipt", json={"complete": False, "remark": "缺第二页"}
    ).json
    assert (signed["complete"], signed["remark"], signed["number"]) == (False, "缺第二页", slip)
    twice = officer.post(f"/api/v1/legs/{slip}/receipt", json={"complete": True})
    assert (twice.status_code, twice.json["code"]) == (409, "leg-not-under-way")
    back = sent(officer, number, BACK)
    assert clerk.post(f"/api/v1/legs/{back}/receipt", json={"complete": True}).status_code == 200
    told = client.post(
        f"/api/v1/cases/{number}/status", json={"query_code": receipt["query_code"]}
    ).json
    places = [hop["place"] for hop in told["hops"]]
    hall, bureau = "两江新区政务大厅川渝通办窗口", "成都市武侯区行政审批局"
    assert places == [hall, hall, bureau, bureau, hall]
    assert all(len(hop["receipt"]) == 16 for hop in told["hops"])
    assert told["hands"]["place"] == bureau
    assert "缺第二页" not in str(told)


@pytest.mark.parametrize(
    ("login", "body", "code"),
    [
        ("clerk.shapingba", OUT, "wrong-place"),
        ("clerk.liangjiang", BACK, "forbidden"),
        ("officer.wuhou", OUT, "forbidden"),
        ("officer.jinjiang", BACK, "wrong-place"),
        ("zhang", OUT, "forbidden"),
        ("clerk.liangjiang", OUT | {"papers": []}, "input-invalid"),
    ],
)
def test_only_the_two_ends_of_the_road_send(
    client_for: ClientFor, login: str, body: dict[str, Any], code: str
) -> None:
    number = received(client_for("clerk.liangjiang"))
    answer = client_for(login).post(f"/api/v1/cases/{number}/legs", json=body)
    assert answer.json["code"] == code


def test_nothing_travels_for_a_case_that_is_wholly_online(client_for: ClientFor) -> None:
    number = client_for("zhang").post("/api/v1/cases", json=application(applicant=None)).json
    answer = client_for("officer.wuhou").post(f"/api/v1/cases/{number['number']}/legs", json=BACK)
    assert (answer.status_code, answer.json["code"]) == (409, "not-by-courier")
    slip = client_for("officer.wuhou").post("/api/v1/legs/JJ1/receipt", json={"complete": True})
    assert (slip.status_code, slip.json["code"]) == (404, "not-found")


@pytest.mark.both_databases
def test_an_overdue_leg_raises_its_flag_once(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    clerk = client_for("clerk.liangjiang")
    number = received(clerk)
    sent(clerk, number)
    flagged = select(func.count()).select_from(CaseEvent).where(CaseEvent.action == "flag-leg")
    with app.app_context():
        assert couriers.flag_overdue(now=clock.now()) == 0
        later = clock.advance(days=app.config["COURIER_DAYS"] + 1)
        assert couriers.flag_overdue(now=later) == 1
        assert couriers.flag_overdue(now=later) == 0
        with reading() as session:
            assert session.scalar(flagged) == 1


@pytest.mark.both_databases
def test_papers_that_were_not_sent_raise_their_flag_once(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    clerk = client_for("clerk.liangjiang")
    late, sent_out, mended = (received(clerk) for _ in range(3))
    without = received(clerk, materials=[])
    sent(clerk, sent_out)
    with app.app_context():
        clock.advance(days=app.config["COURIER_SEND_DAYS"])
        assert couriers.flag_unsent(now=clock.now()) == 0
    fix = {"fixes": [{"paper": "身份证复印件"}]}
    again = client_for("clerk.liangjiang")  # The session of three days ago is over.
    assert again.post(f"/api/v1/cases/{mended}/fixes", json=fix).status_code == 200
    with app.app_context():
        later = clock.advance(days=1)
        assert couriers.flag_unsent(now=later) == 1
        assert couriers.flag_unsent(now=later) == 0
        flagged = select(Case.number).join(CaseEvent, CaseEvent.case_id == Case.id)
        with reading() as session:
            found = session.scalars(flagged.where(CaseEvent.action == "flag-unsent")).all()
    assert found == [late]
    hops = client_for("officer.wuhou").get(f"/api/v1/cases/{late}").json["hops"]
    assert hops[-1]["words"] == "纸质材料超过期限未寄出，已提醒收件窗口核查"
    assert without not in found


@pytest.mark.both_databases
def test_two_sweeps_at_once_raise_one_flag(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    received(client_for("clerk.liangjiang"))
    later = clock.advance(days=app.config["COURIER_SEND_DAYS"] + 1)

    def sweep(_: int) -> int:
        with app.app_context():
            return couriers.flag_unsent(now=later)

    assert sorted(at_once(sweep)) == [0, 1]


def test_while_a_correction_is_waited_for_nothing_needs_to_be_sent(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    number = received(client_for("clerk.liangjiang"))
    listed = {"defects": [{"paper": "住所使用证明", "reason": "缺页", "mend": "补全"}]}
    officer = client_for("officer.wuhou")
    assert officer.post(f"/api/v1/cases/{number}/corrections", json=listed).status_code == 200
    with app.app_context():
        later = clock.advance(days=app.config["COURIER_SEND_DAYS"] + 1)
        assert couriers.flag_unsent(now=later) == 0
