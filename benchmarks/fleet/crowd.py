"""The machines' side, a process of its own: thousands that only give signs of life, and some with a person each.

``python -m benchmarks.fleet.crowd PLAN`` reads a JSON plan and prints one JSON line of what it saw.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.wire import sign_call

PREFIX = "/api/v1"
IDLE_S = 60.0
THINK_S = (1.0, 3.0)
REST_S = (8.0, 16.0)
IDLE_PRINTER = {"state": "idle", "reasons": [], "page_counter": 7}


@dataclass
class Seen:
    """What the crowd saw from outside, in seconds; ``chains`` are the request ids of finished visits."""

    requests: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    polls: list[float] = field(default_factory=list)
    pick_ups: list[float] = field(default_factory=list)
    pick_ups_without_waiting: list[float] = field(default_factory=list)
    card_to_pdf: list[float] = field(default_factory=list)
    chains: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    late: int = 0
    """Signs of life that the generator itself sent more than a second late."""


class NoAnswer(Exception):
    """The server did not take the request, or broke off."""


@dataclass
class Answer:
    """One answer, and how long it took until its first byte of content and as a whole."""

    status: int
    body: bytes
    first_s: float
    whole_s: float

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Crowd:
    """All machines of one run."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.port: int = plan["port"]
        self.key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(plan["key"]))
        self.machines: list[str] = plan["machines"]
        self.holders: list[dict[str, Any]] = plan["holders"]
        self.warm_s, self.measure_s = float(plan["warm_s"]), float(plan["measure_s"])
        self.seen = Seen()
        self.measuring = False

    async def run(self) -> dict[str, Any]:
        """Go through warm-up and measurement; the figures."""
        active = self.machines[: len(self.holders)]
        tasks = [asyncio.create_task(self.idle(number)) for number in self.machines[len(active) :]]
        tasks += [
            asyncio.create_task(Visitor(self, number, holder).live())
            for number, holder in zip(active, self.holders, strict=True)
        ]
        await asyncio.sleep(self.warm_s)
        print("measuring", flush=True)
        self.seen, self.measuring = Seen(), True
        cpu, began = time.process_time(), time.monotonic()
        await asyncio.sleep(self.measure_s)
        spent = time.monotonic() - began
        figures = asdict(self.seen) | {"seconds": spent, "cpu_s": time.process_time() - cpu}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return figures

    async def idle(self, number: str) -> None:
        """A machine nobody stands at."""
        due = time.monotonic() + random.uniform(0, IDLE_S)
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() - due > 1:
                self.seen.late += 1
            with contextlib.suppress(NoAnswer):
                answer = await self.signed(number, "POST", "/machine/poll", heartbeat())
                self.seen.polls.append(answer.whole_s)
            due += IDLE_S * random.uniform(0.9, 1.1)

    async def signed(
        self, number: str, method: str, path: str, body: dict[str, Any] | None, chain: str = ""
    ) -> Answer:
        """One request of a machine."""
        data = b"" if body is None else json.dumps(body).encode()
        target = PREFIX + path
        now = datetime.now(UTC)
        headers = sign_call(self.key, method, target, data, machine=number, at=now)
        return await self.ask(method, target, data, headers, chain)

    async def page(
        self, token: str, method: str, path: str, body: dict[str, Any] | None, chain: str = ""
    ) -> Answer:
        """One request of the page on a machine's screen."""
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"}
        return await self.ask(method, PREFIX + path, data, headers, chain)

    async def ask(
        self, method: str, target: str, data: bytes, headers: dict[str, str], chain: str
    ) -> Answer:
        """One request on a connection of its own, as the agent makes them."""
        if chain:
            headers = headers | {"X-Request-Id": chain}
        if data:
            headers = headers | {"Content-Type": "application/json"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = (
            f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Length: {len(data)}\r\n{head}\r\n"
        )
        began = time.monotonic()
        try:
            answer, body, first = await self._exchange(request.encode() + data)
        except (OSError, asyncio.IncompleteReadError):
            self._count(599, target, b"")
            raise NoAnswer(target) from None
        status = int(answer.split(b" ", 2)[1])
        self._count(status, target, body)
        return Answer(status, body, first - began, time.monotonic() - began)

    async def _exchange(self, request: bytes) -> tuple[bytes, bytes, float]:
        """Head and body of the answer, and when its body began."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.read(1)
            first = time.monotonic()
            return head, body + await reader.read(-1), first
        finally:
            writer.close()

    def _count(self, status: int, target: str, body: bytes) -> None:
        self.seen.requests += 1
        if status >= 400:
            code = json.loads(body).get("code", "?") if body[:1] == b"{" else "?"
            name = f"{status} {code} {target.partition('?')[0].rpartition('/')[2]}"
            self.seen.refused[name] = self.seen.refused.get(name, 0) + 1


class Visitor:
    """One machine where one person after another prints a licence."""

    def __init__(self, crowd: Crowd, number: str, holder: dict[str, Any]) -> None:
        self.crowd, self.number, self.holder = crowd, number, holder
        self.licences = list(holder["licences"])
        self.session: str | None = None
        self.job: str | None = None
        self.attempt: int | None = None
        self.waiting = asyncio.Event()
        self.carded = asyncio.Event()

    async def live(self) -> None:
        """Visit after visit, with signs of life beside them."""
        await asyncio.sleep(random.uniform(0, 10))
        async with asyncio.TaskGroup() as both:
            both.create_task(self.keep_contact())
            while self.licences:
                try:
                    await self.visit(self.licences.pop())
                except (NoAnswer, TimeoutError, KeyError, ValueError, AssertionError) as fault:
                    self.crowd.seen.broken.append(repr(fault)[:200])
                    self.session = self.job = self.attempt = None
                await asyncio.sleep(random.uniform(*REST_S))

    async def keep_contact(self) -> None:
        """Ask as often as the answers say, and at once when a card was read, as the agent does."""
        while True:
            beat, pause = heartbeat(self.session, self.job, self.attempt), IDLE_S
            self.carded.clear()
            with contextlib.suppress(NoAnswer):
                answer = await self.crowd.signed(self.number, "POST", "/machine/poll", beat)
                self.crowd.seen.polls.append(answer.whole_s)
                if answer.status == 200:
                    pause = answer.json()["next_poll_s"]
                    if answer.json()["jobs_waiting"]:
                        self.waiting.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.carded.wait(), pause * random.uniform(0.9, 1.1))

    async def visit(self, identifier: str) -> None:
        """From the card on the reader to the card's removal."""
        opened = (await self.say("/machine/sessions", None)).json()
        self.session, nonce = opened["session"], opened["nonce"]
        ticket = opened["url"].rpartition("/")[2]
        entry = {"ticket": ticket}
        token = (await self.crowd.page("", "POST", "/machine/entry", entry)).json()["token"]
        await asyncio.sleep(random.uniform(*THINK_S))
        chain, spent = secrets.token_hex(8) + "abcd", 0.0
        spent += (await self.lay_card(nonce, chain)).whole_s
        spent += (await self.crowd.page(token, "GET", "/machine/session", None, chain)).whole_s
        await asyncio.sleep(random.uniform(*THINK_S))
        proof = {"kind": "pin", "secret": self.holder["pin"]}
        for method, path, body in (
            ("POST", "/machine/session/proof", proof),
            ("GET", "/licences", None),
        ):
            spent += (await self.crowd.page(token, method, path, body, chain)).whole_s
        self.waiting.clear()
        copy = f"/licences/{identifier}/copies/{quote(self.holder['label'])}/print"
        ordered = await self.crowd.page(token, "POST", copy, None, chain)
        asked = time.monotonic()
        spent += ordered.whole_s + await self.take_job(chain, asked)
        self.crowd.seen.card_to_pdf.append(spent)
        self.crowd.seen.chains.append(chain)
        await self.finish(nonce)

    async def lay_card(self, nonce: str, chain: str) -> Answer:
        card = {
            "nonce": nonce,
            "reader": "reader-1",
            "document_type": self.holder["type"],
            "document_number": self.holder["number"],
            "name": self.holder["name"],
            "expires_on": None,
            "read_at": datetime.now(UTC).isoformat(),
        }
        answer = await self.say(f"/machine/sessions/{self.session}/card", card, chain)
        self.carded.set()
        return answer

    async def take_job(self, chain: str, asked: float) -> float:
        """Wait for the sign of life that tells of the job, fetch it and its file; seconds until the first byte."""
        await asyncio.wait_for(self.waiting.wait(), 60)
        told = time.monotonic()
        fetched = await self.say("/machine/jobs/fetch", None, chain)
        self.crowd.seen.pick_ups.append(time.monotonic() - asked)
        self.crowd.seen.pick_ups_without_waiting.append(time.monotonic() - told)
        offer = fetched.json()
        self.job, self.attempt = offer["job"], offer["attempt"]
        taken = {"attempt": self.attempt}
        said = await self.say(f"/machine/jobs/{self.job}/acknowledgement", taken, chain)
        path = f"/machine/jobs/{self.job}/document?attempt={self.attempt}"
        document = await self.crowd.signed(self.number, "GET", path, None, chain)
        if not document.body.startswith(b"%PDF"):
            raise AssertionError(document.body[:200])
        return fetched.whole_s + said.whole_s + document.first_s

    async def finish(self, nonce: str) -> None:
        """Paper moves, the card is taken."""
        feed = {"message_id": "feed-1", "attempt": self.attempt, "page_counter": 7}
        answer = await self.say(f"/machine/jobs/{self.job}/feeding", feed)
        if answer.status != 200 or not answer.json()["granted"]:
            raise AssertionError(answer.body[:200])
        printed = {
            "message_id": "printed-1",
            "attempt": self.attempt,
            "report": "printed",
            "reason": None,
            "page_counter": 8,
            "at": datetime.now(UTC).isoformat(),
        }
        await self.say(f"/machine/jobs/{self.job}/status", printed)
        self.job = self.attempt = None
        removed = {
            "nonce": nonce,
            "reader": "reader-1",
            "removed_at": datetime.now(UTC).isoformat(),
        }
        await self.say(f"/machine/sessions/{self.session}/card-removal", removed)
        self.session = None

    async def say(self, path: str, body: dict[str, Any] | None, chain: str = "") -> Answer:
        return await self.crowd.signed(self.number, "POST", path, body, chain)


def heartbeat(
    session: str | None = None, job: str | None = None, attempt: int | None = None
) -> dict[str, Any]:
    """A sign of life."""
    return {
        "software_version": "0.1",
        "printer": IDLE_PRINTER,
        "job": job,
        "attempt": attempt,
        "session": session,
        "clock_skew_s": 0,
    }


def main() -> int:
    """Run the plan."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(asyncio.run(Crowd(plan).run())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
