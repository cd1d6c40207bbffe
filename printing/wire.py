"""What server and machine say to each other, and how a machine proves that it said it.

The conversation has the shape of PWG 5100.18 (fetch, acknowledge, fetch document, update status) and the words of
RFC 8011. This module knows neither Flask nor a database: the agent starts with it alone.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from printing.errors import PrintingError
from printing.messages import Message, MessageInvalid, read_moment

CONTEXT = "chuanyu-machine-1"
SKEW = timedelta(minutes=5)
MACHINE = re.compile(r"[A-Z0-9-]{2,32}")
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
HEADERS = ("X-Machine", "X-Time", "X-Nonce", "X-Signature")


class SignatureMissing(PrintingError):
    """A machine's request lacks one of the signature headers, or one is malformed."""

    code = "machine-signature-missing"


class SignatureInvalid(PrintingError):
    """The signature does not fit the request and the machine's key."""

    code = "machine-signature-invalid"


class ClockSkewed(PrintingError):
    """The machine's clock is further off than the permitted skew; ``seconds`` is positive if it is ahead."""

    code = "machine-clock-skewed"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the machine's clock is off by {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class SignedCall:
    """One request of a machine as it came in: everything the signature covers, and the signature."""

    method: str
    target: str
    body: bytes
    machine: str
    at: datetime
    nonce: str
    signature: bytes

    @classmethod
    def from_http(
        cls, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> SignedCall:
        """Read the headers; ``target`` is the path with its query. Raises SignatureMissing."""
        machine, at, nonce, signature = (headers.get(name, "") for name in HEADERS)
        if not MACHINE.fullmatch(machine) or not NONCE.fullmatch(nonce):
            raise SignatureMissing("X-Machine or X-Nonce is missing or malformed")
        try:
            moment, packed = read_moment(at), base64.b64decode(signature, validate=True)
        except ValueError as error:
            raise SignatureMissing("X-Time or X-Signature is missing or malformed") from error
        return cls(method.upper(), target, body, machine, moment, nonce, packed)

    def check(self, public_key: bytes, now: datetime, skew: timedelta = SKEW) -> None:
        """Raises SignatureInvalid, or ClockSkewed for a sound signature at a wrong time.

        The caller must refuse a nonce that came before from this machine within twice the skew.
        """
        text = canonical(self.method, self.target, self.body, self.machine, self.at, self.nonce)
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, text)
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid(f"signature of {self.machine} does not fit") from error
        if abs(self.at - now) > skew:
            raise ClockSkewed(round((self.at - now).total_seconds()))


def canonical(
    method: str, target: str, body: bytes, machine: str, at: datetime, nonce: str
) -> bytes:
    """The text a machine signs: one line each for context, method, target, body digest, machine, time, nonce."""
    digest = hashlib.sha256(body).hexdigest()
    lines = (
        CONTEXT,
        method.upper(),
        target,
        digest,
        machine,
        at.astimezone(UTC).isoformat(),
        nonce,
    )
    return "\n".join(lines).encode()


def sign_call(
    key: Ed25519PrivateKey, method: str, target: str, body: bytes, *, machine: str, at: datetime
) -> dict[str, str]:
    """The signature headers of one request; every call draws a fresh nonce."""
    nonce = secrets.token_urlsafe(18)
    signature = key.sign(canonical(method, target, body, machine, at, nonce))
    values = (machine, at.astimezone(UTC).isoformat(), nonce, base64.b64encode(signature).decode())
    return dict(zip(HEADERS, values, strict=True))


def pack_public_key(key: Ed25519PrivateKey) -> str:
    """The raw public key in base64, as an enrolment carries it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def rotation_proof(key: Ed25519PrivateKey, machine: str) -> str:
    """What a new key signs to show that the machine holds it."""
    return base64.b64encode(key.sign(_rotation_text(machine, pack_public_key(key)))).decode()


def check_rotation(machine: str, public_key: str, proof: str) -> bytes:
    """The new key's raw bytes. Raises MessageInvalid, or SignatureInvalid for a proof by another key."""
    raw = unpack_public_key(public_key)
    try:
        signature = base64.b64decode(proof, validate=True)
        text = _rotation_text(machine, public_key)
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, text)
    except (InvalidSignature, ValueError) as error:
        raise SignatureInvalid(f"{machine} does not hold the new key") from error
    return raw


def _rotation_text(machine: str, public_key: str) -> bytes:
    return f"{CONTEXT}-rotation\n{machine}\n{public_key}".encode()


