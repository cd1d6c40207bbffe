"""The line to the server: signed requests over HTTP, strict answers, named failures."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.agent.errors import LineDown, ServerRefused
from printing.messages import Message, MessageInvalid
from printing.wire import sign_call

PREFIX = "/api/v1/machine"
LARGEST_ANSWER = 1_000_000
CHUNK = 64 * 1024
NO_CONTENT, PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE = 204, 206, 416
Answer = TypeVar("Answer", bound=Message)


def system_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Line:
    """Speaks to one server as one machine. Its clock follows the server's, so a wrong clock stops nobody for long."""

    def __init__(
        self,
        server: str,
        machine: str,
        key: Ed25519PrivateKey,
        *,
        timeout_s: float,
        ca_file: Path | None = None,
        clock: Callable[[], datetime] = system_now,
    ) -> None:
        self._address = urlsplit(server)
        self._machine, self._key, self._timeout = machine, key, timeout_s
        self._tls = ssl.create_default_context(cafile=ca_file and str(ca_file))
        self._clock = clock
        self._behind = timedelta(0)

    def use_key(self, key: Ed25519PrivateKey) -> None:
        """Sign with this key from now on."""
        self._key = key

    def now(self) -> datetime:
        """The server's time, as far as this machine knows it."""
        return self._clock() + self._behind

    @property
    def clock_skew_s(self) -> int:
        """The machine's own clock minus the server's, in seconds."""
        return round(-self._behind.total_seconds())

    def follow_clock(self, server_now: datetime) -> None:
        """Take over the server's time."""
        self._behind = server_now - self._clock()

    def post(self, path: str, message: Message | None, kind: type[Answer]) -> Answer | None:
        """Send one message; None for an answer without content. Raises LineDown, ServerRefused."""
        body = b"" if message is None else message.to_json()
        try:
            return self._post(path, body, kind)
        except ServerRefused as refusal:
            if refusal.code != "machine-clock-skewed":
                raise
        return self._post(path, body, kind)  # The refusal told the time: once more with it.

    def get(self, path: str, message: Message | None, kind: type[Answer]) -> Answer:
        """As ``post`` where the server always answers with content. Raises LineDown if it does not."""
        answer = self.post(path, message, kind)
        if answer is None:
            raise LineDown(f"{path}: no content")
        return answer

    def download(self, path: str, offset: int) -> Iterator[tuple[bool, bytes]]:
        """The bytes of a file from ``offset`` on, in pieces; each says whether the offset was honoured.

        Raises LineDown, ServerRefused.
        """
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        with self._exchange("GET", path, b"", headers) as answer:
            if answer.status == RANGE_NOT_SATISFIABLE:
                return
            self._require_success(answer)
            resumed = answer.status == PARTIAL_CONTENT
            while piece := answer.read(CHUNK):
                yield resumed, piece
            if answer.length:
                raise LineDown(f"{path}: broke off with {answer.length} bytes to go")

    def _post(self, path: str, body: bytes, kind: type[Answer]) -> Answer | None:
        headers = {"Content-Type": "application/json"} if body else {}
        with self._exchange("POST", path, body, headers) as answer:
            self._require_success(answer)
            if answer.status == NO_CONTENT:
                return None
            text = answer.read(LARGEST_ANSWER)
        try:
            return kind.from_json(text)
        except MessageInvalid as error:
            raise LineDown(f"{path}: {error}") from error

    @contextmanager
    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> Iterator[HTTPResponse]:
        target = self._address.path.rstrip("/") + PREFIX + path
        signature = sign_call(self._key, method, target, body, machine=self._machine, at=self.now())
        connection = self._connect()
        try:
            connection.request(method, target, body or None, headers | signature)
            yield connection.getresponse()
        except (OSError, HTTPException) as error:
            raise LineDown(f"{path}: {error}") from error
        finally:
            connection.close()

    def _connect(self) -> HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "https":
            return HTTPSConnection(host, port, timeout=self._timeout, context=self._tls)
        return HTTPConnection(host, port, timeout=self._timeout)

    def _require_success(self, answer: HTTPResponse) -> None:
        if answer.status < 300:
            return
        if answer.status >= 500:
            raise LineDown(f"the server answered {answer.status}")
        refusal = _read_refusal(answer)
        date = answer.headers.get("Date")
        if refusal.code == "machine-clock-skewed" and date:
            self.follow_clock(parsedate_to_datetime(date))
        raise refusal


def _read_refusal(answer: HTTPResponse) -> ServerRefused:
    try:
        problem = json.loads(answer.read(LARGEST_ANSWER))
        code, detail = str(problem["code"]), str(problem.get("detail", ""))
    except (ValueError, KeyError, TypeError):
        code, detail = "http-error", answer.reason
    return ServerRefused(answer.status, code, detail)
