"""The auditor reads what was done in Chinese, whatever was done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import kiosk
from kiosk.casework.deeds import Deed
from kiosk.casework.states import Action
from kiosk.fees.payments import Step
from kiosk.web.pages.audit_words import ACTION_WORDS
from printing.blanks import Handling
from printing.job_states import Event
from printing.wire import Report

#: Functions that pass the act on to the trail, third among their arguments or fourth.
RECORDERS = {"record": 2, "_record": 2}
BY_HAND = (Event.HOLD, Event.RELEASE, Event.CANCEL)


def acts_named(source: str) -> Iterator[str]:
    """Every act that a call in this source hands to the audit trail as a word of its own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = RECORDERS.get(name)
            if place is not None and len(node.args) > place:
                act = node.args[place]
                if isinstance(act, ast.Constant) and isinstance(act.value, str):
                    yield act.value


def test_every_act_in_the_trail_has_words() -> None:
    sources = Path(kiosk.__file__).parent.rglob("*.py")
    acts = {act for source in sources for act in acts_named(source.read_text(encoding="utf-8"))}
    assert len(acts) > 80
    acts |= {f"case-{act}" for act in (*Action, *Deed)}
    acts |= {f"print-{event}" for event in (*Report, *BY_HAND)}
    acts |= {f"paper-{event}" for event in (Event.COLLECT, Event.LEAVE)}
    acts |= {f"blanks-{handling}" for handling in Handling}
    acts |= {f"payment-{step}" for step in Step}
    assert sorted(acts - set(ACTION_WORDS)) == []
    assert all(ACTION_WORDS.values())
