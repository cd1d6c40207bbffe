"""The officers' desk over HTTP: queue, hand, opinions, batch and search, each with its refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.web.api.test_cases import ZHANG, brought_to, received

ClientFor = Callable[[str], FlaskClient]


def test_an_officer_takes_a_case_from_the_queue_and_gives_it_back(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    officer, second = client_for("officer.wuhou"), client_for("second.wuhou")
    path = f"/api/v1/cases/{number}/holding"
    assert officer.get("/api/v1/queue?whose=free").json["cases"][0]["number"] == number
    assert officer.post(path, json={}).status_code == 200
    (line,) = officer.get("/api/v1/queue?whose=mine").json["cases"]
    assert (line["number"], line["held_by"]) == (number, "officer.wuhou")
    for answer in (second.post(path, json={}), second.delete(path)):
        assert (answer.status_code, answer.json["code"]) == (409, "taken-by-other")
    blocked = second.post(f"/api/v1/cases/{number}/acceptance", json={})
    assert blocked.json["code"] == "taken-by-other"
    moved = client_for("supervisor.wuhou").put(path, json={"officer": "second.wuhou"})
    assert moved.status_code == 200
    refused = officer.put(path, json={"officer": "officer.wuhou"})
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert second.delete(path).status_code == 200
    assert second.delete(path).json["code"] == "not-taken"
    assert [step["action"] for step in moved.json["events"]] == ["receive", "take", "reassign"]


def test_an_opinion_is_read_by_officers_only(client_for: ClientFor) -> None:
    number = brought_to(client_for, "under-review")
    path = f"/api/v1/cases/{number}/opinions"
    second = client_for("second.wuhou")
    body = {"outcome": "grant", "words": "建议同意"}
    assert second.post(path, json=body).status_code == 201
    assert second.post(path, json=body | {"outcome": "maybe"}).status_code == 422
    (opinion,) = second.get(path).json["opinions"]
    assert (opinion["kind"], opinion["officer_name"]) == ("opine", "武侯复核(演示)")
    assert client_for("officer.jinjiang").get(path).json["code"] == "wrong-place"
    assert client_for("zhang").get(path).json["code"] == "forbidden"
    assert "建议同意" not in client_for("zhang").get(f"/api/v1/cases/{number}").text
    own = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/signatures", json=body)
    assert (own.status_code, own.json["code"]) == (403, "second-signer-is-first")


def test_a_batch_answers_for_each_case(client_for: ClientFor) -> None:
    good, early = brought_to(client_for, "under-review"), received(client_for("clerk.liangjiang"))
    officer = client_for("officer.wuhou")
    body = {"cases": [{"number": early}, {"number": good}], "words": "同意"}
    refused, granted = officer.post("/api/v1/grants", json=body).json["results"]
    assert (granted["granted"], granted["problem"]) == (True, None)
    assert (refused["granted"], refused["problem"]["code"]) == (False, "transition-refused")
    too_many = officer.post("/api/v1/grants", json=body | {"cases": body["cases"] * 251})
    assert (too_many.status_code, too_many.json["code"]) == (422, "input-invalid")


def test_cases_are_searched_and_read_page_by_page(client_for: ClientFor) -> None:
    clerk = client_for("clerk.liangjiang")
    numbers = [received(clerk) for _ in range(3)]
    body = {"document_type": "111", "document_number": ZHANG["document_number"], "limit": 2}
    first = client_for("officer.wuhou").post("/api/v1/cases/searches", json=body).json
    assert [line["number"] for line in first["cases"]] == numbers[:0:-1]
    page = clerk.get("/api/v1/cases?limit=2").json
    rest = clerk.get(f"/api/v1/cases?limit=2&after={page['next']}").json
    assert [line["number"] for line in rest["cases"]] == numbers[:1]
    assert rest["next"] is None


@pytest.mark.parametrize("after", ["x", "2026-03-02~NOSUCH", "2026-13-45~500171202603020000015"])
def test_a_cursor_that_no_page_ended_with_is_refused(client_for: ClientFor, after: str) -> None:
    for login, path in (("officer.wuhou", "/api/v1/queue"), ("zhang", "/api/v1/cases")):
        answer = client_for(login).get(path, query_string={"after": after})
        assert (answer.status_code, answer.json["code"]) == (422, "input-invalid")
        assert "after" in answer.json["fields"]
