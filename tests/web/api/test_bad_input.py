"""Whatever is sent to whichever endpoint: an answer in problem+json that names every fault, and not a row changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.uow import reading
from services_catalog.orm import Base

ROLES = ("clerk.liangjiang", "officer.wuhou", "zhang")
WRITING = ("post", "put", "patch")


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Each writing operation that takes a JSON body, with its schema."""
    return [
        (method, path, operation["requestBody"]["content"]["application/json"]["schema"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in WRITING
        and "application/json" in operation.get("requestBody", {}).get("content", {})
    ]


#: Questions that carry personal data, asked with POST so that it stands in no address; empty, they ask for all.
SEARCHES = {"/api/v1/cases/searches"}


def address(path: str) -> str:
    """Some address of the path; what it names does not exist."""
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + "x" + path[end + 1 :]
    return path


def rows(app: Flask) -> dict[str, int]:
    with app.app_context(), reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def required_of(document: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return set(document["components"]["schemas"].get(name, schema).get("required", []))


@pytest.mark.parametrize(
    "body", ["not json", "[]", "null", '"text"', '{"unknown": 1}', "{}", "{", "\x00", '{"a": NaN}']
)
def test_no_body_breaks_an_endpoint_or_changes_a_row(
    app: Flask, client: FlaskClient, client_for: Callable[[str], FlaskClient], body: str
) -> None:
    document = client.get("/api/v1/openapi.json").json
    clients = [client, *map(client_for, ROLES)]
    before = rows(app)
    for method, path, schema in operations(document):
        for each in clients:
            answer = each.open(
                address(path), method=method, data=body, content_type="application/json"
            )
            if answer.status_code == 200 and body == "{}" and path in SEARCHES:
                continue
            assert 400 <= answer.status_code < 500, (path, body, answer.text)
            assert answer.content_type == "application/problem+json", path
            assert {"type", "title", "status", "code", "detail"} <= set(answer.json), path
            if answer.status_code == 422 and body == "{}":
                assert required_of(document, schema) <= set(answer.json.get("fields", {})), path
    assert rows(app) == before


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_unknown_addresses_and_methods_are_problems_too(client: FlaskClient, method: str) -> None:
    answer = client.open("/api/v1/nowhere", method=method)
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    answer = client.open("/api/v1/items", method=method)
    assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed")


def test_a_surprise_is_an_incident_without_its_text(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode() -> None:
        raise RuntimeError("driver says: secret")

    monkeypatch.setitem(app.view_functions, "items.list_divisions", explode)
    answer = app.test_client().get("/api/v1/divisions")
    assert (answer.status_code, answer.json["code"]) == (500, "incident")
    assert "secret" not in answer.text
