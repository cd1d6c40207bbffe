"""Cases for browser tests that begin at the officer's desk, filed over HTTP; what a test is about is clicked."""

from __future__ import annotations

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
