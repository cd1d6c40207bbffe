"""Real processes: a served application, machines with agents, and a line that can be cut at any message."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.app import create_app
from kiosk.identity.actors import SYSTEM
from kiosk.identity.commands import meet_person, set_pin
from kiosk.identity.models import Person
from kiosk.identity.provider import Identity
from kiosk.licences.models import Licence, LicenceRelease
from kiosk.machines import commands
from kiosk.uow import reading, unit_of_work
from printing import jobs
from printing.documents import SealSpec
from printing.job_states import SheetState
from printing.jobs import JobSpec
from printing.render import render
from printing.samples import sample_document
from printing.signing import sign_pdf
from printing.wire import ENDED, JobState
from tests.support.instances import Prepared
from tests.support.sources import ROOT

HOLDER = Identity("王样例", "111", "50010619900101001X", "13800000009")
AUTHORITY_CODE, AUTHORITY = "11510107MB1234567X", "成都市武侯区行政审批局"
IDENTIFIER = "1.2.156.3005.2.11100000000013127D001.11510107MB1234567X.91510107MADEMO0017.001.X"
PATIENCE_S = 40.0
START_S = 150.0  # A busy machine takes its time to read fonts and catalogue.
PIN = "246810"


class NotInTime(AssertionError):
    """Something did not happen while a test was willing to wait."""


def wait_until(what: str, fact: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Look again and again. Raises NotInTime."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise NotInTime(what)
        time.sleep(0.03)


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The application behind gunicorn, with one worker that can be killed at any time."""

    def __init__(self, prepared: Prepared, log: Path) -> None:
        self._prepared, self._log = prepared, log
        self.port = free_port()
        self.kills = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = self._prepared.settings()
        names = ("INSTANCE", "DATABASE_URL", "SECRET_KEY", "DATA_KEY", "SEAL_PASSWORD")
        environment = {**os.environ, **{f"KIOSK_{name}": settings[name] for name in names}}
        environment |= {"KIOSK_PORT": str(self.port), "WEB_CONCURRENCY": "1"}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(ROOT / "deploy" / "gunicorn_settings.py"),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        wait_until("the server answers", self._answers, START_S)

    def kill_worker(self) -> None:
        """End the working process as a crash would; its master starts another at once."""
        for child in self._children():
            os.kill(child, signal.SIGKILL)
        self.kills += 1

    def kill(self) -> None:
        """End everything as a power cut would, and wait until nobody holds the port."""
        assert self._process is not None
        master = self._process
        os.kill(master.pid, signal.SIGSTOP)  # A stopped master starts no worker that is missed.
        for child in self._children():
            os.kill(child, signal.SIGKILL)
        master.kill()
        master.wait(20)
        self.kills += 1
        wait_until("nobody holds the port", self._port_is_free)

    def _children(self) -> list[int]:
        assert self._process is not None
        master = self._process.pid
        words = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [int(word) for word in words]

    def _port_is_free(self) -> bool:
        """Whether another server may listen there; connections that linger do not keep it from that."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return False
            return True

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return b" 200 " in probe.recv(100)
        except OSError:
            return False


@dataclass
class Cut:
    """What to do at a message: ``when`` is before, during or after the server's work on it."""

    when: str
    act: Callable[[], None]


@dataclass
class Proxy:
    """The line between one agent and the server, one request at a time; ``cuts`` are used up from the front.

    Each message that is not the repetition of a cut one is cut as long as there are cuts left.
    """

    server_port: int
    cuts: list[Cut] = field(default_factory=list)
    every_message: Callable[[str], Cut | None] = lambda _: None
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; the line is dead from now on."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                agent, _ = self._listener.accept()
            except OSError:
                return
            agent.settimeout(PATIENCE_S)
            with agent:
                try:
                    self._carry(agent)
                except OSError:
                    continue  # The agent was killed, or the server: that is what the tests do.

    def _carry(self, agent: socket.socket) -> None:
        request = read_message(agent)
        path = request.split(b" ", 2)[1].decode() if request else ""
        self.said.append(path)
        cut = self.every_message(path)
        if cut is not None and cut.when == "before":
            return cut.act()
        with socket.create_connection(("127.0.0.1", self.server_port), 20) as server:
            server.sendall(request)
            if cut is not None and cut.when == "during":
                cut.act()
            answer = read_message(server)
        if cut is not None and cut.when == "after":
            return cut.act()
        agent.sendall(answer)
        return None


