"""Enquiries, complaints, ratings and rectifications over HTTP: the straight path and every refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk import workers
from kiosk.identity.models import Person
from kiosk.identity.queries import citizen_actor
from kiosk.uow import reading, unit_of_work
from kiosk.voices.errors import RatedAlready
from kiosk.voices.models import Rating, Rectification
from kiosk.voices.ratings import Given, rate
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.web.api.test_cases import ZHANG, brought_to, received

ClientFor = Callable[[str], FlaskClient]
GOOD = {"occasion": "receiving", "level": 5, "code_set": "evaluator", "options": [510, 517]}
BAD = {"occasion": "handling", "level": 1, "code_set": "evaluator", "options": [108, 115]}


def ask(client: FlaskClient, **changes: Any) -> Any:
    body = {"kind": "enquiry", "subject": "材料", "text": "要几份申请书？", **changes}
    return client.post("/api/v1/threads", json=body)


def rated(client: FlaskClient, number: str, **changes: Any) -> Any:
    return client.post(f"/api/v1/cases/{number}/ratings", json=GOOD | changes)


@pytest.fixture
def decided(client_for: ClientFor) -> str:
    return brought_to(client_for, "granted")


@pytest.fixture
def bad(app: Flask, client_for: ClientFor, decided: str) -> str:
    """The rectification that a bad rating of the decision opened; another officer than the rated one exists."""
    assert (
        rated(client_for("zhang"), decided, **BAD, text="多次跑腿，电话13800000001").status_code
        == 201
    )
    with app.app_context(), unit_of_work() as session:
        session.query(Rating).update({"rated_staff": "officer.other"})
        return session.scalar(select(Rectification.number)) or ""


def step(client: FlaskClient, number: str, name: str, **body: Any) -> Any:
    sent = {"json": body} if body else {}
    return client.post(f"/api/v1/rectifications/{number}/{name}", **sent)


def test_a_question_goes_to_who_must_answer_and_comes_back(client_for: ClientFor) -> None:
    mine, officer = client_for("zhang"), client_for("officer.wuhou")
    thread = ask(mine, item=37, district="510107")
    assert thread.status_code == 201, thread.text
    assert (thread.json["place_name"], thread.json["due_on"]) == (
        "成都市武侯区行政审批局",
        "2026-03-09",
    )
    path = f"/api/v1/threads/{thread.json['number']}"
    assert [t["subject"] for t in officer.get("/api/v1/threads").json["threads"]] == ["材料"]
    assert client_for("officer.jinjiang").get(path).status_code == 404
    assert client_for("li").get(path).status_code == 404
    assert officer.post(f"{path}/messages", json={"text": "一份即可。"}).status_code == 204
    told = mine.get(path).json
    assert [(m["from_place"], m["text"]) for m in told["messages"]] == [
        (False, "要几份申请书？"), (True, "一份即可。"),
    ]  # fmt: skip
    assert told["state"] == "answered"
    assert mine.post(f"{path}/messages", json={"text": "要盖章吗？"}).status_code == 204
    assert mine.get(path).json["state"] == "open"
    assert mine.post(f"{path}/closing").status_code == 204
    for answer in (mine.post(f"{path}/closing"), mine.post(f"{path}/messages", json={"text": "x"})):
        assert (answer.status_code, answer.json["code"]) == (409, "voice-step-refused")


def test_a_complaint_is_not_answered_by_whom_it_is_about(
    client_for: ClientFor, decided: str
) -> None:
    mine = client_for("zhang")
    about = {"kind": "complaint", "case": decided}
    receiving = ask(mine, **about, occasion="receiving").json
    handling = ask(mine, **about).json
    assert handling["due_on"] == "2026-03-23"
    for login, number in (
        ("clerk.liangjiang", receiving["number"]),
        ("officer.wuhou", handling["number"]),
    ):
        path = f"/api/v1/threads/{number}/messages"
        answer = client_for(login).post(path, json={"text": "没有的事。"})
        assert (answer.status_code, answer.json["code"]) == (403, "own-matter")
    foreign = ask(client_for("li"), **about)
    assert (foreign.status_code, foreign.json["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({}, "item"), ({"kind": "praise", "item": 37}, "kind"), ({"item": 37, "text": ""}, "text")],
)
def test_a_thread_names_what_it_is_about(
    client_for: ClientFor, changes: dict[str, Any], field: str
) -> None:
    answer = ask(client_for("zhang"), **changes)
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])


def test_a_late_answer_is_escalated_once(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    number = ask(client_for("zhang"), item=37, district="510107").json["number"]
    with app.app_context():
        clock.advance(days=7)
        workers.watch_limits()
    assert client_for("zhang").get(f"/api/v1/threads/{number}").json["escalated_at"] is None
    with app.app_context():
        clock.advance(days=1)
        workers.watch_limits()
        marked = clock.now()
        clock.advance(days=1)
        workers.watch_limits()
    told = client_for("zhang").get(f"/api/v1/threads/{number}").json
    assert datetime.fromisoformat(told["escalated_at"]) == marked


def test_a_service_is_rated_once_by_the_applicant_in_either_code_direction(
    client: FlaskClient, client_for: ClientFor, decided: str
) -> None:
    mine = client_for("zhang")
    occasions = mine.get(f"/api/v1/cases/{decided}/ratings").json["occasions"]
    assert [(o["occasion"], o["open"]) for o in occasions] == [
        ("receiving", True), ("handling", True),
    ]  # fmt: skip
    assert rated(mine, decided).status_code == 201
    again = rated(mine, decided)
    assert (again.status_code, again.json["code"]) == (409, "rated-already")
    best = {"occasion": "handling", "level": 1, "code_set": "gbt39046", "options": [512]}
    assert rated(mine, decided, **best).status_code == 201
    code = authority_of(client, client_for)
    (shown,) = client.get(f"/api/v1/authorities/{code}/ratings").json["ratings"]
    assert (shown["level"], shown["level_gbt39046"], shown["level_words"]) == (5, 1, "非常满意")
    assert decided not in str(shown)
    assert ZHANG["name"] not in str(shown)


def authority_of(client: FlaskClient, client_for: ClientFor) -> str:
    return str(client_for("officer.wuhou").get("/api/v1/sessions/current").json["authority_code"])


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"options": [406]}, 422, "rating-option-unfit"),
        ({"options": [509]}, 422, "rating-option-unfit"),
        ({"options": [999]}, 422, "rating-option-unfit"),
        ({"level": 6}, 422, "input-invalid"),
        ({"level": None}, 422, "input-invalid"),
        ({"code_set": None}, 422, "input-invalid"),
        ({"occasion": "handling"}, 409, "not-ratable-yet"),
    ],
)
def test_nothing_is_preset_and_options_fit_the_level(
    app: Flask, client_for: ClientFor, changes: dict[str, Any], status: int, code: str
) -> None:
    number = received(client_for("clerk.liangjiang"))
    answer = rated(client_for("zhang"), number, **changes)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 0


def test_only_the_applicant_rates(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    assert rated(client_for("li"), number).status_code == 404
    assert rated(client_for("clerk.liangjiang"), number).json["code"] == "forbidden"


def test_the_options_come_in_both_directions_without_retired_codes(client: FlaskClient) -> None:
    levels = client.get("/api/v1/rating-options").json["levels"]
    assert [(line["level"], line["level_gbt39046"]) for line in levels] == [
        (5, 1), (4, 2), (3, 3), (2, 4), (1, 5),
    ]  # fmt: skip
    for line in levels:
        assert sum(option["base"] for option in line["options"]) == 3
        assert {option["code"] // 100 for option in line["options"]} == {line["level"]}


@pytest.mark.both_databases
def test_two_ratings_at_once_are_one(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    number = received(client_for("clerk.liangjiang"))
    with app.app_context(), reading() as session:
        people = session.scalars(select(Person)).all()
        actor = citizen_actor(next(p for p in people if p.name == ZHANG["name"]))

    def give(_: int) -> str:
        with app.app_context():
            return rate(number, Given("receiving", 2, (207,)), actor=actor, now=clock.now())

    outcomes = at_once(give)
    assert sum(isinstance(outcome, RatedAlready) for outcome in outcomes) == 1
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 1
        assert session.scalar(select(func.count()).select_from(Rectification)) == 1


def test_words_are_published_only_without_private_data(
    client: FlaskClient, client_for: ClientFor, bad: str
) -> None:
    operator, code = client_for("operator"), authority_of(client, client_for)
    public = f"/api/v1/authorities/{code}/ratings"
    assert client.get(public).json["ratings"][0]["text"] is None
    (waiting,) = operator.get("/api/v1/rating-texts").json["texts"]
    path = f"/api/v1/rating-texts/{waiting['number']}"
    raw = operator.post(path, json={"publish": True, "text": waiting["text"]})
    assert (raw.status_code, raw.json["code"]) == (422, "private-data-in-text")
    assert operator.post(path, json={"publish": True}).json["fields"] == {
        "text": ["请填写要公开的文字"]
    }
    assert operator.post(path, json={"publish": True, "text": "多次跑腿"}).status_code == 204
    assert client.get(public).json["ratings"][0]["text"] == "多次跑腿"
    twice = operator.post(path, json={"publish": False})
    assert (twice.status_code, twice.json["code"]) == (409, "moderation-done")
    assert operator.post("/api/v1/rating-texts/R0", json={"publish": False}).status_code == 404


def test_a_bad_rating_is_put_right_and_asked_again(
    client: FlaskClient, client_for: ClientFor, bad: str
) -> None:
    officer, mine = client_for("officer.wuhou"), client_for("zhang")
    (line,) = officer.get("/api/v1/rectifications").json["rectifications"]
    assert [line[name] for name in ("accept_due_on", "answer_due_on", "complex_due_on")] == [
        "2026-03-03", "2026-03-09", "2026-03-23",
    ]  # fmt: skip
    full = officer.get(f"/api/v1/rectifications/{bad}").json
    assert full["phone"] == "138****0001"
    assert ZHANG["name"] not in str(full)
    answer = {"verdict": "fixed", "measures": "已补充样本并致歉。"}
    early = step(officer, bad, "reply", **answer)
    assert (early.status_code, early.json["code"]) == (409, "voice-step-refused")
    assert step(mine, bad, "revisit", level=4).json["code"] == "voice-step-refused"
    for name, body in (("acceptance", {}), ("contact", {}), ("reply", answer)):
        assert step(officer, bad, name, **body).status_code == 204
    assert step(client_for("li"), bad, "revisit", level=4).status_code == 404
    assert step(mine, bad, "revisit", level=4).status_code == 204
    (told,) = mine.get("/api/v1/rectifications").json["rectifications"]
    assert (told["state"], told["satisfied_after"], told["verdict_words"]) == (
        "closed", 4, "情况属实，已经整改",
    )  # fmt: skip
    assert officer.get("/api/v1/rectifications").json["rectifications"] == []


def test_the_rated_officer_neither_sees_nor_handles_the_matter(
    app: Flask, client_for: ClientFor, bad: str
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.query(Rating).update({"rated_staff": "officer.wuhou"})
    officer = client_for("officer.wuhou")
    assert officer.get("/api/v1/rectifications").json["rectifications"] == []
    for answer in (officer.get(f"/api/v1/rectifications/{bad}"), step(officer, bad, "acceptance")):
        assert (answer.status_code, answer.json["code"]) == (403, "own-matter")
    assert client_for("officer.jinjiang").get(f"/api/v1/rectifications/{bad}").status_code == 404


def test_a_complex_matter_is_extended_once_and_a_mistaken_rating_does_not_count(
    client: FlaskClient, client_for: ClientFor, bad: str
) -> None:
    officer, code = client_for("officer.wuhou"), authority_of(client, client_for)
    for name in ("acceptance", "contact"):
        step(officer, bad, name)
    plan = {"verdict": "complex", "measures": "需要两地协商，十五个工作日内答复。"}
    assert step(officer, bad, "reply", **plan).status_code == 204
    assert step(officer, bad, "reply", **plan).json["code"] == "voice-step-refused"
    before = client.get(f"/api/v1/authorities/{code}/ratings").json["counts"]
    found = {"verdict": "misjudged", "measures": "申请人选错了办件。"}
    assert step(officer, bad, "reply", **found).status_code == 204
    after = client.get(f"/api/v1/authorities/{code}/ratings").json
    assert (before["1"], after["counts"]["1"], after["ratings"]) == (1, 0, [])


def test_each_stage_that_is_late_is_escalated_once(
    app: Flask, client_for: ClientFor, clock: StandingClock, bad: str
) -> None:
    def stage() -> Any:
        (line,) = client_for("officer.wuhou").get("/api/v1/rectifications").json["rectifications"]
        return line["escalated_stage"]

    with app.app_context():
        clock.advance(days=2)
        workers.watch_limits()
        workers.watch_limits()
    assert stage() == "accept"
    step(client_for("officer.wuhou"), bad, "acceptance")
    with app.app_context():
        clock.advance(days=6)
        workers.watch_limits()
    assert stage() == "answer"
