"""Is this paper genuine, and still valid? Asked by anybody, on a page."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.licences.contents import from_content
from kiosk.licences.models import SealedDocument
from kiosk.uow import reading
from kiosk.web.checking import MOST_ASKERS, Pace, TooManyChecks
from printing.qr import decode, encode
from printing.render import render
from printing.signing import sign_pdf
from printing.verify import judge_pdf
from tests.support.browsing import Visitor
from tests.support.case_papers import decision_papers
from tests.support.clocks import StandingClock
from tests.web.pages.walks import apply_for_branch, decide

PersonFor = Callable[[str], Visitor]
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WRONG_NAME = "成都冒名科技有限公司"


@dataclass(frozen=True)
class Forgery:
    """A file and the text of a code that no authority sealed."""

    paper: bytes
    code: str


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
    assert "登记簿中的状态 有效" not in stranger.text


def registered(app: Flask, licence: bytes) -> SealedDocument:
    """The registry's entry of these very bytes."""
    wanted = hashlib.sha256(licence).hexdigest()
    with app.app_context(), reading() as session:
        return session.scalars(select(SealedDocument).filter_by(file_digest=wanted)).one()


@pytest.fixture
def forged(app: Flask, licence: bytes) -> Forgery:
    """The licence with another name on it, sealed and coded by a thief who has the authority's key."""
    paper, published = registered(app, licence), app.extensions["keys"].public_keys()
    owner = paper.content["seal"]["organ_name"]
    with app.app_context():
        signer = app.extensions["keys"].signer_for(paper.authority_code, owner, NOW)
        document = from_content(paper.content, app.extensions["files"])
    code = encode(replace(decode(document.qr_text or "", published), holder=WRONG_NAME), signer)
    values = {**document.values, "name": WRONG_NAME}
    page = render(replace(document, values=values, qr_text=code))
    return Forgery(sign_pdf(page, signer).data, code)


def test_a_thief_with_the_key_is_found_out_by_the_registry(
    app: Flask, stranger: Visitor, forged: Forgery
) -> None:
    with app.app_context():
        assert judge_pdf(forged.paper, app.extensions["keys"].trust_roots(), NOW).genuine
    upload(stranger, forged.paper)
    assert "登记簿中的原件不是这一份" in stranger.text
    stranger.open("/verify").press("核验", text=forged.code)
    assert "登记簿中的原件不是这一份" in stranger.text
    assert "登记簿中的状态 有效" not in stranger.text


def test_the_code_of_the_original_is_genuine(app: Flask, stranger: Visitor, licence: bytes) -> None:
    code = registered(app, licence).content["qr_text"]
    for pasted in (code, f"  {code[:70]}\r\n{code[70:]}\r\n"):
        stranger.open("/verify").press("核验", text=pasted)
        assert "核验码真实" in stranger.text


def test_anything_else_is_told_in_words(stranger: Visitor) -> None:
    assert "不能认定为真" in upload(stranger, b"not a pdf").text
    assert "不能认定为真" in stranger.open("/verify").press("核验", text="ABC").text
    assert stranger.value("text") == "ABC"


def test_nothing_and_too_much_are_refused_beside_the_input(stranger: Visitor) -> None:
    stranger.open("/verify").press("核验")
    assert (stranger.status, list(stranger.page.faults)) == (422, ["paper"])
    stranger.press("核验", text="A" * 1001)
    assert (stranger.status, list(stranger.page.faults)) == (422, ["text"])


@pytest.fixture
def identifier(app: Flask, licence: bytes) -> str:
    """The identifier that stands on the licence."""
    with app.app_context():
        return judge_pdf(licence, app.extensions["keys"].trust_roots(), NOW).identifier or ""


def ask(stranger: Visitor, identifier: str, holder: str = "张三") -> Visitor:
    return stranger.open("/verify").press("核验", identifier=identifier, holder=holder)


def test_a_typed_identifier_gets_the_registry_s_word_and_says_nothing_of_the_paper(
    stranger: Visitor, staff: PersonFor, licence: bytes, identifier: str
) -> None:
    printed = re.search(r"持证人 (\S+)", upload(stranger, licence).text)
    assert printed is not None
    holder = printed[1]
    ask(stranger, f" {identifier.lower().replace('.', '．')} ", holder)
    assert stranger.status == 200
    for words in ("登记簿查询结果", "有效 （自2026年", "不能证明您手里的纸张", holder):
        assert words in stranger.text
    assert "不能认定为真" not in stranger.text
    body = {"status": "revoked", "reason": "登记事项虚假"}
    path = f"/api/v1/registry/licences/{identifier}/status"
    assert staff("officer.wuhou").client.post(path, json=body).status_code == 204
    assert "已吊销或撤销 （自2026年" in ask(stranger, identifier, holder).text
    assert "已吊销或撤销 （自2026年" in upload(stranger, licence).text
    assert "签章真实，但这份证照已吊销或撤销" in stranger.text


def test_a_wrong_name_reads_as_an_unknown_identifier_and_is_counted_however_it_is_written(
    stranger: Visitor, identifier: str
) -> None:
    def answer(typed: str) -> tuple[int, str]:
        asked = ask(stranger, typed, "李四")
        return asked.status, asked.text

    unknown = identifier[:-1] + ("0" if identifier[-1] != "0" else "1")
    assert answer(identifier) == answer(unknown)
    assert (stranger.status, "登记簿中没有与此标识和持证人相符的证照" in stranger.text) == (
        404,
        True,
    )
    for typed in (
        identifier.lower(),
        f"{identifier[:9]} {identifier[9:]}",
        f"{identifier}  ",
        identifier,
    ):
        assert answer(typed)[0] == 404
    assert ask(stranger, identifier).status == 429
    assert "15 分钟" in stranger.text


def test_half_of_the_question_is_told_beside_the_input(stranger: Visitor) -> None:
    ask(stranger, "1.2.156.3005.2", "")
    assert (stranger.status, list(stranger.page.faults)) == (422, ["holder"])
    assert stranger.value("identifier") == "1.2.156.3005.2"


def test_file_code_and_identifier_share_one_pace(
    app: Flask, stranger: Visitor, clock: StandingClock
) -> None:
    app.extensions["checking_pace"] = Pace(3)
    upload(stranger, b"not a pdf")
    stranger.open("/verify").press("核验", text="ABC")
    ask(stranger, "1.2.3")
    assert upload(stranger, b"not a pdf").status == 429
    assert "请过一分钟再试" in stranger.text
    answer = stranger.client.post("/api/v1/verifications/qr", json={"text": "ABC"})
    assert (answer.status_code, answer.json["code"]) == (429, "too-many-checks")
    clock.advance(seconds=61)
    assert upload(stranger, b"not a pdf").status == 200


def test_another_address_has_its_own_pace_and_the_memory_of_addresses_is_bounded() -> None:
    pace = Pace(1)
    pace.take("192.0.2.1", NOW)
    pace.take("192.0.2.2", NOW)
    with pytest.raises(TooManyChecks):
        pace.take("192.0.2.1", NOW)
    for number in range(MOST_ASKERS):
        pace.take(f"2001:db8::{number:x}", NOW)
    assert len(pace._taken) == MOST_ASKERS


def test_the_page_for_keeping_brings_keys_and_policy_and_loads_nothing(client: FlaskClient) -> None:
    answer = client.get("/verify/offline")
    assert "attachment" in answer.headers["Content-Disposition"]
    page = answer.get_data(as_text=True)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "src=" not in page.partition("</head>")[2]
    assert "不是法定电子印章" in page
