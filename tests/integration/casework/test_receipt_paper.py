"""The receipt on paper: once, with the query code that was told, sealed by the receiving hall."""

from __future__ import annotations

from flask import Flask

from kiosk import workers
from kiosk.casework.receipt_paper import enter_receipt
from kiosk.licences.queries import list_documents
from kiosk.uow import reading
from tests.printing.drawing.papers import text_of
from tests.support.clocks import StandingClock
from tests.support.sample_cases import received


def test_the_receipt_is_on_paper_once_with_its_code(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        receipt = received(clock)
        workers.drain()
        enter_receipt(receipt.number, receipt.query_code, now=clock.now())
        with reading() as session:
            (paper,) = list_documents(session, receipt.number)
        said = text_of(app.extensions["files"].get(paper.file_digest or ""))
    assert (paper.title, paper.state) == ("收件凭证", "sealed")
    assert receipt.query_code in said
    assert paper.content["seal"]["organ_name"] == "重庆市沙坪坝区政务服务中心"
    assert "答复期限" in said