def read_message(stream: socket.socket) -> bytes:
    """One HTTP message with its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        piece = stream.recv(65536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body


class Stage:
    """One served application, and what tests do to its database beside it."""

    def __init__(self, prepared: Prepared, log: Path) -> None:
        self.app: Flask = create_app(prepared.settings())
        self.server = Server(prepared, log)
        self._prepared = prepared
        self._sealed: str | None = None

    def close(self) -> None:
        self.server.stop()
        self.app.extensions["database"].dispose()

    def enrolment_code(self, machine: str) -> str:
        """Enter a machine; the code for its agent."""
        now = datetime.now(UTC)
        with self.app.app_context(), unit_of_work() as session:
            commands.create_machine(
                session,
                number=machine,
                name="测试终端",
                division_code="500106",
                place="测试大厅",
                now=now,
            )
            return commands.issue_enrolment_code(session, machine, actor=SYSTEM, now=now)

    def release(self, machine: str, label: str) -> str:
        """The office releases one copy for a machine, whoever stands there; the job's number."""
        now, digest = datetime.now(UTC), self._sealed_document()
        with self.app.app_context(), unit_of_work() as session:
            person = self._enter_licence(session, now)
            spec = JobSpec(machine, IDENTIFIER, label, digest, person.number)
            return jobs.create_job(session, spec, now).number

    def order(self, machine: str, label: str) -> str:
        """The holder, standing at the machine, asks for one copy; the job's number."""
        now, digest = datetime.now(UTC), self._sealed_document()
        with self.app.app_context(), unit_of_work() as session:
            person = self._enter_licence(session, now)
            return commands.request_print(
                session,
                machine_number=machine,
                licence_identifier=IDENTIFIER,
                copy_label=label,
                document_digest=digest,
                person_id=person.id,
                now=now,
            )

    def _enter_licence(self, session: Session, now: datetime) -> Person:
        """A valid licence of the holder, entered once; the holder."""
        person = meet_person(session, HOLDER, now)
        if session.scalar(select(Licence.id).where(Licence.identifier == IDENTIFIER)) is not None:
            return person
        licence = Licence(
            identifier=IDENTIFIER,
            name="营业执照",
            case_number="C-1",
            holder_name=person.name,
            holder_type="111",
            holder_digest=person.document_digest,
            authority_code=AUTHORITY_CODE,
            authority_name=AUTHORITY,
            printable=True,
            issued_on=now.date(),
            expires_on=None,
            status="valid",
        )
        session.add(licence)
        session.flush()
        release = LicenceRelease(
            licence_id=licence.id, person_digest=person.document_digest, capacity="holder"
        )
        session.add(release)
        return person

    def job(self, number: str) -> tuple[JobState, set[SheetState]]:
        """Where a job and its sheets stand."""
        with self.app.app_context(), reading() as session:
            job = jobs.get_job(session, number)
            return JobState(job.state), {SheetState(sheet.state) for sheet in job.sheets}

    def is_settled(self, number: str) -> bool:
        """Whether a machine has nothing left to say about a job."""
        state, _ = self.job(number)
        return state in ENDED or state is JobState.UNKNOWN

    @property
    def trust_roots(self) -> Path:
        return self._prepared.instance / "keys" / "root.pem"

    def _sealed_document(self) -> str:
        """The digest of a business licence with a sound signature under the demo root, made once."""
        if self._sealed is None:
            now = datetime.now(UTC).replace(microsecond=0)
            signer = self.app.extensions["keys"].signer_for(AUTHORITY_CODE, AUTHORITY, now)
            document = replace(
                sample_document("business-licence-branch"),
                sealed_at=now,
                licence_identifier=IDENTIFIER,
                seal=SealSpec(AUTHORITY, "organ", None, demo=True),
            )
            signed = sign_pdf(render(document), signer)
            self._sealed = str(self.app.extensions["files"].put(signed.data))
        return self._sealed


@dataclass(frozen=True)
class Page:
    """What runs in the browser on a machine."""

    stage: Stage
    token: str

    def state(self) -> str:
        """The state of the session, or the code of the refusal."""
        answer = ask(self.stage.server.port, "GET", "/session", token=self.token)
        return str(answer.get("state") or answer["code"])

    def prove(self) -> None:
        """The holder types the PIN."""
        with self.stage.app.app_context(), unit_of_work() as session:
            set_pin(session, meet_person(session, HOLDER, datetime.now(UTC)), PIN)
        body = {"kind": "pin", "secret": PIN}
        answer = ask(self.stage.server.port, "POST", "/session/proof", body, token=self.token)
        assert answer["state"] == "proven", answer


