"""Words that districts add: proposed by one, accepted by another, found at once on every worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.audit.models import AuditEntry
from kiosk.uow import reading
from services_catalog.search_tokens import fold
from tests.support.applications import create_app
from tests.support.clocks import StandingClock
from tests.support.instances import Prepared

ClientFor = Callable[[str], FlaskClient]
WORDS = "咕噜咕噜本本"
ALIASES = "/api/v1/catalogue/items/287/aliases"


def first(client: FlaskClient) -> list[int]:
    items = client.get(f"/api/v1/items?q={WORDS}&limit=1").json["items"]
    return [item["seq"] for item in items]


@pytest.mark.both_databases
def test_accepted_words_are_found_without_a_restart(
    app: Flask, prepared: Prepared, client: FlaskClient, client_for: ClientFor, clock: StandingClock
) -> None:
    other = create_app(prepared.settings())
    other.extensions["clock"] = clock
    author, reviewer = client_for("editor.wuhou"), client_for("editor.shapingba")
    before = client.get("/api/v1/items")
    made = author.post(ALIASES, json={"words": f" {WORDS} "})
    assert (made.status_code, made.json["words"], made.json["status"]) == (201, WORDS, "proposed")
    assert first(client) != [287]
    done = reviewer.post(f"{ALIASES}/1/review", json={"accept": True}).json
    assert (done["author"], done["reviewer"]) == ("editor.wuhou", "editor.shapingba")
    assert first(client) == first(other.test_client()) == [287]
    assert client.get("/api/v1/items").headers["ETag"] != before.headers["ETag"]
    assert reviewer.post(f"{ALIASES}/1/review", json={"accept": False}).status_code == 200
    assert first(client) != [287]
    with app.app_context(), reading() as session:
        acts = [e.action for e in session.query(AuditEntry).filter_by(subject="alias:287/1")]
    assert acts == ["alias-proposed", "alias-accepted", "alias-rejected"]
    other.extensions["database"].dispose()


def test_each_refusal_is_named(client: FlaskClient, client_for: ClientFor) -> None:
    author, reviewer = client_for("editor.wuhou"), client_for("editor.shapingba")
    assert client.post(ALIASES, json={"words": WORDS}).status_code == 401
    assert client_for("officer.wuhou").post(ALIASES, json={"words": WORDS}).status_code == 403
    for words in ("养", "养蜂证申领", "  "):
        assert author.post(ALIASES, json={"words": words}).json["code"] == "alias-invalid", words
    assert author.post(ALIASES, json={}).status_code == 422
    unknown = author.post("/api/v1/catalogue/items/999/aliases", json={"words": WORDS})
    assert unknown.json["code"] == "unknown-item"
    author.post(ALIASES, json={"words": WORDS})
    assert author.post(ALIASES, json={"words": fold(WORDS)}).json["code"] == "alias-invalid"
    own = author.post(f"{ALIASES}/1/review", json={"accept": True})
    assert (own.status_code, own.json["code"]) == (403, "reviewer-is-author")
    missing = reviewer.post(f"{ALIASES}/9/review", json={"accept": True})
    assert (missing.status_code, missing.json["code"]) == (404, "unknown-alias")
    reviewer.post(f"{ALIASES}/1/review", json={"accept": False})
    again = reviewer.post(f"{ALIASES}/1/review", json={"accept": True})
    assert (again.status_code, again.json["code"]) == (409, "version-step-refused")
    listed = author.get("/api/v1/catalogue/aliases?item=287&status=rejected").json["aliases"]
    assert [alias["words"] for alias in listed] == [WORDS]
    assert author.get("/api/v1/catalogue/aliases?status=x").status_code == 422


def test_the_commands_do_the_same(app: Flask, client: FlaskClient) -> None:
    def run(*words: str) -> str:
        outcome = app.test_cli_runner().invoke(args=["catalog", *words])
        return f"{outcome.exit_code} {outcome.output}"

    assert "待审核" in run("alias", "287", WORDS, "--editor", "editor.wuhou")
    assert run("review-alias", "287", "1", "--editor", "editor.wuhou").startswith("1 ")
    assert "采用" in run("review-alias", "287", "1", "--editor", "editor.shapingba")
    assert WORDS in run("aliases", "--item", "287")
    assert first(client) == [287]
