"""Every endpoint says who may call it, and holds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kiosk.identity.actors import Role

LIBRARY_ENDPOINTS = {"static", "api-docs.openapi_json"}  # Both show what anybody may read.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def views(app: Flask) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Each endpoint and method with the function that answers it."""
    for endpoint, view in app.view_functions.items():
        handler = getattr(view, "view_class", None)
        for method in METHODS:
            if handler is None:
                yield endpoint, method, view
            elif hasattr(handler, method.lower()):
                yield endpoint, method, getattr(handler, method.lower())


def is_rule(rule: object) -> bool:
    return rule == "public" or (
        isinstance(rule, tuple) and bool(rule) and all(isinstance(role, Role) for role in rule)
    )


def address(rule: Rule) -> str:
    """Some address of the rule; what it names need not exist."""
    values = {
        name: 1 if converter.regex == r"\d+" else "x"
        for name, converter in rule._converters.items()
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_endpoint_has_one_access_rule(app: Flask) -> None:
    without = {
        endpoint
        for endpoint, _, view in views(app)
        if endpoint not in LIBRARY_ENDPOINTS and not is_rule(getattr(view, "access_rule", None))
    }
    assert without == set()


def test_strangers_are_turned_away_before_their_input_is_read(
    app: Flask, client: FlaskClient
) -> None:
    rules = {
        (endpoint, method): view.access_rule  # type: ignore[attr-defined]
        for endpoint, method, view in views(app)
        if endpoint not in LIBRARY_ENDPOINTS
    }
    tried, admitted = 0, []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & set(METHODS)):
            if rules.get((rule.endpoint, method), "public") == "public":
                continue
            answer = client.open(
                address(rule), method=method, headers={"Accept": "application/json"}
            )
            tried += 1
            if answer.status_code != 401 or answer.json["code"] != "not-signed-in":
                admitted.append(f"{method} {rule.rule}: {answer.status_code}")
    assert admitted == []
    assert tried > 0
