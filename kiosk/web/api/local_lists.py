"""Districts' own lists over HTTP: inspection, import, rows with proposals, confirmed mapping, export."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from werkzeug.datastructures import FileStorage

from kiosk.catalog_desk import local_lists as desk
from kiosk.catalogue import catalogue
from kiosk.errors import Forbidden
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import catalogue_schemas as schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.conditional import name_by_content
from services_catalog.local_items import list_rows

blp = Blueprint(
    "local_lists", __name__, url_prefix="/api/v1/catalogue/local-lists", description="地方事项清单"
)
blp.after_request(name_by_content)
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@blp.post("/<division>/inspection")
@requires(Role.EDITOR)
@blp.arguments(schemas.FileSchema, location="files")
@blp.response(200, {"type": "object"})
@refusals(blp, 401, 403, 422)
def inspect(files: dict[str, Any], division: str) -> Response:
    """The dry run: every faulty row and cell with the reason and the mend; nothing is written."""
    _require_own(division)
    with _stored(files["file"]) as path:
        told = "".join(desk.inspect(path).json_parts())
    return Response(told, mimetype="application/json")


@blp.post("/<division>")
@requires(Role.EDITOR)
@blp.arguments(schemas.FileSchema, location="files")
@blp.arguments(schemas.ImportQuery, location="query")
@blp.response(201, schemas.ImportAnswer)
@refusals(blp, 401, 403, 404, 409, 422)
def take_in(files: dict[str, Any], query: dict[str, Any], division: str) -> desk.Imported:
    """Take the list in; the same file a second time changes nothing."""
    _require_own(division)
    with _stored(files["file"]) as path:
        return desk.import_list(
            path,
            desk.inspect(path),
            division,
            accept_good=query["accept_good"],
            actor=current_actor(),
            now=now(),
        )


@blp.get("/<division>/items")
@requires(Role.EDITOR)
@blp.arguments(schemas.RowsQuery, location="query")
@blp.response(200, schemas.LocalRowList)
@refusals(blp, 401, 403, 404, 422)
def show_rows(query: dict[str, Any], division: str) -> dict[str, Any]:
    """Rows of the list in use, each with what it may be in the catalogue."""
    with reading() as session:
        rows = list_rows(session, division, **query)
    told = desk.propose_for(catalogue(), rows)
    return {"rows": [vars(row) | {"proposals": proposals} for row, proposals in told]}


@blp.put("/<division>/items/<int:row>/mapping")
@requires(Role.EDITOR)
@blp.arguments(schemas.MappingSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 422)
def map_row(body: dict[str, Any], division: str, row: int) -> None:
    """Confirm what a row is in the catalogue."""
    _require_own(division)
    desk.map_row(division, row, body["item"], actor=current_actor(), now=now())


@blp.get("/<division>/export")
@requires(Role.EDITOR)
@blp.arguments(schemas.ExportQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"})
@refusals(blp, 401, 403, 404, 422)
def export(query: dict[str, Any], division: str) -> Response:
    """The list in use as a file that can be imported again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"items-{division}.{query['format']}"
        desk.export_list(path, division)
        response = Response(path.read_bytes(), mimetype=TYPES[query["format"]])
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


@contextmanager
def _stored(upload: FileStorage) -> Iterator[Path]:
    """The upload as a file with the ending of its name, thrown away afterwards."""
    name = Path(upload.filename or "list").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(name).suffix.lower()[:8]}"
        upload.save(path)
        yield path


def _require_own(division: str) -> None:
    """An editor keeps the lists of their own division and of those below it. Raises Forbidden."""
    own, districts = current_actor().division_code, catalogue().world.districts
    place = districts.get(division)
    while place is not None and place.code != own:
        place = districts.get(place.parent_code or "")
    if place is None:
        raise Forbidden("只能维护本区划的事项清单")
