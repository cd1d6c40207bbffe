"""The port to the provincial identity platform, and the partner that stands in for it in the demo."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.identity.errors import IdentityUnconfirmed

CITIZEN_CARD = "111"


@dataclass(frozen=True)
class Identity:
    """What the platform vouches for. ``document_type`` is a GA/T 2000.156 code, 111 for the citizen's card."""

    name: str
    document_type: str
    document_number: str
    phone: str | None = None


class IdentityProvider(Protocol):
    """Turns the ticket a person brings back from the platform into an identity, once."""

    def exchange(self, ticket: str) -> Identity:
        """Raises IdentityUnconfirmed for a ticket that is unknown, used or too old."""
        ...


class SimulatedProvider:
    """A platform of its own on disk: signs in the invented people of the demo and nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list_people(self) -> list[dict[str, str]]:
        """The invented people, as the sign-in page of the platform would show them."""
        path = self._folder / "people.json"
        people: list[dict[str, str]] = json.loads(path.read_text("utf-8")) if path.exists() else []
        return people

    def issue_ticket(self, person_key: str) -> str:
        """A one-time ticket for the invented person called ``person_key``. Raises IdentityUnconfirmed."""
        if all(person["key"] != person_key for person in self.list_people()):
            raise IdentityUnconfirmed("演示平台没有这个人")
        ticket = secrets.token_urlsafe(24)
        tickets = self._folder / "tickets"
        tickets.mkdir(parents=True, exist_ok=True)
        (tickets / ticket).write_text(person_key, encoding="utf-8")
        return ticket

    def exchange(self, ticket: str) -> Identity:
        if not ticket or not all(sign.isalnum() or sign in "-_" for sign in ticket):
            raise IdentityUnconfirmed("登录凭据无效，请重新登录")
        path = self._folder / "tickets" / ticket
        try:
            person_key = path.read_text("utf-8")
            path.unlink()
        except FileNotFoundError as error:
            raise IdentityUnconfirmed("登录凭据已用过或已过期，请重新登录") from error
        person = next(entry for entry in self.list_people() if entry["key"] == person_key)
        return Identity(
            person["name"], CITIZEN_CARD, person["document_number"], person.get("phone")
        )
