"""Cases for browser tests that begin at the officer's desk, filed over HTTP; what a test is about is clicked."""

from __future__ import annotations

from deploy import demo
from kiosk.demo import PEOPLE


def filed(url: str) -> str:
    """A branch in 武侯, received at the window of 两江新区."""
    body = demo.submission(PEOPLE[0], "510107", "武侯大道", delivery="machine")
    clerk = demo.sign_in(demo.Client(url), "clerk.liangjiang")
    return str(clerk.post("/api/v1/cases", body)["number"])


def under_review(url: str) -> str:
    """The same, accepted and under review by ``officer.wuhou``."""
    number = filed(url)
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    for act in ("acceptance", "review"):
        officer.post(f"/api/v1/cases/{number}/{act}")
    return number


def grant_elsewhere(url: str, number: str) -> None:
    """The same officer grants the case in another window."""
    officer = demo.sign_in(demo.Client(url), "officer.wuhou")
    officer.post(f"/api/v1/cases/{number}/grant", {"words": "在另一个窗口同意"})
