"""An IPP printer in this process, whose every fault is at hand. It speaks with the agent's own codec."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from printing.agent.drivers.ipp import ABORTED, CANCELED, COMPLETED, PENDING, PROCESSING, STOPPED
from printing.agent.ipp import Answer, Attribute, Group, Operation, Tag, decode, encode

SHIFTS = ("x-image-shift-supported", "y-image-shift-supported")
OK, NOT_POSSIBLE, BUSY, BAD_VALUES = 0x0000, 0x0404, 0x0507, 0x040B


@dataclass
class Job:
    """One job in the printer. ``looks`` counts how often somebody asked for it."""

    id: int
    name: str
    state: int = PENDING
    looks: int = 0
    attributes: dict[str, Any] = field(default_factory=dict)


class FakePrinter:
    """Prints a job when it is looked at the second time. ``behaviour`` names what goes wrong."""

    def __init__(self) -> None:
        self.counter = 10
        self.reasons: list[str] = ["none"]
        self.behaviour = "sound"
        self.shifts = True
        self.levels: list[Attribute] = []
        self.jobs: list[Job] = []
        self.papers: list[bytes] = []
        self._documents: dict[int, bytes] = {}
        handler = type("Handler", (_Handler,), {"printer": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def switch_off(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, request: Answer) -> bytes | None:
        """The answer, or None to break off."""
        operation = Operation(request.code)
        asked = request.find(Group.OPERATION)[0]
        if operation is Operation.PRINT_JOB:
            return self._print(request, asked)
        if operation is Operation.GET_PRINTER_ATTRIBUTES:
            return encode(OK, request.request_id, [(Group.PRINTER, self._printer_attributes())])
        if operation is Operation.GET_JOBS:
            open_jobs = [job for job in self.jobs if job.state < CANCELED]
            return encode(
                OK, request.request_id, [(Group.JOB, _job_attributes(job)) for job in open_jobs]
            )
        job = self.jobs[int(asked["job-id"][0]) - 1]
        if operation is Operation.CANCEL_JOB:
            return self._cancel(job, request)
        self._work(job)
        if self.behaviour == "vanishes" and job.looks > 1:
            return None
        return encode(OK, request.request_id, [(Group.JOB, _job_attributes(job))])

    def _print(self, request: Answer, asked: dict[str, list[Any]]) -> bytes | None:
        if self.behaviour in ("busy", "refuses"):
            return encode(BUSY if self.behaviour == "busy" else BAD_VALUES, request.request_id, [])
        job = Job(len(self.jobs) + 1, str(asked["job-name"][0]))
        job.attributes = request.find(Group.JOB)[0]
        self.jobs.append(job)
        self._documents[job.id] = request.data
        if self.behaviour == "breaks-off":
            self._feed(job)
            return None
        if self.behaviour == "names-no-job":
            self._feed(job)
            return encode(OK, request.request_id, [])
        return encode(OK, request.request_id, [(Group.JOB, _job_attributes(job))])

    def _work(self, job: Job) -> None:
        job.looks += 1
        if job.state >= CANCELED or job.looks < 2 or self.behaviour == "stuck":
            return
        if self.behaviour == "jams":
            job.state, self.reasons = STOPPED, ["media-jam-error"]
        elif self.behaviour == "aborts":
            job.state = ABORTED
        elif self.behaviour == "aborts-late":
            self._feed(job)
            job.state = ABORTED
        else:
            self._feed(job)

    def _feed(self, job: Job) -> None:
        self.counter += 1
        self.papers.append(self._documents[job.id])
        job.state = COMPLETED

    def _cancel(self, job: Job, request: Answer) -> bytes:
        if job.state >= CANCELED:
            return encode(NOT_POSSIBLE, request.request_id, [])
        job.state = CANCELED
        return encode(OK, request.request_id, [])

    def _printer_attributes(self) -> list[Attribute]:
        stopped = self.reasons != ["none"]
        busy = any(job.state == PROCESSING for job in self.jobs)
        return [
            Attribute(Tag.ENUM, "printer-state", (5 if stopped else 4 if busy else 3,)),
            Attribute(Tag.KEYWORD, "printer-state-reasons", tuple(self.reasons)),
            Attribute(Tag.INTEGER, "printer-impressions-completed", (self.counter,)),
            *(Attribute(Tag.BOOLEAN, name, (True,)) for name in SHIFTS if self.shifts),
            *self.levels,
        ]


class _Handler(BaseHTTPRequestHandler):
    printer: FakePrinter

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.printer.answer(decode(body))
        if answer is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _job_attributes(job: Job) -> list[Attribute]:
    return [
        Attribute(Tag.INTEGER, "job-id", (job.id,)),
        Attribute(Tag.ENUM, "job-state", (job.state,)),
        Attribute(Tag.NAME, "job-name", (job.name,)),
    ]
