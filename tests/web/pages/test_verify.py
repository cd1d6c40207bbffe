"""Is this paper genuine, and still valid? Asked by anybody, on a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.browsing import Visitor
from tests.support.case_papers import decision_papers
from tests.web.pages.walks import apply_for_branch, decide

PersonFor = Callable[[str], Visitor]


@pytest.fixture
def licence(app: Flask, citizen: PersonFor, staff: PersonFor) -> bytes:
    """The sealed licence of a branch."""
    number = apply_for_branch(citizen("ouyang"))
    decide(app, staff("officer.wuhou"), number)
    with app.app_context():
        (paper,) = decision_papers(number)
        data: bytes = app.extensions["files"].get(paper.file_digest or "")
    return data


def upload(stranger: Visitor, data: bytes) -> Visitor:
    files = {"paper": (io.BytesIO(data), "licence.pdf")}
    return stranger.open("/verify").press("核验", files=files)


def test_a_sealed_licence_is_genuine_and_valid_and_a_specimen(
    stranger: Visitor, licence: bytes
) -> None:
    upload(stranger, licence)
    for words in ("签章真实", "登记簿中的状态 有效", "发证机关 成都市武侯区行政审批局", "这是样张"):
        assert words in stranger.text


def test_a_changed_licence_is_not(stranger: Visitor, licence: bytes) -> None:
    changed = bytearray(licence)
    changed[len(changed) // 2] ^= 1
    upload(stranger, bytes(changed))
    assert stranger.status == 200
    assert "不能认定为真" in stranger.text
    assert "证照标识" not in stranger.text


def test_anything_else_is_told_in_words(stranger: Visitor) -> None:
    assert "不能认定为真" in upload(stranger, b"not a pdf").text
    assert "不能认定为真" in stranger.open("/verify").press("核验", text="ABC").text
    assert stranger.value("text") == "ABC"


def test_nothing_and_too_much_are_refused_beside_the_input(stranger: Visitor) -> None:
    stranger.open("/verify").press("核验")
    assert (stranger.status, list(stranger.page.faults)) == (422, ["paper"])
    stranger.press("核验", text="A" * 1001)
    assert (stranger.status, list(stranger.page.faults)) == (422, ["text"])


def test_the_page_for_keeping_brings_keys_and_policy_and_loads_nothing(client: FlaskClient) -> None:
    answer = client.get("/verify/offline")
    assert "attachment" in answer.headers["Content-Disposition"]
    page = answer.get_data(as_text=True)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "src=" not in page.partition("</head>")[2]
    assert "不是法定电子印章" in page
