"""The agent's line: what it makes of every kind of answer, and of none."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.agent.errors import LineDown, ServerRefused
from printing.agent.line import Line
from printing.wire import Acknowledgement, JobAnswer, JobState, SignedCall
from tests.machines.stage import free_port, read_message

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ANSWER = JobAnswer("D1", 1, JobState.PROCESSING, 1)


def http(status: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def problem(status: str, code: str, **headers: str) -> bytes:
    return http(status, json.dumps({"code": code, "detail": "x"}).encode(), **headers)


class Canned:
    """Gives one prepared answer after the other, and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return
            stream.settimeout(20)
            with stream:
                self.requests.append(read_message(stream))
                stream.sendall(self.answers.pop(0))


@pytest.fixture
def server() -> Iterator[Canned]:
    server = Canned()
    yield server
    server.close()


def line_to(port: int, clock: Callable[[], datetime] = lambda: NOW) -> Line:
    return Line(f"http://127.0.0.1:{port}", "M-1", KEY, timeout_s=2.0, clock=clock)


@pytest.fixture
def line(server: Canned) -> Line:
    return line_to(server.port)


def signed(request: bytes) -> SignedCall:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(entry.split(": ", 1) for entry in rest)
    return SignedCall.from_http(method, target, headers, body)


def test_what_is_sent_is_signed_and_what_comes_is_read(server: Canned, line: Line) -> None:
    server.answers = [http("200 OK", ANSWER.to_json())]
    assert line.get("/jobs/D1/acknowledgement", Acknowledgement(1), JobAnswer) == ANSWER
    call = signed(server.requests[0])
    assert call.target == "/api/v1/machine/jobs/D1/acknowledgement"
    call.check(KEY.public_key().public_bytes_raw(), NOW)


def test_no_content_is_nothing(server: Canned, line: Line) -> None:
    server.answers = [http("204 No Content")] * 2
    assert line.post("/jobs/fetch", None, JobAnswer) is None
    with pytest.raises(LineDown):
        line.get("/jobs/fetch", None, JobAnswer)


@pytest.mark.parametrize(
    "answer",
    [
        http("500 Oops"),
        http("503 Busy", b"<html>"),
        http("200 OK", b"<html>a gateway's page</html>"),
        http("200 OK", b'{"job": 3}'),
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"not http at all\r\n\r\n",
    ],
)
def test_trouble_of_the_server_is_a_line_that_is_down(
    server: Canned, line: Line, answer: bytes
) -> None:
    server.answers = [answer]
    with pytest.raises(LineDown):
        line.get("/poll", None, JobAnswer)


def test_a_dead_server_is_a_line_that_is_down() -> None:
    line = line_to(free_port())
    with pytest.raises(LineDown):
        line.get("/poll", None, JobAnswer)


@pytest.mark.parametrize(
    ("answer", "code"),
    [(problem("409 Conflict", "lease-lost"), "lease-lost"), (http("404 Nope", b"x"), "http-error")],
)
def test_a_refusal_has_its_code(server: Canned, line: Line, answer: bytes, code: str) -> None:
    server.answers = [answer]
    with pytest.raises(ServerRefused) as refused:
        line.get("/poll", None, JobAnswer)
    assert refused.value.code == code


def test_a_wrong_clock_is_set_right_by_the_refusal(server: Canned) -> None:
    line = line_to(server.port, lambda: NOW + timedelta(hours=2))
    date = "Sat, 21 Nov 2026 09:00:00 GMT"
    server.answers = [
        problem("401 No", "machine-clock-skewed", Date=date),
        http("200 OK", ANSWER.to_json()),
    ]
    assert line.get("/poll", None, JobAnswer) == ANSWER
    assert line.clock_skew_s == 7200
    signed(server.requests[1]).check(KEY.public_key().public_bytes_raw(), NOW)


def test_a_clock_that_stays_wrong_is_tried_once_more_only(server: Canned, line: Line) -> None:
    server.answers = [problem("401 No", "machine-clock-skewed")] * 2
    with pytest.raises(ServerRefused):
        line.get("/poll", None, JobAnswer)
    assert len(server.requests) == 2


def test_a_download_says_whether_it_was_resumed(server: Canned, line: Line) -> None:
    server.answers = [http("206 Partial", b"rest"), http("200 OK", b"whole"), http("416 Over")]
    assert list(line.download("/jobs/D1/document?attempt=1", 5)) == [(True, b"rest")]
    assert b"Range: bytes=5-" in server.requests[0]
    assert list(line.download("/jobs/D1/document?attempt=1", 0)) == [(False, b"whole")]
    assert list(line.download("/jobs/D1/document?attempt=1", 9)) == []


def test_a_download_that_breaks_off_is_a_line_that_is_down(server: Canned, line: Line) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst"]
    pieces = line.download("/jobs/D1/document?attempt=1", 0)
    assert next(pieces) == (False, b"first")
    with pytest.raises(LineDown, match="95 bytes"):
        next(pieces)