def ask(
    port: int, method: str, path: str, body: dict[str, str] | None = None, *, token: str = ""
) -> dict[str, Any]:
    """One request of a page; the JSON that came back, whatever its status."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        text = json.dumps(body) if body is not None else None
        connection.request(method, f"/api/v1/machine{path}", text, headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


class Machine:
    """A machine in a folder of its own, whose agent can be switched on and loses its power at will."""

    def __init__(self, stage: Stage, folder: Path, number: str) -> None:
        self.stage, self.folder, self.number = stage, folder, number
        self.proxy = Proxy(stage.server.port)
        self.tray = folder / "tray"
        self._agent: subprocess.Popen[bytes] | None = None
        self.kills = 0
        self.settled: list[JobState] = []
        self._write_config(stage.enrolment_code(number))

    def switch_on(self, *chaos: str) -> None:
        """Start the agent, with chaos switches."""
        command = [
            sys.executable,
            "-m",
            "printing.agent",
            "--config",
            str(self.folder / "agent.toml"),
        ]
        for switch in chaos:
            command += ["--chaos", switch]
        with (self.folder / "agent.log").open("ab") as log:
            self._agent = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    @property
    def is_on(self) -> bool:
        """Whether the agent runs."""
        return self._agent is not None and self._agent.poll() is None

    def wait_for_cut(self) -> None:
        """Wait until the agent has killed itself as it was told to."""
        assert self._agent is not None
        assert self._agent.wait(PATIENCE_S) == -signal.SIGKILL, self.log()
        self.kills += 1

    def cut_power(self) -> None:
        """kill -9."""
        assert self._agent is not None
        self._agent.kill()
        self._agent.wait(20)
        self.kills += 1

    def switch_off(self) -> None:
        """Ask the agent to stop, as an operator does; the line goes with it."""
        if self._agent is not None and self._agent.poll() is None:
            self._agent.terminate()
            assert self._agent.wait(20) == 0, self.log()

    def close(self) -> None:
        if self.is_on:
            self.cut_power()
        self.proxy.close()

    @property
    def panel(self) -> Path:
        """Where the file printer's reasons not to work stand."""
        return self.tray / ".printer" / "panel"

    def open_page(self) -> Page:
        """The page at the address that the agent shows; waits for one that was not used yet."""
        found: list[Page] = []

        def redeem() -> bool:
            address = self.folder / "state" / "session_url"
            if address.exists():
                ticket = address.read_text().rpartition("/")[2]
                answer = ask(self.stage.server.port, "POST", "/entry", {"ticket": ticket})
                found.extend([Page(self.stage, str(answer["token"]))] if "token" in answer else [])
            return bool(found)

        wait_until("the agent shows a page", redeem)
        return found[0]

    def lay_card(self) -> None:
        """Somebody lays the holder's card on the reader."""
        card = {
            "document_type": HOLDER.document_type,
            "document_number": HOLDER.document_number,
            "name": HOLDER.name,
        }
        draft = self.folder / "reader" / "card.draft"
        draft.write_text(json.dumps(card), encoding="utf-8")
        draft.rename(draft.with_suffix(".json"))

    def take_card(self) -> None:
        (self.folder / "reader" / "card.json").unlink()

    def papers(self) -> list[bytes]:
        """The sheets of paper that came out."""
        return [path.read_bytes() for path in sorted(self.tray.glob("*.pdf"))]

    def spooled(self) -> list[Path]:
        return list((self.folder / "state" / "spool").glob("*"))

    def log(self) -> str:
        """What the agent said, for a failing test."""
        return (self.folder / "agent.log").read_text()

    def wait_until_settled(self, number: str) -> JobState:
        """Wait until the job is settled and wiped from the machine; its state."""
        try:
            wait_until("the job is settled", lambda: self.stage.is_settled(number))
            wait_until("the spool is wiped", lambda: not self.spooled())
        except NotInTime as error:
            raise NotInTime(f"{error}: {self.stage.job(number)}\n{self.log()}") from error
        self.settled.append(self.stage.job(number)[0])
        return self.settled[-1]

    def _write_config(self, code: str) -> None:
        settings = {
            "server": f"http://127.0.0.1:{self.proxy.port}",
            "machine": self.number,
            "enrolment_code": code,
            "state_dir": "state",
            "driver": "file",
            "tray_dir": "tray",
            "reader_dir": "reader",
            "trust_roots": str(self.stage.trust_roots),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        (self.folder / "agent.toml").write_text(text, encoding="utf-8")
