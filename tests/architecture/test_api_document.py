"""The OpenAPI document tells a stranger everything needed to call the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

Operation = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return app.test_client().get("/api/v1/openapi.json").json


def operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Each operation by its name, ``POST /api/v1/cases``."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def test_every_api_route_is_documented(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and "docs" not in rule.rule
    }
    assert routes - set(document["paths"]) - {"/api/v1/openapi.json"} == set()


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    assert [name for name, operation in operations(document) if not operation.get("summary")] == []


def test_guarded_operations_document_their_refusals(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(document)
        if operation.get("security") and "401" not in operation["responses"]
    ]
    assert silent == []


def test_refusals_are_problem_documents(document: dict[str, Any]) -> None:
    odd = [
        f"{name} {status}"
        for name, operation in operations(document)
        for status, response in operation["responses"].items()
        if status.startswith(("4", "5")) and PROBLEM not in response.get("content", {})
    ]
    assert odd == []


def test_input_that_can_be_faulty_has_a_documented_refusal(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(document)
        if "requestBody" in operation and "422" not in operation["responses"]
    ]
    assert silent == []
