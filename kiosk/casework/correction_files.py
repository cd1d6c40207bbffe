"""Corrections that come as files: each is looked into and kept before the answer that names it is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kiosk.casework.correction_queries import DefectLine, list_corrections
from kiosk.casework.corrections import Answer, supply
from kiosk.casework.draft_models import Upload
from kiosk.casework.materials import Origin, Source, drop_file, keep_file
from kiosk.casework.receipt import Channel
from kiosk.casework.receiving import channel_of
from kiosk.casework.views import get_visible_case
from kiosk.errors import KioskError
from kiosk.identity.actors import Actor
from kiosk.uow import reading


def list_missing(number: str, actor: Actor) -> list[DefectLine]:
    """What was told and did not come yet. Raises NotFound."""
    with reading() as session:
        case = get_visible_case(session, number, actor)
        return [
            defect
            for notice in list_corrections(session, case)
            for defect in notice.defects
            if not notice.complete and not defect.supplied
        ]


def supply_with_files(
    number: str,
    answers: Sequence[Answer],
    files: Mapping[str, bytes],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Take in answers together with ``files`` by the code of their defect; a file alone is an answer to a paper.

    Raises what a file, and what ``corrections.supply`` may raise; nothing is kept then.
    """
    papers = {defect.code: defect.paper for defect in list_missing(number, actor) if defect.paper}
    origin = Origin.UPLOAD if channel_of(actor) is Channel.ONLINE else Origin.SCAN
    kept: dict[str, Upload] = {}
    try:
        for code, data in files.items():
            if code in papers:
                source = Source(origin, reference=code)
                kept[code] = keep_file(papers[code], data, source, actor=actor, now=now)
        others = [answer for answer in answers if answer.defect not in kept]
        others += [Answer(code) for code in files if code not in kept]  # To be refused by name.
        brought = [Answer(code, pages=upload.pages, upload=upload) for code, upload in kept.items()]
        supply(number, [*others, *brought], actor=actor, now=now, version=version)
    except KioskError:
        for upload in kept.values():
            drop_file(upload)
        raise
