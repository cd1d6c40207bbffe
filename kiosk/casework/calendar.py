"""The office calendar of the running application: the loaded year tables and the instance's own file."""

from __future__ import annotations

from flask import current_app

from services_catalog.workdays import Calendar


def office_calendar() -> Calendar:
    """The calendar that every due date of this application is counted in."""
    calendar: Calendar = current_app.extensions["calendar"]
    return calendar
