"""The 311 items as the catalogue's file tells them, without a database."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import services_catalog
from services_catalog.items import PublishedItem, from_content, to_content

CATALOGUE = Path(services_catalog.__file__).parent / "data" / "catalogue_311.csv"


@cache
def published_items() -> dict[int, PublishedItem]:
    """Every item by its number."""
    with CATALOGUE.open(encoding="utf-8-sig", newline="") as stream:
        contents = [to_content(row, "") for row in csv.DictReader(stream)]
    return {content["seq"]: from_content(content) for content in contents}
