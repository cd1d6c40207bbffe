"""Write the year tables of working days from chinesecalendar: run it when a new release knows another year.

``python -m deploy.build_workdays`` rewrites ``services_catalog/data/workdays.json``.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays

from services_catalog.workdays import DATA, SATURDAY

FIRST_YEAR = 2004
SOURCE = "国务院办公厅关于{year}年部分节假日安排的通知 (as in chinesecalendar {version})"
VERSION = "1.11.0"


def year_table(year: int) -> dict[str, object]:
    """The weekdays off and the weekend days worked of one year, as ISO dates, with their source."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    own = [day for day in days if day.year == year]
    works = {day: chinese_calendar.is_workday(day) for day in own}
    return {
        "off": [day.isoformat() for day in own if day.weekday() < SATURDAY and not works[day]],
        "work": [day.isoformat() for day in own if day.weekday() >= SATURDAY and works[day]],
        "source": SOURCE.format(year=year, version=VERSION),
    }


def build() -> str:
    """The file's text, one line per year."""
    years = range(FIRST_YEAR, max(holidays).year + 1)
    lines = [f' "{year}": {json.dumps(year_table(year), ensure_ascii=False)}' for year in years]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    DATA.write_text(build(), encoding="utf-8")
