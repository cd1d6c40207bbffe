"""Status of issued licences: who may change it, what it means for paper, and the signed list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from deploy.demo import branch_form
from kiosk import workers
from kiosk.demo import PEOPLE
from kiosk.licences.queries import get_document, get_licence
from kiosk.uow import reading
from printing.status_list import StatusListInvalid, read_status_list
from services_catalog.codes import parse_licence_identifier
from tests.support.case_papers import shown_decision_papers
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


def test_a_day_of_effect_is_entered_and_shown_to_its_authority(
    licence: dict[str, Any], client_for: ClientFor, clock: StandingClock
) -> None:
    officer, path = (
        client_for("officer.wuhou"),
        f"/api/v1/registry/licences/{licence['identifier']}",
    )
    day = (clock.now().date() + timedelta(days=3)).isoformat()
    body = {"status": "revoked", "reason": "登记事项虚假", "effective_on": day}
    assert officer.post(f"{path}/status", json=body).status_code == 204
    entries = officer.get(f"{path}/history").json["entries"]
    assert [(entry["status"], entry["reason"]) for entry in entries] == [
        ("valid", None),
        ("revoked", "登记事项虚假"),
    ]
    assert entries[1]["effective_on"] == day
    assert client_for("officer.jinjiang").get(f"{path}/history").json["code"] == "forbidden"
    assert officer.get(f"{path}0/history").json["code"] == "not-found"


def test_the_authority_exports_the_national_metadata(
    licence: dict[str, Any], client_for: ClientFor
) -> None:
    officer = client_for("officer.wuhou")
    path = f"/api/v1/registry/licences/{licence['identifier']}/metadata"
    assert officer.get(path).json["ZZBS"] == licence["identifier"]
    xml = officer.get(f"{path}?format=xml")
    assert (xml.mimetype, b'Name="CZZTDM"' in xml.data) == ("application/xml", True)
    assert officer.get(f"{path}?format=csv").json["code"] == "input-invalid"
    assert client_for("officer.jinjiang").get(path).json["code"] == "forbidden"
    assert client_for("zhang").get(path).status_code == 403


def test_the_holder_reports_a_loss_and_gets_a_new_licence(
    app: Flask, client: FlaskClient, licence: dict[str, Any], client_for: ClientFor
) -> None:
    path = f"/api/v1/licences/{licence['identifier']}/loss"
    assert client.post(path).status_code == 401
    assert client_for("li").post(path).json["code"] == "not-released-to-you"
    assert client_for("zhang").post(path).status_code == 204
    assert listed(app, client).licences[licence["identifier"]] == "suspended"
    assert client_for("zhang").post(path).json["code"] == "status-change-refused"
    path = f"/api/v1/registry/licences/{licence['identifier']}/reissue"
    lost = {"cause": "lost", "reason": "在车站遗失"}
    raised = client_for("officer.wuhou").post(path, json=lost)
    assert raised.status_code == 201
    assert listed(app, client).licences[licence["identifier"]] == "superseded"


def test_a_renewal_needs_a_last_day(licence: dict[str, Any], client_for: ClientFor) -> None:
    path = f"/api/v1/registry/licences/{licence['identifier']}/reissue"
    answer = client_for("officer.wuhou").post(path, json={"cause": "renewed", "reason": "到期"})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["expires_on"])


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


def test_a_typed_identifier_is_answered_to_those_who_know_the_holder(
    client: FlaskClient, licence: dict[str, Any], client_for: ClientFor, app: Flask
) -> None:
    with app.app_context(), reading() as session:
        holder = get_licence(session, licence["identifier"]).holder_name
    path, body = "/api/v1/verifications/identifier", {"identifier": licence["identifier"]}
    found = client.post(path, json={**body, "holder": holder})
    assert (found.status_code, found.json["status"], found.json["holder"]) == (200, "valid", holder)
    change(client_for("officer.wuhou"), licence["identifier"], "revoked")
    assert client.post(path, json={**body, "holder": holder}).json["status"] == "revoked"
    wrong = client.post(path, json={**body, "holder": "别的公司"})
    unknown = client.post(path, json={"identifier": "1.2.3", "holder": holder})
    assert (wrong.status_code, wrong.json["code"]) == (404, "licence-not-known")
    assert wrong.json["detail"] == unknown.json["detail"]  # Nothing tells one from the other.
    assert client.post(path, json=body).status_code == 422
    for _ in range(4):
        client.post(path, json={**body, "holder": "别的公司"})
    locked = client.post(path, json={**body, "holder": holder})
    assert (locked.status_code, locked.json["code"]) == (429, "too-many-guesses")


def test_verification_tells_what_the_registry_says(
    app: Flask, client: FlaskClient, licence: dict[str, Any], client_for: ClientFor
) -> None:
    case = client_for("officer.wuhou").get(f"/api/v1/cases/{licence['case']}").json
    with app.app_context(), reading() as session:
        from_row = get_document(session, shown_decision_papers(case)[0]["number"])
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
