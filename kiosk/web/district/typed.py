"""What people at the desks type: days and words. Each fault stands beside its input."""

from __future__ import annotations

from datetime import date

from flask import request

from kiosk.errors import InputInvalid


def typed_day(name: str) -> date:
    """The day typed into an input. Raises InputInvalid."""
    return day_of(name, request.form.get(name, "").strip())


def day_of(name: str, typed: str) -> date:
    """The day that was typed. Raises InputInvalid for the input of that name."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InputInvalid(fields={name: ["请填写日期"]}) from None


def typed_words(name: str, asked: str, most: int) -> str:
    """The words typed into an input. Raises InputInvalid with what is asked for, for none or for too many."""
    words = request.form.get(name, "").strip()
    if not 0 < len(words) <= most:
        raise InputInvalid(fields={name: [f"{asked}，不超过 {most} 字"]})
    return words
