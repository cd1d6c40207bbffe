"""The office calendars of the running application: the shipped year tables and those an administrator loaded."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from flask import current_app

from kiosk.catalogue import catalogue
from services_catalog.routing import chain
from services_catalog.workdays import Calendar, load_calendar, merge_tables


class CalendarFile:
    """The calendar of an instance; a file loaded meanwhile, also by another process, is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._calendar = load_calendar(path)

    def calendar(self) -> Calendar:
        """The calendar as it stands now. Raises CalendarInvalid."""
        written_at = self._written_at()
        if written_at != self._read_at:
            self._calendar, self._read_at = load_calendar(self._path), written_at
        return self._calendar

    def add(self, tables: Any) -> None:
        """Put the tables beside those held; years and areas named again are replaced. Raises CalendarInvalid."""
        held = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        merged = merge_tables(held, tables)
        draft = self._path.with_name(f".{self._path.name}-{secrets.token_hex(4)}")
        draft.write_text(json.dumps(merged, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, self._path)

    def _written_at(self) -> tuple[int, int] | None:
        if not self._path.exists():
            return None
        seen = self._path.stat()
        return seen.st_mtime_ns, seen.st_ino


def calendar_file() -> CalendarFile:
    """The calendar file of this application."""
    held: CalendarFile = current_app.extensions["calendar"]
    return held


def office_calendar(division_code: str) -> Calendar:
    """The calendar of the organs of a division; for a case it is the deciding organ's that counts."""
    world = catalogue().world
    return calendar_file().calendar().of_areas(chain(world.districts[division_code], world))
