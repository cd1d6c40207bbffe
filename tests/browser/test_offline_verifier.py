"""The page for keeping, opened from disk in a real Chromium with the network off, beside the judge in Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kiosk.web.offline_verifier import verifier_page
from printing import base45
from printing.errors import PrintingError
from printing.pki import KeyStore
from printing.qr import PREFIX, KeySet, LicencePayload, QrInvalid, decode, encode
from printing.signing import P256_ORDER, Signer
from printing.status_list import StatusList
from tests.fuzz.mutations import mutate_text
from tests.printing.signing.papers import CODE, IDENTIFIER, NAME, NOW, PAYLOAD

pytestmark = pytest.mark.browser
REVOKED = "1.2.156.3005.2.11100000000013338W001." + CODE + ".REVOKED.001.7"
SPOILED = REVOKED.replace("REVOKED", "SPOILED")
VOID = {f"{SPOILED}#1-1": "void"}
MUTATIONS = 400


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    """The keys of an instance; one authority has one."""
    keys = KeyStore(tmp_path_factory.mktemp("keys") / "keys", "a password of the tests")
    keys.signer_for(CODE, NAME, NOW)
    return keys


@pytest.fixture
def page(browser: Browser, app: Flask, keys: KeyStore, tmp_path: Path) -> Iterator[Page]:
    """The page on disk, opened without a line; it must ask for nothing and break no policy."""
    statuses = StatusList(NOW, NOW + timedelta(hours=1), {REVOKED: "revoked"}, VOID)
    file = tmp_path / "verifier.html"
    with app.test_request_context():
        file.write_text(verifier_page(keys.public_keys(), statuses, NOW), encoding="utf-8")
    context = browser.new_context(locale="zh-CN")
    context.set_offline(True)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    page.on("request", lambda asked: complaints.append(asked.url))
    page.goto(file.as_uri())
    complaints.remove(file.as_uri())
    yield page
    context.close()
    assert complaints == []


def signer(keys: KeyStore) -> Signer:
    return keys.signer_for(CODE, NAME, NOW)


def judge(page: Page, text: str) -> Any:
    return page.evaluate("text => window.judge(text)", text)


def ours(text: str, keys: KeySet) -> str:
    """The verdict of the judge in Python, in one word."""
    try:
        decode(text, keys)
    except QrInvalid as refusal:
        return refusal.reason
    except PrintingError as refusal:
        return refusal.code
    return "genuine"


def test_a_genuine_code_is_shown_with_what_it_says(page: Page, keys: KeyStore) -> None:
    page.get_by_label("核验码的文字").fill(f"  {encode(PAYLOAD, signer(keys))}\n")
    page.get_by_role("button", name="核验", exact=True).click()
    answer = page.get_by_label("核验结果")
    for words in (
        "核验码真实",
        "这是样张",
        PAYLOAD.holder,
        NAME,
        "2026-11-21",
        IDENTIFIER,
        "未载明",
    ):
        expect(answer).to_contain_text(words)
    expect(answer).to_contain_text("截至2026年11月21日10:30没有失效记录")


def test_what_was_revoked_when_the_page_was_made_is_said(page: Page, keys: KeyStore) -> None:
    page.get_by_label("核验码的文字").fill(
        encode(replace(PAYLOAD, identifier=REVOKED), signer(keys))
    )
    page.get_by_role("button", name="核验", exact=True).click()
    expect(page.get_by_label("核验结果")).to_contain_text("已吊销或撤销（截至2026年11月21日10:30）")


@pytest.mark.parametrize(
    ("label", "words"),
    [("1-1", "这一份纸质原件已作废（截至2026年11月21日10:30）"), ("1-1-2", "没有失效记录")],
)
def test_a_copy_that_was_found_spoiled_is_void_and_its_successor_is_not(
    page: Page, keys: KeyStore, label: str, words: str
) -> None:
    code = encode(replace(PAYLOAD, identifier=SPOILED, copy_label=label), signer(keys))
    page.get_by_label("核验码的文字").fill(code)
    page.get_by_role("button", name="核验", exact=True).click()
    expect(page.get_by_label("核验结果")).to_contain_text(words)


def test_without_a_reader_of_pictures_the_page_says_what_to_do(page: Page) -> None:
    able = page.evaluate("'BarcodeDetector' in window")
    expect(page.get_by_role("button", name="用摄像头扫描")).to_be_visible(visible=able)
    words = page.locator("#scanner-words")
    expect(words).to_have_text(
        "" if able else "这个浏览器不能直接识别二维码。请用手机扫码，把得到的文字粘贴到上面。"
    )


@pytest.mark.parametrize(
    "payload",
    [
        PAYLOAD,
        replace(PAYLOAD, holder="欧阳·娜孜𬱖䶮", expires_on=date(2031, 11, 20)),
        replace(PAYLOAD, holder="A" * 30, licence_name="Licence", copy_label="5-5"),
        replace(
            PAYLOAD,
            holder="川渝通办示例市示例区行政审批和公共资源交易服务局第一分中心综合业务受理科窗口",
        ),
        replace(PAYLOAD, identifier="JY15101070000017", issued_on=date(2000, 1, 1)),
    ],
)
def test_page_and_python_read_the_same(page: Page, keys: KeyStore, payload: LicencePayload) -> None:
    text = encode(payload, signer(keys))
    read, told = decode(text, keys.public_keys()), judge(page, text)["payload"]
    assert told == {
        **read.__dict__,
        "issued_on": read.issued_on.isoformat(),
        "expires_on": read.expires_on.isoformat() if read.expires_on else None,
        "demo": True,
    }


def test_each_reason_is_the_same_as_in_python(page: Page, keys: KeyStore, tmp_path: Path) -> None:
    own, published = signer(keys), keys.public_keys()
    text = encode(PAYLOAD, own)
    stranger = KeyStore(tmp_path / "keys", "another").signer_for(CODE, NAME, NOW)
    cases = {
        "not-ours": ["", "https://example.org", text[4:], text.lower()],
        "malformed": [text + "0", text[:-3], PREFIX, PREFIX + "Ö" * 6, text + "A" * 200],
        "unknown-key": [encode(PAYLOAD, stranger)],
        "signature": [_rewritten(text, body=True), _rewritten(text, high_s=True)],
    }
    for reason, texts in cases.items():
        for each in texts:
            assert (ours(each, published), judge(page, each)["code"]) == (reason, reason), each


def _rewritten(text: str, *, body: bool = False, high_s: bool = False) -> str:
    """The same code with another day of issue, or with the other form of its signature."""
    protected, rest, claims, signature = cbor2.loads(base45.decode(text[len(PREFIX) :]))
    if body:
        said = cbor2.loads(claims)
        claims = cbor2.dumps([*said[:3], said[3] + 1, *said[4:]])
    if high_s:
        s = P256_ORDER - int.from_bytes(signature[32:], "big")
        signature = signature[:32] + s.to_bytes(32, "big")
    return PREFIX + base45.encode(cbor2.dumps([protected, rest, claims, signature]))


def test_no_mutated_code_is_genuine_and_none_breaks_the_page(page: Page, keys: KeyStore) -> None:
    text, chance = encode(PAYLOAD, signer(keys)), random.Random(20261121)
    mutated = [mutate_text(text, chance) for _ in range(MUTATIONS)]
    told = page.evaluate("texts => Promise.all(texts.map(text => window.judge(text)))", mutated)
    published = keys.public_keys()
    assert [each for each, verdict in zip(mutated, told, strict=True) if verdict["genuine"]] == []
    assert [verdict["code"] for verdict in told] == [ours(each, published) for each in mutated]
