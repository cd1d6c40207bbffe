"""Why a list can not be read at all."""

from __future__ import annotations

from services_catalog.errors import CatalogError


class ListUnreadable(CatalogError):
    """The file can not be read as a list of items at all; the text says why."""

    code = "list-unreadable"
