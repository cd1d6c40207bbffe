"""A self-service machine as the server sees it: a key, and signed requests over HTTP."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from kiosk.identity.actors import SYSTEM
from kiosk.identity.commands import meet_person, set_pin
from kiosk.identity.models import Person
from kiosk.identity.provider import Identity
from kiosk.licences.models import Licence, LicenceRelease
from kiosk.machines import commands
from kiosk.uow import reading, unit_of_work
from printing import jobs, wire
from printing.jobs import JobSpec
from printing.messages import Message
from tests.support.clocks import StandingClock

PREFIX = "/api/v1/machine"
PDF = b"%PDF-1.7 " + bytes(range(256)) * 400
PIN = "246810"
HOLDER = Identity("王样例", "111", "50010619900101001X", "13800000009")
LICENCE = "1.2.156.3005.2.11100000000000000A001.TEST.001.1"
COPY = "副本 1-1"
IDLE = wire.PrinterReport("idle", ("none",), 40)


@dataclass
class Terminal:
    """One machine, its key and a client."""

    app: Flask
    clock: StandingClock
    number: str = "T-001"

    def __post_init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.client = self.app.test_client()

    def post(
        self, path: str, message: Message | dict[str, Any] | None = None, **signing: Any
    ) -> TestResponse:
        """Send one signed request; ``signing`` overrides what is signed (key, at, machine, signed_body)."""
        body = b"" if message is None else _bytes(message)
        return self.request("POST", path, body, **signing)

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        **signing: Any,
    ) -> TestResponse:
        key, at = signing.get("key", self.key), signing.get("at", self.clock.now())
        signed = wire.sign_call(
            key,
            method,
            PREFIX + path,
            signing.get("signed_body", body),
            machine=signing.get("machine", self.number),
            at=at,
        )
        return self.send(method, path, body, signed | (headers or {}))

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> TestResponse:
        """Send a request with headers that are ready."""
        kind = "application/json" if body else None
        return self.client.open(
            PREFIX + path, method=method, data=body, headers=headers, content_type=kind
        )

    def create(self) -> str:
        """Enter the machine on the server; its enrolment code."""
        with self.app.app_context(), unit_of_work() as session:
            commands.create_machine(
                session,
                number=self.number,
                name="测试终端",
                division_code="500106",
                place="测试大厅",
                now=self.clock.now(),
            )
            return commands.issue_enrolment_code(
                session, self.number, actor=SYSTEM, now=self.clock.now()
            )

    def enrol(self, code: str) -> TestResponse:
        return self.post(
            "/enrolment", wire.Enrolment(code, wire.pack_public_key(self.key), "0.1.0")
        )

    def enrolled(self) -> Terminal:
        """The same machine, ready to work."""
        answer = self.enrol(self.create())
        assert answer.status_code == 200, answer.text
        return self

    def poll(self, **changes: Any) -> TestResponse:
        beat = {
            "software_version": "0.1.0",
            "printer": IDLE,
            "job": None,
            "attempt": None,
            "session": None,
            "clock_skew_s": 0,
        }
        return self.post("/poll", wire.Heartbeat(**(beat | changes)))

    def open_session(self) -> wire.SessionOpened:
        answer = self.post("/sessions")
        assert answer.status_code == 201, answer.text
        return wire.SessionOpened.from_dict(answer.json)

    def read_card(
        self,
        opened: wire.SessionOpened,
        holder: Identity = HOLDER,
        expires_on: date | None = None,
        nonce: str | None = None,
    ) -> TestResponse:
        card = wire.CardRead(
            nonce or opened.nonce,
            "reader-1",
            holder.document_type,
            holder.document_number,
            holder.name,
            expires_on,
            self.clock.now(),
        )
        return self.post(f"/sessions/{opened.session}/card", card)

    def remove_card(self, opened: wire.SessionOpened) -> TestResponse:
        removed = wire.CardRemoved(opened.nonce, "reader-1", self.clock.now())
        return self.post(f"/sessions/{opened.session}/card-removal", removed)

    def page(self, opened: wire.SessionOpened) -> Page:
        """The page on the screen, with its session token."""
        ticket = opened.url.rpartition("/")[2]
        answer = self.client.post(f"{PREFIX}/entry", json={"ticket": ticket})
        assert answer.status_code == 201, answer.text
        return Page(self.app, answer.json["token"])

    def stand_holder(self) -> tuple[wire.SessionOpened, Page]:
        """The holder stands at the machine: card on the reader, second proof given."""
        with self.app.app_context(), unit_of_work() as session:
            person = meet_person(session, HOLDER, self.clock.now())
            if person.pin_digest is None:
                set_pin(session, person, PIN)
        opened = self.open_session()
        page = self.page(opened)
        assert self.read_card(opened).status_code == 200
        assert page.prove().status_code == 200
        return opened, page

    def order(self, label: str = COPY) -> str:
        """The holder, standing at this machine, asks for a copy; the job's number."""
        now = self.clock.now()
        with self.app.app_context(), unit_of_work() as session:
            person = meet_person(session, HOLDER, now)
            enter_licence(session, person, now.date())
            return commands.request_print(
                session,
                machine_number=self.number,
                licence_identifier=LICENCE,
                copy_label=label,
                document_digest=self.app.extensions["files"].put(PDF),
                person_id=person.id,
                now=now,
            )

    def release(self, label: str = COPY, blank_kind: str | None = None) -> str:
        """The office releases a copy for this machine, whoever stands there; the job's number."""
        now = self.clock.now()
        with self.app.app_context(), unit_of_work() as session:
            person = meet_person(session, HOLDER, now)
            enter_licence(session, person, now.date())
            document = self.app.extensions["files"].put(PDF)
            spec = JobSpec(
                self.number, LICENCE, label, document, person.number, blank_kind=blank_kind
            )
            return jobs.create_job(session, spec, now).number

    def fetch(self) -> wire.JobOffer:
        answer = self.post("/jobs/fetch")
        assert answer.status_code == 200, answer.text
        return wire.JobOffer.from_dict(answer.json)

    def acknowledge(self, offer: wire.JobOffer) -> TestResponse:
        return self.post(f"/jobs/{offer.job}/acknowledgement", wire.Acknowledgement(offer.attempt))

    def ask_to_feed(self, offer: wire.JobOffer, message_id: str = "feed-1-0") -> TestResponse:
        request = wire.FeedRequest(message_id, offer.attempt, 40)
        return self.post(f"/jobs/{offer.job}/feeding", request)

    def report(
        self,
        offer: wire.JobOffer,
        report: wire.Report,
        message_id: str | None = None,
        counter: int | None = 41,
    ) -> TestResponse:
        update = wire.StatusUpdate(
            message_id or f"{report}-1", offer.attempt, report, None, counter, self.clock.now()
        )
        return self.post(f"/jobs/{offer.job}/status", update)


