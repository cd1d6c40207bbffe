"""A filled-in form against the questions of its item."""

from __future__ import annotations

from typing import Any

from services_catalog import forms


def form_faults(form: forms.Form, given: dict[str, Any]) -> dict[str, list[str]]:
    """Every faulty field of a filled-in form, as ``{"form.head_id": [reasons]}``."""
    faults = forms.schema_for(form).validate(given)
    return {f"form.{key}": _reasons(words) for key, words in faults.items()}


def _reasons(words: Any) -> list[str]:
    """The reasons of one field; those of a table's cells are brought into one list."""
    if isinstance(words, dict):
        return [reason for inner in words.values() for reason in _reasons(inner)]
    return [str(word) for word in words] if isinstance(words, list) else [str(words)]
