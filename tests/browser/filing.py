"""Cases for browser tests that begin at the officer's desk, filed over HTTP; what a test is about is clicked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from deploy import demo
from deploy.services import Place
from kiosk.demo import PEOPLE


def filed(url: str, street: str = "武侯大道") -> str:
    """A branch in 武侯, received at the window of 两江新区."""
    body = demo.submission(PEOPLE[0], "510107", street, delivery="machine")
    clerk = demo.sign_in(demo.Client(url), "clerk.liangjiang")
    return str(clerk.post("/api/v1/cases", body)["number"])


def under_review(url: str, street: str = "武侯大道") -> str:
    """The same, accepted and under review by ``officer.wuhou``."""
    number = filed(url, street)
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    for act in ("acceptance", "review"):
        officer.post(f"/api/v1/cases/{number}/{act}")
    return number


def grant_elsewhere(url: str, number: str) -> None:
    """The same officer grants the case in another window."""
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    officer.post(f"/api/v1/cases/{number}/grant", {"words": "在另一个窗口同意"})


def sealed(url: str, street: str) -> dict[str, Any]:
    """The same, granted and its licence sealed; the copy to print."""
    number = under_review(url, street)
    grant_elsewhere(url, number)
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    return demo.wait_for_seal(demo.Walk(), officer, number)


def printed(place: Place, copy: dict[str, Any]) -> Path:
    """That copy, printed by its holder at the machine: the file in the tray."""
    walk, client = demo.Walk(), demo.Client(place.url)
    return demo.print_at_machine(walk, client, place.instance, PEOPLE[0]["key"], copy)


def revoke(url: str, copy: dict[str, Any]) -> None:
    """Its authority revokes the licence of that copy."""
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    body = {"status": "revoked", "reason": "提交虚假材料取得登记"}
    officer.post(f"/api/v1/registry/licences/{copy['identifier']}/status", body)


def send_back(url: str, number: str) -> None:
    """Its officer asks once for what is missing."""
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    defects = [
        {"paper": "住所使用证明", "reason": "缺少第二页", "mend": "请提交完整的复印件"},
        {"field": "business_scope", "reason": "表述不规范", "mend": "请按规范表述填写"},
    ]
    officer.post(f"/api/v1/cases/{number}/corrections", {"defects": defects})


def charge(place: Place, number: str) -> str:
    """Its officer asks for a fee, as if the item were not free there; the number to pay under."""
    with closing(sqlite3.connect(place.instance / "kiosk.sqlite3", timeout=30)) as database:
        database.execute(
            "UPDATE case_case SET offering = json_set(offering, '$.fee', 'per_item') "
            "WHERE number = ?",
            (number,),
        )
        database.commit()
    officer = demo.sign_in(demo.Client(place.url), "officer.wuhou")
    fee = {"charge": "营业执照工本费", "amount_fen": 2000, "basis": "国家公布的收费目录第12项"}
    return str(officer.post(f"/api/v1/cases/{number}/payments", fee)["number"])


def dispute(place: Place) -> None:
    """Machine SPB-001 has told of paper that the ledger rules out: an alarm that lasts until a person answers it."""
    with closing(sqlite3.connect(place.instance / "kiosk.sqlite3", timeout=30)) as database:
        database.execute(
            "INSERT INTO machine_alarm (machine_id, kind, subject, open_key, since, due_at) "
            "SELECT id, 'paper-disputed', 'J1', id || '/paper-disputed/J1', since, since FROM "
            "(SELECT id, datetime('now', '+1 hour') AS since FROM machine_machine "
            "WHERE number = 'SPB-001')"
        )
        database.commit()


def ask(url: str, number: str) -> str:
    """The applicant asks about the case; the number of the question."""
    question = {
        "kind": "enquiry",
        "subject": "材料要几份",
        "text": "申请书要不要原件？",
        "case": number,
    }
    return str(_applicant(url).post("/api/v1/threads", question)["number"])


def rate_badly(url: str, number: str) -> None:
    """The applicant is not satisfied with how the case was handled."""
    rating = {"occasion": "handling", "level": 1, "code_set": "evaluator", "options": [108, 115]}
    _applicant(url).post(f"/api/v1/cases/{number}/ratings", rating)


def cases_of(url: str, person: str) -> set[str]:
    """The numbers of that person's cases."""
    return {case["number"] for case in _applicant(url, person).get("/api/v1/cases")["cases"]}


def _applicant(url: str, person: str = "zhang") -> demo.Client:
    client = demo.Client(url)
    ticket = client.post("/api/v1/demo/tickets", {"person": person})["ticket"]
    return client.signed_in(client.post("/api/v1/sessions/online", {"ticket": ticket})["token"])
