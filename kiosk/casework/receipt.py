"""What goes into a receipt and what comes out: the values of the receiving desk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.identity.provider import Identity

ONLINE_PLACE = "网上申请"


class Delivery(StrEnum):
    """How the applicant wants the result."""

    HERE = "here"
    MACHINE = "machine"
    POST = "post"
    WINDOW = "window"


DELIVERY_WORDS = {
    Delivery.HERE: "在本自助机打印",
    Delivery.MACHINE: "在其他自助机打印",
    Delivery.POST: "邮寄",
    Delivery.WINDOW: "窗口领取",
}


class Mode(StrEnum):
    """How places share the work (国办发〔2020〕35号; delegated is the local fourth).

    A joint case that the catalogue divides is a lead with parts; the applicant holds the lead.
    """

    ONLINE = "online"
    AGENCY = "agency"
    DELEGATED = "delegated"
    JOINT = "joint"
    JOINT_LEAD = "joint-lead"
    JOINT_PART = "joint-part"


PAPERS_TRAVEL = (Mode.AGENCY, Mode.DELEGATED)
"""In these the papers go to whoever decides, and come back."""

MODE_WORDS = {
    Mode.ONLINE: "全程网办",
    Mode.AGENCY: "异地代收代办",
    Mode.DELEGATED: "异地授权",
    Mode.JOINT: "多地联办",
    Mode.JOINT_LEAD: "多地联办",
    Mode.JOINT_PART: "多地联办(分办)",
}


class Channel(StrEnum):
    """Where the applicant stood."""

    ONLINE = "online"
    MACHINE = "machine"
    WINDOW = "window"


@dataclass(frozen=True)
class Material:
    """One paper handed in: its name, ``paper`` or ``electronic``, and its pages if they were counted.

    ``digest`` is the SHA-256 of a file that the platform holds.
    """

    name: str
    form: str = "electronic"
    pages: int | None = None
    digest: str | None = None


@dataclass(frozen=True)
class DraftInHand:
    """The draft a submission comes from, in the version that was read, and the numbers of its files.

    With ``insists`` the applicant hands it in although required papers are missing.
    """

    number: str
    version: int
    files: frozenset[str] = frozenset()
    insists: bool = False


@dataclass(frozen=True)
class Submission:
    """All that a receipt needs. ``key`` makes a repeated submission answer as the first one.

    ``item_version`` is the version that the applicant read when they began, if the client tells it. An ``agent``
    hands it in for the applicant, or for the organisation it is for, under a recorded ``authorisation``. ``joint``
    asks for handling in parts by several authorities (多地联办) of an item that has them.
    """

    item_seq: int
    form: dict[str, Any]
    applicant: Identity
    delivery: Delivery
    delivery_details: dict[str, Any] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    registrar: str | None = None
    key: str | None = None
    item_version: int | None = None
    draft: DraftInHand | None = None
    agent: Identity | None = None
    authorisation: str | None = None
    joint: bool = False

    def as_request(self) -> dict[str, Any]:
        """The submission as plain values, to tell a repeated one from another one under the same key."""
        if self.draft is not None:
            return draft_request(self.draft.number)  # A draft is handed in once, whatever it said.
        request = asdict(self)
        del request["key"], request["item_version"], request["draft"]
        return request


def draft_request(number: str) -> dict[str, Any]:
    """The handing in of a draft as plain values, known before the draft is read."""
    return {"draft": number}


@dataclass(frozen=True)
class Receipt:
    """What the applicant is told at receipt; the query code is shown here once and never stored readable."""

    number: str
    query_code: str
    received_at: str
    receiving_place: str
    deciding_authority: str
    explanation: list[str]
    assumed: bool
    acceptance_due_on: str | None
    materials: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    agent: str | None = None
    authorisation: str | None = None

    def as_answer(self) -> dict[str, Any]:
        return asdict(self)


def iso(value: date | datetime | None) -> str | None:
    """A date or moment as text, or None."""
    return None if value is None else value.isoformat()
