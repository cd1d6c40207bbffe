"""Migrations run through the application that ships them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kiosk.app import create_app
from tests.support.instances import Prepared


@pytest.fixture
def empty_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database."""
    app = create_app(Prepared(tmp_path / "instance", database_url).settings())
    yield app
    app.extensions["database"].dispose()
