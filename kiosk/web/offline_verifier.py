"""One page that judges codes without a network: keys, status and program in a single file, for keeping."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from kiosk.clock import OFFICE_ZONE
from kiosk.licences.status_list import gather
from kiosk.uow import reading
from kiosk.web.access import now, public
from printing.certificates import Owner
from printing.qr import KeySet
from printing.status_list import StatusList

bp = Blueprint("offline_verifier", __name__)
FOLDER = Path(__file__).resolve().parent / "offline"
FILE_NAME = "offline-verifier.html"


@bp.get("/verify/offline")
@public
def download() -> Response:
    """The page as a file to keep; made anew each time, with the keys and the status of this moment."""
    with reading() as session:
        statuses = gather(session, now())
    page = verifier_page(current_app.extensions["keys"].public_keys(), statuses, now())
    response = Response(page, mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def verifier_page(keys: KeySet, statuses: StatusList, made_at: datetime) -> str:
    """The whole page. Its policy lets nothing run but its own script, and lets nothing out."""
    script, style = _text("verifier.js"), _text("verifier.css")
    moment = made_at.astimezone(OFFICE_ZONE)
    words = f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}"
    points = {key.hex(): _published(owner) for key, owner in keys.items() if owner.kind == "p256"}
    book = {
        "made_at_words": f"截至{words}",
        "keys": points,
        "statuses": statuses.licences,
        "copies": statuses.copies,
    }
    return render_template(
        "offline.html",
        policy=(
            f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
            "img-src blob:; media-src blob: mediastream:; base-uri 'none'; form-action 'none'"
        ),
        script=script,
        style=style,
        # A sign that could end the element must not stand in it.
        book=json.dumps(book, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c"),
        made_at_words=words,
        key_count=len(points),
        status_count=len(statuses.licences),
    )


def _published(owner: Owner) -> dict[str, Any]:
    """What a page must know of an authority: its name, its code and its public point."""
    if not isinstance(owner.key, ec.EllipticCurvePublicKey):
        raise TypeError(owner.kind)
    point = owner.key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()
    return {"name": owner.name, "code": owner.code, "demo": owner.demo, "point": point}


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
