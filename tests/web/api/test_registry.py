"""Status of issued licences: who may change it, what it means for paper, and the signed list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from deploy.demo import branch_form
from kiosk import workers
from kiosk.demo import PEOPLE
from kiosk.licences.queries import get_document
from kiosk.uow import reading
from printing.status_list import StatusListInvalid, read_status_list
from services_catalog.codes import parse_licence_identifier
from tests.support.clocks import StandingClock

ClientFor = Callable[[str], FlaskClient]


@pytest.fixture
def licence(app: Flask, client_for: ClientFor) -> dict[str, Any]:
    """An issued, sealed licence of Wuhou and its case number."""
    clerk, officer, person = client_for("clerk.liangjiang"), client_for("officer.wuhou"), PEOPLE[0]
    body = {
        "item": 37,
        "form": branch_form(person, "510107", "武侯大道"),
        "applicant": {"name": person["name"], "document_number": person["document_number"]},
    }
    number = clerk.post("/api/v1/cases", json=body).json["number"]
    for act in ("acceptance", "review", "grant"):
        words = {"words": "准予登记"} if act == "grant" else {}
        assert officer.post(f"/api/v1/cases/{number}/{act}", json=words).status_code == 200
    with app.app_context():
        workers.drain()
    copy = officer.get(f"/api/v1/cases/{number}").json["copies"][0]
    return {"case": number, "identifier": copy["identifier"]}


def change(client: FlaskClient, identifier: str, status: str, reason: str = "登记事项虚假") -> Any:
    body = {"status": status, "reason": reason}
    return client.post(f"/api/v1/registry/licences/{identifier}/status", json=body)


def listed(app: Flask, client: FlaskClient) -> Any:
    roots = app.extensions["keys"].trust_roots()
    return read_status_list(client.get("/api/v1/registry/status-list").data, roots)


def test_only_the_issuing_authority_changes_a_status(
    licence: dict[str, Any], client_for: ClientFor
) -> None:
    refused = change(client_for("officer.jinjiang"), licence["identifier"], "revoked")
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    clerk = change(client_for("clerk.liangjiang"), licence["identifier"], "revoked")
    assert clerk.status_code == 403
    missing = change(client_for("officer.wuhou"), licence["identifier"], "revoked", reason="")
    assert "reason" in missing.json["fields"]


def test_a_revoked_licence_is_listed_and_stays_revoked(
    app: Flask, client: FlaskClient, licence: dict[str, Any], client_for: ClientFor
) -> None:
    officer, identifier = client_for("officer.wuhou"), licence["identifier"]
    assert identifier not in listed(app, client).licences
    assert change(officer, identifier, "suspended").status_code == 204
    assert listed(app, client).licences[identifier] == "suspended"
    assert change(officer, identifier, "valid", "整改完成").status_code == 204
    assert identifier not in listed(app, client).licences
    assert change(officer, identifier, "revoked").status_code == 204
    assert listed(app, client).licences[identifier] == "revoked"
    again = change(officer, identifier, "valid")
    assert (again.status_code, again.json["code"]) == (409, "status-change-refused")


def test_a_reissued_licence_raises_the_version_and_voids_the_former(
    app: Flask, client: FlaskClient, licence: dict[str, Any], client_for: ClientFor
) -> None:
    officer, identifier = client_for("officer.wuhou"), licence["identifier"]
    path = f"/api/v1/registry/licences/{identifier}/reissue"
    raised = officer.post(path, json={"reason": "遗失补领"}).json["identifier"]
    assert parse_licence_identifier(raised).version == 2
    with app.app_context():
        workers.drain()
    now = listed(app, client)
    assert now.licences[identifier] == "superseded"
    assert now.copies[f"{identifier}#1-1"] == "void"
    assert raised not in now.licences
    copies = officer.get(f"/api/v1/cases/{licence['case']}").json["copies"]
    assert {copy["identifier"]: (copy["status"], copy["ready"]) for copy in copies} == {
        identifier: ("superseded", True),
        raised: ("valid", True),
    }
    twice = officer.post(path, json={"reason": "遗失补领"})
    assert twice.json["code"] == "status-change-refused"


def test_the_status_list_is_cacheable_fresh_and_unforgeable(
    app: Flask, client: FlaskClient, clock: StandingClock
) -> None:
    first = client.get("/api/v1/registry/status-list")
    same = client.get(
        "/api/v1/registry/status-list", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert same.status_code == 304
    roots = app.extensions["keys"].trust_roots()
    issued = read_status_list(first.data, roots)
    assert (issued.fresh_until - issued.issued_at).total_seconds() == 3600
    clock.advance(hours=2)
    assert listed(app, client).issued_at > issued.issued_at
    for forged in (first.data.replace(b"A", b"B", 1), b"{}", b"[]", b"", b"null", first.data[:-9]):
        with pytest.raises(StatusListInvalid):
            read_status_list(forged, roots)


def test_verification_tells_what_the_registry_says(
    app: Flask, client: FlaskClient, licence: dict[str, Any], client_for: ClientFor
) -> None:
    case = client_for("officer.wuhou").get(f"/api/v1/cases/{licence['case']}").json
    with app.app_context(), reading() as session:
        from_row = get_document(session, case["papers"][0]["number"])
    data = app.extensions["files"].get(from_row.file_digest)
    judged = client.post("/api/v1/verifications/pdf", data=data, content_type="application/pdf")
    assert judged.json["genuine"] is True
    assert judged.json["status"] == "valid"
    change(client_for("officer.wuhou"), licence["identifier"], "revoked")
    judged = client.post("/api/v1/verifications/pdf", data=data, content_type="application/pdf")
    assert (judged.json["genuine"], judged.json["status"]) == (True, "revoked")
    code = client.post("/api/v1/verifications/qr", json={"text": from_row.content["qr_text"]})
    assert (code.json["genuine"], code.json["status"]) == (True, "revoked")
    bent = data[:2000] + bytes([data[2000] ^ 1]) + data[2001:]
    judged = client.post("/api/v1/verifications/pdf", data=bent, content_type="application/pdf")
    assert judged.json["genuine"] is False
    assert judged.json["status"] is None
