"""What goes into a receipt and what comes out: the values of the receiving desk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.identity.provider import Identity


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
    """How places share the work (国办发〔2020〕35号; delegated is the local fourth)."""

    ONLINE = "online"
    AGENCY = "agency"
    DELEGATED = "delegated"
    JOINT = "joint"


MODE_WORDS = {
    Mode.ONLINE: "全程网办",
    Mode.AGENCY: "异地代收代办",
    Mode.DELEGATED: "异地授权",
    Mode.JOINT: "多地联办",
}


class Channel(StrEnum):
    """Where the applicant stood."""

    ONLINE = "online"
    MACHINE = "machine"
    WINDOW = "window"


@dataclass(frozen=True)
class Material:
    """One paper handed in: its name, ``paper`` or ``electronic``, and its pages if they were counted."""

    name: str
    form: str = "electronic"
    pages: int | None = None


@dataclass(frozen=True)
class Submission:
    """All that a receipt needs. ``key`` makes a repeated submission answer as the first one."""

    item_seq: int
    form: dict[str, Any]
    applicant: Identity
    delivery: Delivery
    delivery_details: dict[str, Any] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    registrar: str | None = None
    key: str | None = None

    def as_request(self) -> dict[str, Any]:
        """The submission as plain values, to tell a repeated one from another one under the same key."""
        request = asdict(self)
        del request["key"]
        return request


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

    def as_answer(self) -> dict[str, Any]:
        return asdict(self)


def iso(value: date | datetime | None) -> str | None:
    """A date or moment as text, or None."""
    return None if value is None else value.isoformat()
