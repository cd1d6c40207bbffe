"""The migrations lead from nothing to the models, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from kiosk.extensions import database
from tests.support.sources import ROOT

pytestmark = pytest.mark.both_databases


@pytest.fixture
def in_app(empty_app: Flask) -> Iterator[None]:
    with empty_app.app_context():
        yield


def revisions() -> list[str]:
    """The revisions from the first to the last."""
    script = ScriptDirectory(str(ROOT / "migrations"))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def table_names() -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.usefixtures("in_app")
def test_head_equals_the_models() -> None:
    upgrade()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, database.metadata)
    assert differences == []


@pytest.mark.usefixtures("in_app")
def test_every_step_can_be_taken_back() -> None:
    steps = revisions()
    for step, before in zip(steps, ["base", *steps], strict=False):
        upgrade(revision=step)
        reached = table_names()
        downgrade(revision=before)
        upgrade(revision=step)
        assert table_names() == reached, step
    downgrade(revision="base")
    assert table_names() == set()


@pytest.mark.usefixtures("in_app")
def test_migrating_twice_changes_nothing() -> None:
    upgrade()
    once = table_names()
    upgrade()
    assert table_names() == once == set(database.metadata.tables)


def test_revisions_are_one_numbered_line() -> None:
    assert revisions(), "no migrations"
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]
    names = [path.name for path in (ROOT / "migrations" / "versions").glob("*.py")]
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name)] == []
