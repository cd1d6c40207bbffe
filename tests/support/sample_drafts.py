"""Drafts as they are begun over the API, for tests that go on from there."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deploy.demo import branch_form
from kiosk.demo import PEOPLE
from tests.support.sample_files import pdf

PERSON = PEOPLE[0]
CARD = {
    "name": PERSON["name"],
    "document_number": PERSON["document_number"],
    "phone": PERSON["phone"],
}
FORM = branch_form(PERSON, "510107", "武侯大道")
PROOF = "住所(经营场所)使用证明"
OTHERS = (
    "公司登记(备案)申请书",
    "公司章程",
    "股东和法定代表人身份证明",
    "股东会决议等任职文件",
)
PAPERS = [{"name": name, "form": "paper", "pages": 2} for name in (*OTHERS[:3], PROOF, OTHERS[3])]
CONTENT: dict[str, Any] = {"form": FORM, "delivery": "window", "papers": PAPERS}


def begun(client: FlaskClient, **changes: Any) -> Any:
    """Number and code of a fresh draft of item 37."""
    answer = client.post("/api/v1/drafts", json={"item": 37, "content": CONTENT, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json


def shown(client: FlaskClient, number: str) -> Any:
    answer = client.get(f"/api/v1/drafts/{number}")
    assert answer.status_code == 200, answer.text
    return answer.json


def sent(
    client: FlaskClient, number: str, data: bytes | None = None, **fields: str
) -> TestResponse:
    """Send a file into the draft, under a name that nobody should trust."""
    file = (io.BytesIO(pdf(2) if data is None else data), "../../etc/passwd.exe")
    body = {"name": PROOF, **fields, "file": file}
    return client.post(
        f"/api/v1/drafts/{number}/materials", data=body, content_type="multipart/form-data"
    )


def handed_in(client: FlaskClient, number: str, **body: Any) -> TestResponse:
    """Hand in the draft as it is now."""
    version = shown(client, number)["version"]
    return client.post(f"/api/v1/drafts/{number}/submission", json={"version": version, **body})
