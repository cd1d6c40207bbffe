"""Nobody's draft breaks: what changed since is told, and only the difference is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from kiosk.casework.errors import ItemVersionChanged
from kiosk.casework.queries import get_case
from kiosk.casework.receiving import receive
from kiosk.catalog_desk import items as desk
from kiosk.catalogue import catalogue
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading
from kiosk.web.pages import case_view
from services_catalog.items import form_to_content
from tests.integration.casework.test_receiving import CLERK, submission
from tests.support.clocks import MONDAY_MORNING, StandingClock

TODAY = MONDAY_MORNING.date()
FRESH = {
    "key": "fresh",
    "label": "是否连锁经营",
    "type": "text",
    "required": True,
    "choices": [],
    "hint": "",
    "routing": False,
    "prefill": "none",
}


def publish(**changes: Any) -> None:
    author, reviewer = (Actor(Role.EDITOR, login, login) for login in ("a", "b"))
    made = desk.draft_version(37, changes, TODAY, actor=author, now=MONDAY_MORNING)
    desk.submit_version(37, made.version, actor=author, now=MONDAY_MORNING)
    desk.publish_version(37, made.version, actor=reviewer, now=MONDAY_MORNING)


def publish_a_new_question() -> None:
    form = form_to_content(catalogue().forms[37])
    publish(form={**form, "fields": [*form["fields"], FRESH]})


def test_only_the_difference_is_asked_for(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        begun = replace(submission("begun"), item_version=catalogue().items[37].version)
        publish_a_new_question()
        with pytest.raises(ItemVersionChanged, match="表单增加“是否连锁经营”") as refusal:
            receive(begun, actor=CLERK, now=clock.now())
        assert set(refusal.value.fields) == {"form.fresh"}
        answered = replace(begun, form={**begun.form, "fresh": "否"}, item_version=2)
        assert receive(answered, actor=CLERK, now=clock.now()).number


def test_a_change_that_does_not_touch_applicants_passes(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        begun = replace(submission("begun"), item_version=catalogue().items[37].version)
        publish(aliases=["开分店"])
        assert receive(begun, actor=CLERK, now=clock.now()).number


def test_a_case_is_read_with_the_questions_it_answered(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = receive(submission("kept"), actor=CLERK, now=clock.now()).number
        before = answers(number)
        form = form_to_content(catalogue().forms[37])
        kept = [field for field in form["fields"] if field["routing"] or field["required"]][:4]
        kept += [field for field in form["fields"] if field["routing"] and field not in kept]
        publish(form={**form, "fields": kept, "rules": []})
        assert answers(number) == before


def answers(number: str) -> Any:
    with reading() as session:
        return case_view._view(session, get_case(session, number), CLERK)["answers"]
