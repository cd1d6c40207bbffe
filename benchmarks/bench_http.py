"""The list of items over HTTP beside a bare Flask route that answers the same items, in one process.

Both go through the whole of werkzeug's test client, so the difference is what our application adds to Flask.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flask import Flask, Response
from flask.testing import FlaskClient

from benchmarks.measuring import Subject, report, take_turns
from kiosk.app import create_app

ROUNDS, PER_ROUND = 20, 100
ADDRESS = "/api/v1/items?limit=20"
SEARCH = "/api/v1/items?limit=20&q=%E5%BC%80%E5%88%86%E5%BA%97"


def main() -> int:
    """Time the list, a search and the bare route in turn; the ratio is our speed by that of the bare route."""
    with tempfile.TemporaryDirectory() as name:
        ours = _our_client(Path(name))
        bare = _bare_client(ours.get(ADDRESS).get_json())
        subjects = [
            _subject("bare Flask route, jsonify of the same 20 items", bare, "/items"),
            _subject("list of 20 items", ours, ADDRESS),
            _subject("search for 开分店", ours, SEARCH),
        ]
        take_turns(subjects, ROUNDS)
    report("http", subjects, {"bare Flask": subjects[0].median_ms / subjects[1].median_ms})
    return 0


def _our_client(instance: Path) -> FlaskClient:
    """The application on a fresh instance, set up as ``flask setup`` does it. Raises RuntimeError."""
    app = create_app({"INSTANCE": str(instance), "TESTING": True})
    outcome = app.test_cli_runner().invoke(args=["setup"])
    if outcome.exit_code:
        raise RuntimeError(outcome.output)
    return app.test_client()


def _bare_client(body: object) -> FlaskClient:
    app = Flask("bare")

    @app.get("/items")
    def items() -> Response:
        return app.json.response(body)

    return app.test_client()


def _subject(what: str, client: FlaskClient, address: str) -> Subject:
    def ask(_: int) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(answer.text)

    return Subject(what, ask, PER_ROUND)


if __name__ == "__main__":
    sys.exit(main())
