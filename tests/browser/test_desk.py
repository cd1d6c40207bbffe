"""The officer's desk in a real browser: ticked cases are granted at once, by clicking only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from tests.browser.clicks import button, link, sign_in_at_the_desk
from tests.browser.filing import grant_elsewhere, under_review

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


def test_an_officer_grants_what_was_ticked_and_learns_of_each(
    page_of: PageOf, service: Place
) -> None:
    first, second, third = (under_review(service.url) for _ in range(3))
    officer = page_of("desk")
    sign_in_at_the_desk(officer, "officer.wuhou")
    link(officer, "我领取的")
    for number in (first, second, third):
        officer.get_by_role("row").filter(has_text=number).get_by_role("checkbox").check()
    grant_elsewhere(service.url, third)
    button(officer, "批量同意打勾的办件")
    expect(officer.get_by_role("heading", level=1)).to_have_text("同意这 3 件？")
    button(officer, "同意 3 件")
    expect(officer.get_by_role("heading", level=1)).to_have_text("3 件里同意了 2 件")
    rows = officer.get_by_role("row")
    for number in (first, second):
        expect(rows.filter(has_text=number).get_by_text("同意", exact=True)).to_be_visible()
    expect(rows.filter(has_text=third).get_by_text("没有办成")).to_be_visible()
    link(officer, "回到待办清单")
    expect(officer.get_by_role("row").filter(has_text=first)).to_have_count(0)
    link(officer, "待送达、待办结")
    expect(officer.get_by_role("row").filter(has_text=first)).to_be_visible()
