"""Files over HTTP: judged by content, encrypted on disk, read by those they concern."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from pikepdf import Dictionary, Name, Pdf

from kiosk.casework.scanners import PatternScanner
from tests.support.sample_drafts import CARD, CONTENT, PAPERS, PROOF, begun, handed_in, sent, shown
from tests.support.sample_files import EICAR, pdf, picture

ClientFor = Callable[[str], FlaskClient]


def stored_files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "materials").rglob("*") if path.is_file()]


def test_a_file_is_kept_encrypted_under_a_name_of_ours(app: Flask, client_for: ClientFor) -> None:
    zhang, data = client_for("zhang"), pdf(2)
    draft = begun(zhang)["number"]
    answer = sent(zhang, draft, data)
    assert answer.status_code == 201
    told = answer.json
    assert (told["name"], told["kind"], told["pages"], told["scanned_by"]) == (
        PROOF,
        "pdf",
        2,
        "none",
    )
    (path,) = stored_files(app)
    assert "passwd" not in str(path)
    assert b"%PDF" not in path.read_bytes()
    back = zhang.get(f"/api/v1/drafts/{draft}/materials/{told['number']}")
    assert back.data == data
    assert back.headers["Content-Disposition"] == f'attachment; filename="{told["number"]}.pdf"'
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert [m["number"] for m in shown(zhang, draft)["materials"]] == [told["number"]]


def test_a_stored_file_that_was_changed_is_not_shown(app: Flask, client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    number = sent(zhang, draft).json["number"]
    (path,) = stored_files(app)
    path.write_bytes(path.read_bytes() + b"x")
    assert zhang.get(f"/api/v1/drafts/{draft}/materials/{number}").status_code == 404


def script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


REFUSED = (
    (b"", 422, "material-damaged"),
    (b"MZ\x90", 422, "material-executable"),
    (b"hello", 422, "material-type-refused"),
    (pdf(1, script), 422, "material-active-content"),
    (pdf(1) + b"PK\x03\x04", 422, "material-disguised"),
    (picture("JPEG")[:-40], 422, "material-damaged"),
    (pdf(201), 422, "material-too-many-pages"),
)


def test_what_is_not_taken_leaves_nothing(app: Flask, client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    for data, status, code in REFUSED:
        refused = sent(zhang, draft, data)
        assert (refused.status_code, refused.json["code"]) == (status, code)
    app.config["MATERIAL_MAX_MB"] = 0
    refused = sent(zhang, draft)
    assert (refused.status_code, refused.json["code"]) == (413, "material-too-large")
    assert stored_files(app) == []
    assert shown(zhang, draft)["materials"] == []


def test_a_virus_is_not_kept(app: Flask, client_for: ClientFor) -> None:
    app.extensions["scanner"] = PatternScanner()
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    clean = sent(zhang, draft)
    assert clean.json["scanned_by"] == "pattern"

    refused = sent(zhang, draft, picture("JPEG", comment=EICAR))
    assert (refused.status_code, refused.json["code"]) == (422, "material-infected")
    assert len(stored_files(app)) == 1


def test_a_form_without_a_file_or_a_name_is_refused(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    bare = zhang.post(f"/api/v1/drafts/{draft}/materials", data={"name": PROOF})
    assert (bare.status_code, bare.json["code"]) == (422, "input-invalid")
    nameless = sent(zhang, draft, name="")
    assert nameless.status_code == 422
    odd = sent(zhang, draft, origin="licence")
    assert odd.status_code == 422


def test_scanning_happens_at_a_desk(client_for: ClientFor) -> None:
    zhang, clerk = client_for("zhang"), client_for("clerk.shapingba")
    refused = sent(zhang, begun(zhang)["number"], origin="scan")
    assert refused.json["fields"] == {"origin": ["扫描只在自助机或窗口进行"]}
    scanned = sent(clerk, begun(clerk, applicant=CARD)["number"], origin="scan")
    assert scanned.json["origin"] == "scan"


def test_a_file_can_be_taken_out_again(app: Flask, client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    path = f"/api/v1/drafts/{draft}/materials/{sent(zhang, draft).json['number']}"
    assert zhang.delete(path).status_code == 204
    assert (zhang.get(path).status_code, zhang.delete(path).status_code) == (404, 404)
    assert stored_files(app) == []


def test_a_draft_holds_a_limited_number_of_files(app: Flask, client_for: ClientFor) -> None:
    app.config["MATERIAL_MAX_FILES"] = 2
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    codes = [sent(zhang, draft).status_code for _ in range(3)]
    assert codes == [201, 201, 409]


def test_files_go_over_to_the_case_and_the_receipt_lists_them(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(
        zhang, content={**CONTENT, "papers": [paper for paper in PAPERS if paper["name"] != PROOF]}
    )["number"]
    data = picture("PNG")
    upload = sent(zhang, draft, data).json
    receipt = handed_in(zhang, draft).json
    assert receipt["materials"][4:] == [
        {"name": PROOF, "form": "electronic", "pages": 1, "digest": upload["digest"]}
    ]
    files = f"/api/v1/cases/{receipt['number']}/materials"
    assert [m["number"] for m in zhang.get(files).json["materials"]] == [upload["number"]]
    path = f"{files}/{upload['number']}"
    assert client_for("officer.wuhou").get(path).data == data
    strangers = [client_for("li"), client_for("officer.jinjiang"), client_for("clerk.liangjiang")]
    assert [client.get(path).status_code for client in strangers] == [404] * 3
    assert [client.get(files).status_code for client in strangers] == [404] * 3
    assert zhang.get(f"{files}/CLX").status_code == 404
    page = zhang.get(f"/my/{receipt['number']}/receipt").text
    assert f"{PROOF}（电子，1 页，校验码 <samp>{upload['digest'][:8]}</samp>）" in page
