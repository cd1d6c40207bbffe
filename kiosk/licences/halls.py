"""Service halls (政务服务中心): they receive for every authority and seal receipts, nothing else.

Their names follow the usual pattern; what a hall is really called is published locally and not verified here.
"""

from __future__ import annotations

from services_catalog.authorities import demo_code

HALL_KIND = "政务服务中心"


def hall_code(division_code: str) -> str:
    """The code that the hall of a division seals under."""
    return demo_code(HALL_KIND, division_code)


def hall_name(division_name: str) -> str:
    """The hall's name: the division in full and the kind."""
    return f"{division_name}{HALL_KIND}"
