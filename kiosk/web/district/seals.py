"""The seal keeper's desk: the authority's seal, its key, every use of it, and stopping it at once."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.identity.queries import staff_names
from kiosk.licences import seal_keeping
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_seals", __name__, url_prefix="/district/seals")
SHOWN = 50
LONGEST = 200


@bp.get("")
@requires(Role.SEAL_KEEPER)
def show() -> str:
    """The seal and its newest uses; ``before`` goes back in time."""
    return _page(None)


@bp.post("/stop")
@requires(Role.SEAL_KEEPER)
def stop() -> Response:
    """Stop the seal from this moment on."""
    reason = request.form.get("reason", "").strip()
    try:
        if not 0 < len(reason) <= LONGEST:
            raise InputInvalid(fields={"reason": [f"请写明理由，不超过 {LONGEST} 字"]})
        seal_keeping.stop_seal(_own(), reason, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(told), told.status)
    return redirect(url_for("district_seals.show", done="stop"), 303)


def _own() -> str:
    return current_actor().authority_code or ""


def _page(told: Refused | None) -> str:
    given = request.args.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 16 else None
    with reading() as session:
        uses = seal_keeping.list_uses(session, _own(), before, SHOWN + 1)
        names = staff_names(session, (use.decided_by for use in uses))
    return render_template(
        "district/seals.html",
        seal=seal_keeping.find_seal(_own()),
        uses=uses[:SHOWN],
        names=names,
        more=uses[SHOWN - 1].id if len(uses) > SHOWN else None,
        moment_now=now(),
        refused=told,
        typed=request.form.get("reason", ""),
        done=request.args.get("done") == "stop",
    )
