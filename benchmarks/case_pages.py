"""Pages over many cases: how long the server takes from a browser's request to the last byte of the page."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.case_rows import Ground, document_of, login_of
from kiosk.demo import PASSWORD
from kiosk.identity.actors import Role
from kiosk.identity.commands import add_staff, sign_in_citizen
from kiosk.identity.provider import CITIZEN_CARD, Identity
from kiosk.uow import unit_of_work
from kiosk.web.access import COOKIE
from tests.support.browsing import Visitor

#: What a page may take at p95 (milliseconds).
MOST_MS = 50.0
SESSION_MINUTES = 60


@dataclass(frozen=True)
class People:
    """A browser for each person who looks at pages, and some cases of the officer's authority."""

    stranger: FlaskClient
    citizen: FlaskClient
    clerk: FlaskClient
    officer: FlaskClient
    cases: list[str]

    @classmethod
    def of(cls, app: Flask, ground: Ground) -> People:
        """Sign in the clerk of the busiest place, the officer of the busiest authority, and an applicant."""
        authority, name, place = ground.authorities[0]
        clerk = {"login": "bench.clerk", "name": "窗口", "role": Role.CLERK, "place": name}
        officer = {
            "login": login_of(authority, 3),
            "name": "审批",
            "role": Role.OFFICER,
            "place": name,
        }
        clerk |= {"division_code": place}
        officer |= {"division_code": place, "authority_code": authority}
        clock = app.extensions["clock"]
        with app.app_context(), unit_of_work() as session:
            for entry in (clerk, officer):
                add_staff(session, password=PASSWORD, now=clock.now(), **entry)
        return cls(
            app.test_client(),
            applicant(app, ground.kept[-1][2]),
            desk(app, clerk["login"]),
            desk(app, officer["login"]),
            [number for code, number, _ in ground.kept if code == authority],
        )


def desk(app: Flask, login: str) -> FlaskClient:
    """A browser at a desk."""
    visitor = Visitor(app.test_client()).open("/window")
    return visitor.press("登录", login=login, password=PASSWORD).client


def applicant(app: Flask, person: int) -> FlaskClient:
    """The browser of somebody who applied before."""
    identity = Identity("样例", CITIZEN_CARD, document_of(person))
    with app.app_context():
        token, _ = sign_in_citizen(
            identity, now=app.extensions["clock"].now(), minutes=SESSION_MINUTES
        )
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return client


def look(client: FlaskClient, address: str) -> int:
    """Ask for a page; how many bytes it has. Raises RuntimeError for anything but a page."""
    answer = client.get(address, headers={"Accept": "text/html"})
    if answer.status_code != 200 or answer.mimetype != "text/html":
        raise RuntimeError(f"{address}: {answer.status}")
    return len(answer.data)


PAGES: dict[str, Callable[[People, random.Random], int]] = {
    "home": lambda people, _: look(people.stranger, "/"),
    "items found by words": lambda people, _: look(people.stranger, "/items?q=开分店"),
    "guide": lambda people, chance: look(people.stranger, f"/items/{chance.randint(1, 311)}"),
    "machine": lambda people, _: look(people.stranger, "/touch"),
    "own cases": lambda people, _: look(people.citizen, "/my"),
    "window, today": lambda people, _: look(people.clerk, "/window"),
    "window, items": lambda people, _: look(people.clerk, "/window/items?q=fzjg"),
    "officer's desk": lambda people, _: look(people.officer, "/district/queue"),
    "officer's own": lambda people, _: look(people.officer, "/district/queue?tab=mine"),
    "officer's late": lambda people, _: look(people.officer, "/district/queue?tab=late"),
    "officer's case": lambda people, chance: look(
        people.officer, f"/district/cases/{chance.choice(people.cases)}"
    ),
}
