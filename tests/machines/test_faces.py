"""The face as a further second proof: off by default, never the only way, counted like the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.audit.models import AuditEntry
from kiosk.errors import SettingsInvalid
from kiosk.identity.commands import meet_person, set_pin
from kiosk.identity.faces import SimulatedFaces, make_faces
from kiosk.identity.provider import Identity
from kiosk.uow import reading, unit_of_work
from kiosk.web.access import COOKIE
from tests.machines.terminal import HOLDER, Page, Terminal
from tests.support.clocks import StandingClock

PHONELESS = Identity("陈样例", "111", "500106199001010028", None)


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


@pytest.fixture
def faces(app: Flask, tmp_path: Path) -> SimulatedFaces:
    faces = SimulatedFaces(tmp_path / "faces")
    app.extensions["faces"] = faces
    return faces


def lay_card(terminal: Terminal, who: Identity = HOLDER, *, pin: bool = True) -> tuple[Page, str]:
    """The screen with that person's card on the reader; and the digest the platform knows them by."""
    with terminal.app.app_context(), unit_of_work() as session:
        person = meet_person(session, who, terminal.clock.now())
        if pin:
            set_pin(session, person, "135790")
        digest = person.document_digest
    opened = terminal.open_session()
    page = terminal.page(opened)
    assert terminal.read_card(opened, who).status_code == 200
    return page, digest


def test_it_is_off_by_default(terminal: Terminal) -> None:
    page, _ = lay_card(terminal)
    assert page.show().json["face_offered"] is False
    refused = page.prove("", "face")
    assert (refused.status_code, refused.json["code"]) == (403, "proof-refused")
    assert page.show().json["proofs_left"] == 5
    page.client.set_cookie(COOKIE, page.token)
    assert "刷脸" not in page.client.get("/touch/card").text


def test_the_holder_before_the_camera_is_proven(terminal: Terminal, faces: SimulatedFaces) -> None:
    page, digest = lay_card(terminal)
    faces.stand("T-001", digest)
    page.client.set_cookie(COOKIE, page.token)
    shown = page.client.get("/touch/card?by=face").text
    for words in ("同意，开始刷脸", "用密码", "短信验证码"):
        assert words in shown
    assert page.client.post("/touch/card/proof", data={"kind": "face"}).status_code == 303
    assert page.show().json["state"] == "proven"
    with terminal.app.app_context(), reading() as session:
        (facts,) = session.scalars(
            select(AuditEntry.facts).where(AuditEntry.action == "person-proven")
        )
    assert facts == {"by": "face"}


def test_another_face_counts_as_a_wrong_proof(terminal: Terminal, faces: SimulatedFaces) -> None:
    page, _ = lay_card(terminal)
    faces.stand("T-001", "somebody else")
    assert page.prove("", "face").json["code"] == "proof-refused"
    assert page.show().json["proofs_left"] == 4
    assert page.prove("135790").status_code == 200


def test_it_is_never_the_only_way(terminal: Terminal, faces: SimulatedFaces) -> None:
    page, digest = lay_card(terminal, PHONELESS, pin=False)
    faces.stand("T-001", digest)
    assert page.show().json["face_offered"] is False
    assert page.prove("", "face").json["code"] == "proof-refused"
    assert page.show().json["state"] == "card"


def test_the_simulator_proves_nobody_in_production(tmp_path: Path) -> None:
    assert make_faces("none", tmp_path, production=True) is None
    assert isinstance(make_faces("simulated", tmp_path, production=False), SimulatedFaces)
    for setting, production in (("simulated", True), ("elsewhere", False)):
        with pytest.raises(SettingsInvalid):
            make_faces(setting, tmp_path, production=production)
