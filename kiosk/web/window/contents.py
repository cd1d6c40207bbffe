"""What the window's pages send, as a draft keeps it, and a draft as it stands in their inputs.

Faults of the form are told by the commands; only counts that are no numbers are found here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.casework.draft_submission import PAPERS
from kiosk.casework.receipt import Delivery
from kiosk.casework.requirements import Requirement
from kiosk.web.pages.applications import MOST_PAGES, POSTAL, answers_of
from kiosk.web.pages.questions import input_name
from services_catalog.forms import Form
from services_catalog.material_rules import PAPER

Inputs = MultiDict[str, str]
Content = dict[str, Any]
MOST_COPIES = 9


def inputs_of(form: Form, content: Mapping[str, Any]) -> Inputs:
    """The draft as the form page shows it."""
    inputs: Inputs = MultiDict()
    for key, answer in (content.get("form") or {}).items():
        inputs.setlist(input_name(key), typed(form, key, answer))
    for name, value in (content.get("postal") or {}).items():
        inputs[f"postal.{name}"] = str(value)
    for name in ("delivery", "pickup_machine", "registrar"):
        inputs[name] = str(content.get(name) or "")
    return inputs


def with_form(form: Form, given: Inputs, kept: Content) -> Content:
    """The draft with what the form page sends; what that page does not ask stays as it was."""
    delivery = given.get("delivery", "")
    answers = answers_of(form, given, delivery)
    before = kept.get("form") or {}
    for key, answer in before.items():
        if key in answers and given.getlist(input_name(key)) == typed(form, key, answer):
            answers[key] = answer  # A table with named cells is shown as lines, and kept as it was.
    postal = {name: given.get(f"postal.{name}", "").strip() for name in POSTAL}
    changed = {
        "form": answers,
        "delivery": delivery,
        "postal": postal if delivery == Delivery.POST else None,
        "pickup_machine": (given.get("pickup_machine") or None)
        if delivery == Delivery.MACHINE
        else None,
        "registrar": given.get("registrar", "").strip() or None,
    }
    return kept | changed


def with_papers(asked: Sequence[Requirement], given: Inputs, kept: Content) -> Content:
    """The draft with the papers that were ticked; each copy is one entry, as the authority counts them."""
    noted = []
    for position, paper in enumerate(asked):
        if not given.get(f"paper.{position}"):
            continue
        entry = {"name": paper.name, "form": PAPER, "pages": _number(given, f"pages.{position}")}
        copies = _number(given, f"copies.{position}") or 1
        noted += [entry] * min(copies, MOST_COPIES)
    names = {paper.name for paper in asked}
    others = [entry for entry in kept.get(PAPERS) or [] if entry.get("name") not in names]
    return kept | {PAPERS: others + noted}


def paper_faults(asked: Sequence[Requirement], given: Inputs) -> dict[str, list[str]]:
    """Counts that are no numbers; they are told at once, because the draft can not keep them."""
    told = {}
    for position in range(len(asked)):
        for name, most in ((f"pages.{position}", MOST_PAGES), (f"copies.{position}", MOST_COPIES)):
            text = given.get(name, "").strip()
            if text and not (text.isdecimal() and 1 <= int(text) <= most):
                told[name] = [f"应为 1 至 {most} 的整数"]
    return told


def paper_inputs(asked: Sequence[Requirement], content: Mapping[str, Any]) -> Inputs:
    """The noted papers as the list shows them."""
    inputs: Inputs = MultiDict()
    for position, paper in enumerate(asked):
        noted = [entry for entry in content.get(PAPERS) or [] if entry.get("name") == paper.name]
        if noted:
            inputs[f"paper.{position}"] = "yes"
            inputs[f"pages.{position}"] = str(noted[0].get("pages") or "")
            inputs[f"copies.{position}"] = str(len(noted))
    return inputs


def typed(form: Form, key: str, answer: Any) -> list[str]:
    """An answer as it stands in its input: several ticks, lines of a table, or one text."""
    if not isinstance(answer, list):
        return ["" if answer is None else str(answer)]
    field = next((field for field in form.fields if field.key == key), None)
    if field is not None and field.type == "choices":
        return [str(entry) for entry in answer]
    return ["\n".join(_row(entry) for entry in answer)]


def _row(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return "，".join(f"{name}：{cell}" for name, cell in entry.items())


def _number(given: Inputs, name: str) -> int | None:
    text = given.get(name, "").strip()
    return int(text) if text.isdecimal() and 1 <= int(text) <= MOST_PAGES else None
