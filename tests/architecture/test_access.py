"""Every endpoint says who may call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask

from kiosk.identity.actors import Role

LIBRARY_ENDPOINTS = {"static"}


def views(app: Flask) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each endpoint with each function that may answer it."""
    for endpoint, view in app.view_functions.items():
        handler = getattr(view, "view_class", None)
        if handler is None:
            yield endpoint, view
            continue
        for method in handler.methods:
            yield f"{endpoint} {method}", getattr(handler, method.lower())


def is_rule(rule: object) -> bool:
    return rule == "public" or (
        isinstance(rule, tuple) and bool(rule) and all(isinstance(role, Role) for role in rule)
    )


def test_every_endpoint_has_one_access_rule(app: Flask) -> None:
    without = [
        endpoint
        for endpoint, view in views(app)
        if endpoint not in LIBRARY_ENDPOINTS and not is_rule(getattr(view, "access_rule", None))
    ]
    assert without == []


def test_every_role_may_do_something(app: Flask) -> None:
    used = {role for _, view in views(app) for role in getattr(view, "access_rule", ())}
    assert {role for role in used if isinstance(role, Role)} == set(Role)
