"""One receipt is one commit and few statements."""

from __future__ import annotations

from flask import Flask

from deploy.demo import branch_form
from kiosk.casework.receipt import Delivery, Material, Submission
from kiosk.casework.receiving import receive
from kiosk.catalogue import catalogue
from kiosk.demo import PEOPLE
from kiosk.identity.actors import Actor, Role
from kiosk.identity.provider import Identity
from tests.support.clocks import StandingClock
from tests.support.statements import counting

CLERK = Actor(Role.CLERK, "clerk", "窗口", division_code="500106", place="沙坪坝区政务服务中心")
MOST_STATEMENTS = 12


def submission(key: str) -> Submission:
    person = PEOPLE[0]
    return Submission(
        item_seq=37,
        form=branch_form(person, "510107", "武侯大道"),
        applicant=Identity(person["name"], "111", person["document_number"], person["phone"]),
        delivery=Delivery.WINDOW,
        materials=(Material("申请书", "paper", 2), Material("租赁合同", "paper", 3)),
        key=key,
    )


def test_a_receipt_is_one_commit_and_at_most_twelve_statements(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        catalogue()
        with counting(app.extensions["database"]) as counted:
            receive(submission("statement-count"), actor=CLERK, now=clock.now())
    assert counted.commits == 1
    assert len(counted.statements) <= MOST_STATEMENTS, counted.statements
