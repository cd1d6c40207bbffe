"""What people do on the pages more than once: apply for the branch in Wuhou, decide it."""

from __future__ import annotations

import re

from flask import Flask

from deploy.demo import branch_form
from kiosk import workers
from kiosk.demo import PEOPLE
from tests.support.browsing import Visitor

ZHANG, LI, OUYANG = PEOPLE


def branch_inputs(person: dict[str, str] = OUYANG, **changes: str) -> dict[str, str]:
    """The inputs of item 37's page; the way of delivery answers how the licence comes."""
    form = {
        f"form__{key}": str(value)
        for key, value in branch_form(person, "510107", "武侯大道").items()
    }
    del form["form__get_method"]
    return form | {"delivery": "machine"} | changes


def apply_for_branch(citizen: Visitor, **changes: str) -> str:
    """Apply from the guide to the receipt; the case number."""
    citizen.open("/items/37").follow("现在申请").press("下一步", **branch_inputs(**changes))
    assert "请核对" in citizen.text, citizen.page.faults
    citizen.press("确认提交")
    return case_number(citizen)


def case_number(page: Visitor) -> str:
    """The number on the page."""
    found = re.search(r"\b\d{20}[0-9A-Z]\b", page.text)
    assert found, page.text
    return found[0]


def decide(app: Flask, officer: Visitor, number: str) -> None:
    """Accept, review and grant; the worker seals."""
    officer.open(f"/window/cases/{number}").press("受理")
    officer.press("开始审核").press("同意")
    assert "已作出同意的决定" in officer.text
    with app.app_context():
        workers.drain()
