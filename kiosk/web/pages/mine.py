"""A person's own matters in one list: what they began, and what they handed in."""

from __future__ import annotations

from flask import render_template, request

from kiosk.casework.queues import list_of_applicant
from kiosk.uow import reading
from kiosk.web.access import current_actor
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.case_view import due_of
from kiosk.web.pages.drafting import open_drafts

SAID = {"discard": "草稿和里面的文件已经删除。"}


def show_mine(desk: Desk) -> str:
    """Open drafts, then cases."""
    actor = current_actor()
    with reading() as session:
        cases = list_of_applicant(session, actor.person_id or 0).cases
    return render_template(
        "my.html",
        desk=desk,
        cases=[(line, due_of(line)) for line in cases],
        drafts=open_drafts(actor),
        done=SAID.get(request.args.get("done", ""), ""),
    )
