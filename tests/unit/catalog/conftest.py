"""The shipped catalogue in memory, read from its files, without a database."""

from __future__ import annotations

import pytest

from services_catalog.authorities import generate, needs_of
from services_catalog.catalogue_files import CatalogueFiles, read_files
from services_catalog.items import PublishedItem, from_content
from services_catalog.routing import AuthorityView, World, make_world


@pytest.fixture(scope="session")
def files() -> CatalogueFiles:
    """What the shipped files say."""
    return read_files()


@pytest.fixture(scope="session")
def items(files: CatalogueFiles) -> dict[int, PublishedItem]:
    """The 311 items."""
    return {seq: from_content(content) for seq, content in files.contents.items()}


@pytest.fixture(scope="session")
def authorities(files: CatalogueFiles, items: dict[int, PublishedItem]) -> list[AuthorityView]:
    """Every authority that the items need."""
    needs = needs_of(items.values()) | set(files.registrars)
    return generate(needs, files.districts, files.named, files.names)


@pytest.fixture(scope="session")
def world(
    files: CatalogueFiles, items: dict[int, PublishedItem], authorities: list[AuthorityView]
) -> World:
    """The rules that routing asks."""
    cancelled = {seq: reason for seq, (_, reason) in files.cancelled.items()}
    return make_world(files.districts.values(), authorities, items, cancelled)
