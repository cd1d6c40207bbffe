"""The officers' desk: the queue, taking and giving back, opinions and signatures, grants in batch, the search."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from kiosk.casework import batch, holding, opinions, queries, queues
from kiosk.casework.permissions import require_deciding
from kiosk.clock import office_date
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import desk_schemas, schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.cases import shown
from kiosk.web.errors import incident_body, refusal_body

blp = Blueprint("desk", __name__, url_prefix="/api/v1", description="审批工作台")


@blp.get("/queue")
@requires(Role.OFFICER)
@blp.arguments(desk_schemas.QueueQuery, location="query")
@blp.response(200, desk_schemas.QueueSchema)
@refusals(blp, 401, 403, 422)
def show_queue(query: dict[str, Any]) -> queues.Page:
    """The authority's open cases, the earliest due first."""
    with reading() as session:
        return queues.list_queue(
            session,
            current_actor(),
            desk_schemas.view_of(query, office_date(now())),
            after=query["after"],
            limit=query["limit"],
        )


@blp.post("/cases/searches")
@requires(Role.OFFICER, Role.CLERK)
@blp.arguments(desk_schemas.SearchSchema)
@blp.response(200, desk_schemas.QueueSchema)
@refusals(blp, 401, 403, 422)
def search(body: dict[str, Any]) -> queues.Page:
    """Find cases by number, applicant, item, state and dates; a document number never stands in an address."""
    with reading() as session:
        return queues.search_cases(
            session,
            current_actor(),
            desk_schemas.sought_in(body),
            after=body["after"],
            limit=body["limit"],
        )


@blp.post("/cases/<number>/holding")
@requires(Role.OFFICER)
@blp.arguments(schemas.ActSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def take(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take a case out of the queue (领取)."""
    holding.take(number, actor=current_actor(), now=now(), version=body["version"])
    return shown(number)


@blp.delete("/cases/<number>/holding")
@requires(Role.OFFICER)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409)
def give_back(number: str) -> dict[str, Any]:
    """Put a case back into the queue (退回待办)."""
    holding.give_back(number, actor=current_actor(), now=now())
    return shown(number)


@blp.put("/cases/<number>/holding")
@requires(Role.OFFICER)
@blp.arguments(desk_schemas.ReassignSchema)
@blp.response(200, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def reassign(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Pass a case to another officer of the organ (改派); supervisors only."""
    holding.reassign(
        number, body["officer"], actor=current_actor(), now=now(), version=body["version"]
    )
    return shown(number)


@blp.get("/cases/<number>/opinions")
@requires(Role.OFFICER)
@blp.response(200, desk_schemas.OpinionList)
@refusals(blp, 401, 403, 404)
def show_opinions(number: str) -> dict[str, Any]:
    """What officers of the deciding authority wrote on the case."""
    with reading() as session:
        case = queries.get_case(session, number)
        require_deciding(case, current_actor())
        return {"opinions": opinions.list_opinions(session, case)}


@blp.post("/cases/<number>/opinions")
@requires(Role.OFFICER)
@blp.arguments(desk_schemas.OpinionDraft)
@blp.response(201, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def opine(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Put a reviewing officer's opinion on file."""
    opinions.opine(number, body["outcome"], body["words"], actor=current_actor(), now=now())
    return shown(number)


@blp.post("/cases/<number>/signatures")
@requires(Role.OFFICER)
@blp.arguments(desk_schemas.OpinionDraft)
@blp.response(201, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def sign(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Sign as the second officer (复核签署)."""
    opinions.sign(number, body["outcome"], body["words"], actor=current_actor(), now=now())
    return shown(number)


@blp.post("/grants")
@requires(Role.OFFICER)
@blp.arguments(desk_schemas.BatchSchema)
@blp.response(200, desk_schemas.BatchAnswer)
@refusals(blp, 401, 403, 422)
def grant_each(body: dict[str, Any]) -> dict[str, Any]:
    """Grant up to 500 cases, each by itself; sent again, what was granted is answered as granted."""
    wanted = [batch.Wanted(**line) for line in body["cases"]]
    results = batch.grant_each(wanted, body["words"], actor=current_actor(), now=now())
    return {"results": [_told(result) for result in results]}


def _told(result: batch.Granted) -> dict[str, Any]:
    problem = None
    if result.incident is not None:
        problem = incident_body(result.incident)
    elif result.refusal is not None:
        problem = refusal_body(result.refusal)
    return {
        "number": result.number,
        "granted": result.granted,
        "repeated": result.repeated,
        "problem": problem,
    }
