"""What the platform holds is not asked for twice: a licence comes as an annotated copy, a file from an earlier case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
from flask import Flask
from flask.testing import FlaskClient

from kiosk.licences.queries import list_copies_of
from kiosk.uow import reading
from kiosk.workers import drain
from tests.support.clocks import StandingClock
from tests.support.sample_cases import granted
from tests.support.sample_drafts import CARD, PROOF, begun, handed_in, sent

ClientFor = Callable[[str], FlaskClient]
PURPOSE = "申请分支机构变更登记"


def words_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    page = document[0].get_textpage()
    text: str = page.get_text_range()
    page.close()
    document.close()
    return text


def ask(client: FlaskClient, draft: str, kind: str, clock: StandingClock, **body: Any) -> Any:
    until = clock.now().date().replace(day=28).isoformat()
    body = {"name": PROOF, "consents": True, "purpose": PURPOSE, "until": until, **body}
    return client.post(f"/api/v1/drafts/{draft}/materials/from-{kind}", json=body)


def issued(app: Flask, clock: StandingClock) -> str:
    """A branch's licence, sealed; 张 is the branch's head."""
    with app.app_context():
        number, _, _ = granted(clock)
        waiting = _identifier(number)
        drain()
    return waiting


def _identifier(number: str) -> str:
    with reading() as session:
        return list_copies_of(session, number)[0].identifier


def test_a_licence_comes_as_an_annotated_copy_without_seal_or_code(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    identifier = issued(app, clock)
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    kept = ask(zhang, draft, "licence", clock, identifier=identifier)
    assert kept.status_code == 201, kept.text
    told = kept.json
    assert (told["origin"], told["reference"]) == ("licence", identifier)
    assert (told["purpose"], told["pages"]) == (PURPOSE, 1)
    data = zhang.get(f"/api/v1/drafts/{draft}/materials/{told['number']}").data
    words = words_of(data)
    assert f"仅用于{PURPOSE}" in words
    assert "不得作原件使用" in words
    assert "样张" in words
    assert "样章" not in words
    assert b"/ByteRange" not in data
    receipt = handed_in(zhang, draft, insists=True).json
    later = begun(zhang)["number"]
    again = ask(zhang, later, "case", clock, case=receipt["number"], material=told["number"])
    assert (again.status_code, again.json["code"]) == (409, "reuse-refused")


def test_a_licence_is_used_by_its_holder_with_consent_only(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    identifier = issued(app, clock)
    zhang, li = client_for("zhang"), client_for("li")
    draft = begun(zhang)["number"]
    silent = ask(zhang, draft, "licence", clock, identifier=identifier, consents=False)
    assert (silent.status_code, silent.json["code"]) == (403, "consent-missing")
    past = ask(zhang, draft, "licence", clock, identifier=identifier, until="2026-01-01")
    assert set(past.json["fields"]) == {"until"}
    unknown = ask(zhang, draft, "licence", clock, identifier="1.2.156")
    assert unknown.status_code == 404
    other = ask(li, begun(li)["number"], "licence", clock, identifier=identifier)
    assert (other.status_code, other.json["code"]) == (403, "not-released-to-you")
    assert ask(li, draft, "licence", clock, identifier=identifier).status_code == 404


def test_a_file_of_an_earlier_case_is_used_again_at_a_window(
    client_for: ClientFor, clock: StandingClock
) -> None:
    zhang, clerk = client_for("zhang"), client_for("clerk.shapingba")
    first = begun(zhang)["number"]
    upload = sent(zhang, first).json
    case = handed_in(zhang, first).json["number"]
    draft = begun(clerk, applicant=CARD)["number"]
    kept = ask(clerk, draft, "case", clock, case=case, material=upload["number"])
    assert kept.status_code == 201, kept.text
    assert (kept.json["origin"], kept.json["digest"]) == ("earlier-case", upload["digest"])
    assert kept.json["reference"] == f"{case}/{upload['number']}"
    missing = ask(clerk, draft, "case", clock, case=case, material="CLX")
    assert missing.status_code == 404
    li = client_for("li")
    other = ask(li, begun(li)["number"], "case", clock, case=case, material=upload["number"])
    assert other.status_code == 404