def unpack_public_key(text: str) -> bytes:
    """The 32 raw bytes again. Raises MessageInvalid."""
    try:
        raw = base64.b64decode(text, validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise MessageInvalid({"public_key": ["不是有效的 Ed25519 公钥"]}) from error
    return raw


class JobState(StrEnum):
    """States of a print job, in the words of RFC 8011, and ``unknown`` for what only a person can settle."""

    PENDING = "pending"
    HELD = "pending-held"
    PROCESSING = "processing"
    STOPPED = "processing-stopped"
    COMPLETED = "completed"
    CANCELED = "canceled"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


ENDED = frozenset({JobState.COMPLETED, JobState.CANCELED, JobState.ABORTED})
"""States in which a machine has nothing left to do for a job."""


class Report(StrEnum):
    """What a machine may report about the job in its hands."""

    STOPPED = "stopped"
    RESUMED = "resumed"
    REFUSED = "refused"
    PRINTED = "printed"
    NOT_FED = "not-fed"
    JAMMED = "jammed"
    UNKNOWN = "unknown"
    COLLECTED = "collected"
    LEFT = "left"


@dataclass(frozen=True)
class Tray(Message):
    """A paper tray: how many sheets lie in it and how many fit; None where the printer does not know."""

    name: str
    sheets: int | None
    capacity: int | None


@dataclass(frozen=True)
class Supply(Message):
    """Something a printer uses up, such as black toner; ``percent`` is what is left, None if not known."""

    name: str
    percent: int | None


@dataclass(frozen=True)
class PrinterReport(Message):
    """``state`` is idle, processing or stopped; ``reasons`` are IPP printer-state-reasons; counter in pages or None.

    Trays and supplies are empty for a printer that does not tell. ``output_sheets`` lie in the output tray; None
    without a sensor there.
    """

    state: str
    reasons: tuple[str, ...]
    page_counter: int | None
    trays: tuple[Tray, ...] = ()
    supplies: tuple[Supply, ...] = ()
    output_sheets: int | None = None


@dataclass(frozen=True)
class Enrolment(Message):
    """The first message of a machine: the one-time code and the public key that was born on it."""

    code: str
    public_key: str
    software_version: str


@dataclass(frozen=True)
class Enrolled(Message):
    """The machine is known from now on under the number it named."""

    ignores_unknown = True
    machine: str
    name: str
    now: datetime
    next_poll_s: int


@dataclass(frozen=True)
class KeyRotation(Message):
    """A new public key in place of the one that signs the request; ``proof`` is the new key's own signature."""

    public_key: str
    proof: str


@dataclass(frozen=True)
class KeyRotated(Message):
    """From now on the machine signs with the new key."""

    ignores_unknown = True
    machine: str
    now: datetime


@dataclass(frozen=True)
class Heartbeat(Message):
    """The regular sign of life; it renews the lease of the job in hand. ``clock_skew_s``: own clock minus server's."""

    software_version: str
    printer: PrinterReport
    job: str | None
    attempt: int | None
    session: str | None
    clock_skew_s: int


@dataclass(frozen=True)
class PollAnswer(Message):
    """``job_state`` is that of the job in hand; ``session_open`` tells whether the session named still runs."""

    ignores_unknown = True
    now: datetime
    next_poll_s: int
    jobs_waiting: int
    job_state: JobState | None
    session_open: bool


@dataclass(frozen=True)
class JobOffer(Message):
    """A job leased to this machine. ``pages`` counts impressions of the one copy; media and sides in IPP words."""

    ignores_unknown = True
    job: str
    attempt: int
    lease_until: datetime
    document_sha256: str
    pages: int
    media: str
    sides: str
    licence_identifier: str
    copy_label: str


@dataclass(frozen=True)
class Acknowledgement(Message):
    """The machine takes the job of this attempt."""

    attempt: int


@dataclass(frozen=True)
class FeedRequest(Message):
    """The machine is ready to move paper and asks for leave; the counter is read just before.

    The same ``message_id`` again gets the same answer, so a lost answer is no second leave.
    """

    message_id: str
    attempt: int
    page_counter: int | None


@dataclass(frozen=True)
class FeedAnswer(Message):
    """Leave to move paper until ``feed_before``, or the reason why not; without leave no paper moves."""

    ignores_unknown = True
    granted: bool
    reason: str | None
    feed_before: datetime | None
    state: JobState
    next_poll_s: int


@dataclass(frozen=True)
class StatusUpdate(Message):
    """One fact about a job. The same ``message_id`` again gets the same answer."""

    message_id: str
    attempt: int
    report: Report
    reason: str | None
    page_counter: int | None
    at: datetime


@dataclass(frozen=True)
class JobAnswer(Message):
    """Where the job stands after the message."""

    ignores_unknown = True
    job: str
    attempt: int
    state: JobState
    next_poll_s: int


@dataclass(frozen=True)
class SessionRequest(Message):
    """The machine's screen is free; readers are named so that the page can say where the card goes."""

    readers: tuple[str, ...]


@dataclass(frozen=True)
class SessionOpened(Message):
    """A one-time session: the address for the browser, and the nonce that every card read must name."""

    ignores_unknown = True
    session: str
    url: str
    nonce: str
    expires_at: datetime
    next_poll_s: int


@dataclass(frozen=True)
class CardRead(Message):
    """What the reader says of a card. ``document_type`` is a GA/T 2000.156 code, 111 for the citizen's card."""

    nonce: str
    reader: str
    document_type: str
    document_number: str
    name: str
    expires_on: date | None
    read_at: datetime


@dataclass(frozen=True)
class CardRemoved(Message):
    """The card has left the reader."""

    nonce: str
    reader: str
    removed_at: datetime


@dataclass(frozen=True)
class SessionAnswer(Message):
    """Whether the session runs after the message."""

    ignores_unknown = True
    session: str
    open: bool
    next_poll_s: int
