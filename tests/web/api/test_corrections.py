"""Corrections over HTTP: each route as it should go, and each refusal."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk import workers
from kiosk.casework.scanners import PatternScanner
from kiosk.licences.queries import list_documents
from kiosk.uow import reading
from tests.printing.drawing.papers import text_of
from tests.support.sample_files import EICAR, pdf, picture
from tests.web.api.test_cases import received

ClientFor = Callable[[str], FlaskClient]
LISTED: dict[str, Any] = {
    "defects": [
        {"paper": "住所使用证明", "reason": "缺少第二页", "mend": "提交完整复印件"},
        {"field": "business_scope", "reason": "表述不规范", "mend": "按规范表述填写"},
    ]
}


def asked(client_for: ClientFor) -> str:
    number = received(client_for("clerk.liangjiang"))
    officer = client_for("officer.wuhou")
    answer = officer.post(f"/api/v1/cases/{number}/corrections", json=LISTED)
    assert answer.status_code == 200, answer.text
    assert answer.json["state_words"] == "待补正"
    assert answer.json["clocks"][0]["key"] == "correction"
    return number


def sent(client: FlaskClient, number: str, defect: str, data: bytes, **fields: str) -> TestResponse:
    """Send a file in answer to a defect."""
    return client.post(
        f"/api/v1/cases/{number}/corrections/answers/files",
        data={"defect": defect, **fields, "file": (io.BytesIO(data), "scan.pdf")},
        content_type="multipart/form-data",
    )


def kept_files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "materials").rglob("*") if path.is_file()]


def test_a_correction_is_told_and_answered(client_for: ClientFor) -> None:
    number = asked(client_for)
    citizen, clerk = client_for("zhang"), client_for("clerk.liangjiang")
    (notice,) = citizen.get(f"/api/v1/cases/{number}/corrections").json["corrections"]
    assert [defect["code"] for defect in notice["defects"]] == ["1.1", "1.2"]
    path = f"/api/v1/cases/{number}/corrections/answers"
    part = citizen.post(path, json={"answers": [{"defect": "1.2", "value": "食品销售"}]})
    assert part.json["state"] == "correction-requested"
    rest = clerk.post(path, json={"answers": [{"defect": "1.1", "form": "paper", "pages": 2}]})
    assert (rest.json["state"], rest.json["complete_on"]) == ("received", "2026-03-02")
    again = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/corrections", json=LISTED)
    assert (again.status_code, again.json["code"]) == (409, "correction-already-told")


@pytest.mark.both_databases
def test_a_file_answers_a_defect_and_the_officer_reads_it_beside_it(
    client_for: ClientFor,
) -> None:
    number, data = asked(client_for), pdf(3)
    citizen, officer = client_for("zhang"), client_for("officer.wuhou")
    answer = sent(citizen, number, "1.1", data)
    assert (answer.status_code, answer.json["state"]) == (200, "correction-requested")
    (notice,) = officer.get(f"/api/v1/cases/{number}/corrections").json["corrections"]
    first, second = notice["defects"]
    assert (first["supplied"], first["supplied_form"]) == (True, "electronic")
    assert (first["file"]["kind"], first["file"]["pages"]) == ("pdf", 3)
    assert (second["supplied"], second["file"]) == (False, None)
    path = f"/api/v1/cases/{number}/materials/{first['file']['number']}"
    assert officer.get(path).data == data
    page = officer.get(f"/district/cases/{number}").text
    assert f'<a href="{path}">补交的文件</a>' in page
    again = sent(citizen, number, "1.1", data)
    assert again.json["fields"] == {"answers": ["第1.1项不在待补正的清单里"]}


def test_a_window_scans_what_completes_the_list(app: Flask, client_for: ClientFor) -> None:
    number, clerk = asked(client_for), client_for("clerk.liangjiang")
    path = f"/api/v1/cases/{number}/corrections/answers"
    clerk.post(path, json={"answers": [{"defect": "1.2", "value": "食品销售"}]})
    assert sent(clerk, number, "1.1", picture("PNG")).json["state"] == "received"
    (material,) = clerk.get(f"/api/v1/cases/{number}/materials").json["materials"]
    assert (material["origin"], material["name"]) == ("scan", "住所使用证明")
    with app.app_context():
        workers.drain()
        with reading() as session:
            papers = list_documents(session, number)
        paper = [paper for paper in papers if paper.title == "补正材料接收单"][-1]
        assert (paper.state, paper.problem) == ("sealed", None)
        told = "".join(text_of(app.extensions["files"].get(paper.file_digest or "")).split())
    assert f"电子，1页，校验码{material['digest'][:8]}" in told


def test_a_file_that_is_refused_leaves_nothing(app: Flask, client_for: ClientFor) -> None:
    number, citizen = asked(client_for), client_for("zhang")
    app.extensions["scanner"] = PatternScanner()
    refusals = [
        (sent(citizen, number, "1.1", b"#!/bin/sh"), 422, "material-executable"),
        (sent(citizen, number, "1.1", picture("JPEG", comment=EICAR)), 422, "material-infected"),
        (sent(citizen, number, "1.2", pdf()), 422, "input-invalid"),
        (sent(citizen, number, "1.9", pdf()), 422, "input-invalid"),
        (sent(citizen, number, "erste", pdf()), 422, "input-invalid"),
        (sent(citizen, number, "1.1", pdf(), version="99"), 409, "stale-version"),
        (sent(client_for("li"), number, "1.1", pdf()), 404, "not-found"),
        (sent(client_for("officer.wuhou"), number, "1.1", pdf()), 403, "forbidden"),
    ]
    app.config["MATERIAL_MAX_MB"] = 0
    refusals.append((sent(citizen, number, "1.1", pdf()), 413, "material-too-large"))
    for answer, status, code in refusals:
        assert (answer.status_code, answer.json["code"]) == (status, code)
    bare = citizen.post(f"/api/v1/cases/{number}/corrections/answers/files", data={"defect": "1.1"})
    assert (bare.status_code, bare.json["code"]) == (422, "input-invalid")
    assert kept_files(app) == []
    (notice,) = citizen.get(f"/api/v1/cases/{number}/corrections").json["corrections"]
    assert [defect["supplied"] for defect in notice["defects"]] == [False, False]


def test_what_is_mended_at_the_window(client_for: ClientFor) -> None:
    clerk = client_for("clerk.liangjiang")
    number = received(clerk)
    fixed = clerk.post(f"/api/v1/cases/{number}/fixes", json={"fixes": [{"paper": "身份证复印件"}]})
    assert (fixed.status_code, fixed.json["state"]) == (200, "received")


@pytest.mark.parametrize(
    ("login", "path", "body", "status", "code"),
    [
        ("clerk.liangjiang", "corrections", LISTED, 403, "forbidden"),
        ("officer.jinjiang", "corrections", LISTED, 403, "wrong-place"),
        ("officer.wuhou", "corrections", {"defects": []}, 422, "input-invalid"),
        (
            "officer.wuhou",
            "corrections",
            {"defects": LISTED["defects"], "days": 0},
            422,
            "input-invalid",
        ),
        ("officer.wuhou", "corrections", LISTED | {"version": 99}, 409, "stale-version"),
        (
            "zhang",
            "corrections/answers",
            {"answers": [{"defect": "1.1"}]},
            409,
            "transition-refused",
        ),
        ("li", "corrections/answers", {"answers": [{"defect": "1.1"}]}, 403, "forbidden"),
        (
            "officer.wuhou",
            "corrections/answers",
            {"answers": [{"defect": "1.1"}]},
            403,
            "forbidden",
        ),
        ("clerk.shapingba", "fixes", {"fixes": [{"paper": "申请书"}]}, 403, "wrong-place"),
        ("zhang", "fixes", {"fixes": [{"paper": "申请书"}]}, 403, "forbidden"),
        ("clerk.liangjiang", "fixes", {"fixes": [{}]}, 422, "input-invalid"),
        (
            "officer.wuhou",
            "non-acceptance",
            {"words": "场所在锦江", "ground": "out-of-scope"},
            422,
            "competent-organ-missing",
        ),
    ],
)
def test_a_received_case_refuses(
    client_for: ClientFor, login: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    number = received(client_for("clerk.liangjiang"))
    answer = client_for(login).post(f"/api/v1/cases/{number}/{path}", json=body)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_strangers_corrections_are_nobodys_business(client_for: ClientFor) -> None:
    number = asked(client_for)
    answer = client_for("li").get(f"/api/v1/cases/{number}/corrections")
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_the_competent_organ_is_told(client_for: ClientFor) -> None:
    number = received(client_for("clerk.liangjiang"))
    body = {
        "words": "场所在锦江",
        "ground": "out-of-scope",
        "competent": "成都市锦江区市场监督管理局",
    }
    told = client_for("officer.wuhou").post(f"/api/v1/cases/{number}/non-acceptance", json=body)
    assert (told.status_code, told.json["state"]) == (200, "not-accepted")
    assert "锦江区市场监督管理局" in told.json["reasons"]
