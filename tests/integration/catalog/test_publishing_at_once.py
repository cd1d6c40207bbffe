"""Two reviewers publish overlapping versions of an item at the same moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from kiosk.catalog_desk import items
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading
from services_catalog import versions
from services_catalog.models import FINAL
from tests.support.clocks import StandingClock
from tests.support.races import at_once

AUTHOR, REVIEWER = (Actor(Role.EDITOR, name, name) for name in ("editor.one", "editor.two"))
TODAY = date(2026, 3, 2)


@pytest.mark.both_databases
def test_two_overlapping_versions_are_never_both_in_force(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        for turn in range(3):
            first = TODAY + timedelta(days=turn // 2)
            made = items.draft_version(
                37, {"note": f"{turn}"}, first, actor=AUTHOR, now=clock.now()
            )
            items.submit_version(37, made.version, actor=AUTHOR, now=clock.now())

    def publish(turn: int) -> int:
        with app.app_context():
            return items.publish_version(37, turn + 2, actor=REVIEWER, now=clock.now()).version

    outcomes = at_once(publish, threads=3)
    done = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert done
    with app.app_context(), reading() as session:
        known = [v for v in versions.list_versions(session, 37) if v.status in FINAL]
    assert len(known) == len(done) + 1
    for day in range(4):
        on = TODAY + timedelta(days=day)
        assert sum(versions.span_of(version).holds_on(on) for version in known) == 1
