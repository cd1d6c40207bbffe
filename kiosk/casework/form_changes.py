"""Changes of a received form and its list of papers, before acceptance only; what decides the authority stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.casework.form_checks import form_faults
from kiosk.casework.models import Case, CaseMaterial
from kiosk.casework.receipt import iso
from kiosk.catalogue import catalogue, pinned_form
from kiosk.errors import InputInvalid
from services_catalog import forms

Paper = tuple[str, str, int | None, str | None]


def field_label(session: Session, case: Case, key: str) -> str | None:
    """The label of a field that may be changed, or None: a field that the routing asked for may not."""
    for field in _form_of(session, case).fields:
        if field.key == key and not field.routing:
            return field.label
    return None


def apply_answers(
    session: Session, case: Case, fields: Mapping[str, Any], papers: Sequence[Paper]
) -> None:
    """Put new values into the form and further papers (name, form, pages, digest) on the list. Raises InputInvalid."""
    if fields:
        _change_form(session, case, fields)
    last = session.scalar(
        select(func.max(CaseMaterial.position)).where(CaseMaterial.case_id == case.id)
    )
    session.add_all(
        CaseMaterial(
            case_id=case.id, position=place, name=name, form=form, pages=pages, digest=digest
        )
        for place, (name, form, pages, digest) in enumerate(papers, start=(last or 0) + 1)
    )


def _change_form(session: Session, case: Case, fields: Mapping[str, Any]) -> None:
    form = _form_of(session, case)
    faults = {
        f"form.{key}": ["这一栏不能在这里更改"]
        for key in fields
        if field_label(session, case, key) is None
    }
    changed = dict(case.form) | dict(fields)
    faults |= form_faults(form, changed)
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    loaded = forms.schema_for(form).load(changed)
    case.form = {
        key: iso(value) if hasattr(value, "isoformat") else value for key, value in loaded.items()
    }


def _form_of(session: Session, case: Case) -> forms.Form:
    return pinned_form(session, catalogue(), case.item_seq, case.item_version_id)