@dataclass
class Page:
    """What runs in the browser on the machine."""

    app: Flask
    token: str

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def ask(self, method: str, path: str, **body: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.open(PREFIX + path, method=method, headers=headers, **body)

    def show(self) -> TestResponse:
        return self.ask("GET", "/session")

    def prove(self, secret: str = PIN, kind: str = "pin") -> TestResponse:
        return self.ask("POST", "/session/proof", json={"kind": kind, "secret": secret})


def enter_licence(session: Any, person: Person, today: date) -> None:
    """A valid licence that the person may take, entered once."""
    if session.scalar(select(Licence.id).where(Licence.identifier == LICENCE)) is not None:
        return
    licence = Licence(
        identifier=LICENCE,
        name="营业执照",
        case_number="C-1",
        holder_name=person.name,
        holder_type="111",
        holder_digest=person.document_digest,
        authority_code="A" * 18,
        authority_name="样例机关",
        printable=True,
        issued_on=today,
        expires_on=today + timedelta(days=365),
        status="valid",
    )
    session.add(licence)
    session.flush()
    session.add(
        LicenceRelease(
            licence_id=licence.id, person_digest=person.document_digest, capacity="holder"
        )
    )


def count_rows(app: Flask, statement: Any) -> int:
    """How many rows a statement finds."""
    with app.app_context(), reading() as session:
        return len(session.scalars(statement).all())


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bytes(message: Message | dict[str, Any]) -> bytes:
    if isinstance(message, Message):
        return message.to_json()
    return json.dumps(message).encode()
