"""The auditor's desk: what was done, by whom, and whether the chain holds."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kiosk.audit import trail
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import requires

bp = Blueprint("district_trail", __name__, url_prefix="/district/trail")
SHOWN = 50
LONGEST_SUBJECT = 120


@bp.get("")
@requires(Role.AUDITOR)
def show() -> str:
    """The newest entries, or those about one record; ``before`` goes back in time."""
    subject = request.args.get("subject", "").strip()[:LONGEST_SUBJECT]
    given = request.args.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 16 else None
    with reading() as session:
        entries = trail.list_entries(session, subject or None, before, SHOWN + 1)
    more = entries[SHOWN - 1].id if len(entries) > SHOWN else None
    return render_template(
        "district/trail.html", entries=entries[:SHOWN], subject=subject, more=more, report=None
    )


@bp.post("/check")
@requires(Role.AUDITOR)
def check() -> str:
    """Go through the whole chain from the first entry on."""
    with reading() as session:
        report = trail.check_chain(session)
        entries = trail.list_entries(session, None, None, SHOWN)
    return render_template(
        "district/trail.html", entries=entries, subject="", more=None, report=report
    )
