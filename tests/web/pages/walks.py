"""What people do on the pages more than once: apply for the branch in Wuhou, decide it, stand at a machine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask

from deploy.demo import branch_form
from kiosk import workers
from kiosk.demo import MACHINE, PEOPLE, PIN
from kiosk.identity.provider import CITIZEN_CARD, Identity
from printing import wire
from tests.machines.terminal import Terminal
from tests.support.browsing import Visitor

ZHANG, LI, OUYANG = PEOPLE
DELIVERY = ("delivery", "pickup_machine", "postal__recipient", "postal__phone", "postal__address")
MOST_PAGES = 12
HOLDER = Identity(OUYANG["name"], CITIZEN_CARD, OUYANG["document_number"])


@dataclass
class Kiosk:
    """A machine with its screen."""

    terminal: Terminal
    screen: Visitor
    opened: wire.SessionOpened

    def lay_card(self) -> None:
        assert self.terminal.read_card(self.opened, HOLDER).status_code == 200

    def take_card(self) -> None:
        assert self.terminal.remove_card(self.opened).status_code == 200

    def prove(self, secret: str = PIN) -> Visitor:
        return self.screen.open("/touch/card?next=/touch/licences").press("确定", secret=secret)


def branch_inputs(person: dict[str, str] = OUYANG, **changes: str) -> dict[str, str]:
    """The inputs of item 37's page; the way of delivery answers how the licence comes."""
    form = {
        f"form__{key}": str(value)
        for key, value in branch_form(person, "510107", "武侯大道").items()
    }
    del form["form__get_method"]
    return form | {"delivery": "machine", "pickup_machine": MACHINE} | changes


def fill_in(citizen: Visitor, **changes: str) -> Visitor:
    """Go through the pages of questions that are before us, filling in what each of them asks."""
    inputs = branch_inputs(**changes)
    for _ in range(MOST_PAGES):
        if "/questions/" not in citizen.path:
            break
        citizen.press("下一步", **inputs)
        assert citizen.page.faults == {}, citizen.page.faults
    return citizen


def reach_the_check(citizen: Visitor, start: str = "/items/37", **changes: str) -> Visitor:
    """From the guide to the page where everything is read back, without papers."""
    citizen.open(start).follow("现在申请").press("开始填写")
    fill_in(citizen, **changes).follow("下一步")
    citizen.press("下一步", **{k: v for k, v in branch_inputs(**changes).items() if k in DELIVERY})
    assert "请核对" in citizen.text, citizen.page.faults
    return citizen


def apply_for_branch(citizen: Visitor, **changes: str) -> str:
    """Apply from the guide to the receipt, insisting that papers are missing; the case number."""
    reach_the_check(citizen, **changes).press("材料不齐，仍然提交")
    return case_number(citizen)


def case_number(page: Visitor) -> str:
    """The number on the page."""
    found = re.search(r"\b\d{20}[0-9A-Z]\b", page.text)
    assert found, page.text
    return found[0]


def decide(app: Flask, officer: Visitor, number: str) -> None:
    """Accept, review and grant; the worker seals."""
    officer.open(f"/district/cases/{number}").press("受理")
    officer.press("开始审核").press("同意")
    assert "已作出同意的决定" in officer.text
    with app.app_context():
        workers.drain()
