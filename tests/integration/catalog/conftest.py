"""An empty catalogue database, and a copy of the shipped files that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from services_catalog.catalogue_files import DATA
from services_catalog.orm import Base


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the catalogue's tables, empty."""
    engine = create_engine(database_url)
    tables = [t for t in Base.metadata.sorted_tables if t.name.startswith("catalog_")]
    Base.metadata.create_all(engine, tables=tables)
    yield engine
    engine.dispose()


@pytest.fixture
def begin(engine: Engine) -> sessionmaker[Session]:
    """``with begin.begin() as session`` commits at its end, or rolls back on a refusal."""
    return sessionmaker(engine)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped files, to be spoilt."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy
