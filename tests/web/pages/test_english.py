"""English at the machine: a whole visit in it, and Chinese again for the next person."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from flask import Flask

from kiosk import workers
from kiosk.demo import PIN
from kiosk.web import extraction
from kiosk.web.language import HOLE
from kiosk.web.sentences import SENTENCES
from printing import wire
from tests.support.browsing import Visitor
from tests.support.sample_files import pdf
from tests.web.pages.walks import MOST_PAGES, Kiosk, branch_inputs, case_number

BETWEEN = re.compile(r"[\d，。；：？、（）“”]+")
SOURCES = ("kiosk", "printing", "services_catalog")
HERE = {"delivery": "here"}


def in_english(kiosk: Kiosk) -> Visitor:
    return kiosk.screen.open("/touch").press("English")


def proven(kiosk: Kiosk, goal: str) -> Visitor:
    kiosk.lay_card()
    return kiosk.screen.open(f"/touch/card?next={goal}").press("OK", secret=PIN)


def fill_in(screen: Visitor) -> None:
    """From the first page of questions to the papers."""
    for _ in range(MOST_PAGES):
        if "/questions/" not in screen.path:
            break
        screen.press("Next", **branch_inputs())
        assert screen.page.faults == {}, screen.page.faults


def test_a_visitor_finds_applies_and_hands_in(kiosk: Kiosk) -> None:
    screen = in_english(kiosk)
    assert "What would you like to do?" in screen.text
    assert screen.page.lang == "en"
    screen.follow("Find a service")
    assert "Setting up a business" in screen.text
    screen.press("Search", q="开分公司").follow("内资企业及分支机构设立登记")
    assert "What to bring" in screen.text
    assert "given in Chinese" in screen.text
    screen.follow("Apply now")
    assert "Please place your ID card" in screen.text
    kiosk.lay_card()
    screen.open(screen.path).press("OK", secret="000000")
    assert "Tries left: 4" in screen.text
    screen.press("OK", secret=PIN).press("Start").press("Next")
    assert any("Please" in told for told in screen.page.faults.values()), screen.page.faults
    fill_in(screen)
    screen.follow("Hand in this document").press("Hand in")
    assert screen.page.faults == {"file": "Please choose a file first"}
    screen.press("Hand in", files={"file": (io.BytesIO(pdf(2)), "x.pdf")})
    assert "Scanned here, pages: 2" in screen.text
    screen.follow("Next").press("Next", delivery="")
    assert screen.page.faults == {"delivery": "Please choose how you get the result"}
    screen.press("Next", **HERE)
    for words in (
        "Who decides: 成都市武侯区行政审批局",
        "In 四川省 this service",
        "5 working days left (received on 2 March, ends on 9 March)",
    ):
        assert words in screen.text, screen.text
    screen.press("Submit without them")
    assert "Received does not mean accepted" not in screen.text
    assert "not a notice of acceptance" in screen.text
    number = case_number(screen)
    screen.follow("See the progress")
    assert "Received ( 测试大厅 ), passed to" in screen.text
    assert re.search(r"\d+ March 2026, \d\d:\d\d", screen.text)
    for words in ("Rate:", "My cases"):
        assert any(words in link for link, _ in screen.page.links), screen.page.links
    screen.follow("Rate:").follow("Very satisfied").press("Send")
    assert "Thank you for your rating." in screen.text
    assert number in screen.open("/touch/cases").text


def test_a_licence_is_printed_in_english(app: Flask, kiosk: Kiosk, granted: str) -> None:
    in_english(kiosk)
    screen = proven(kiosk, "/touch/licences").press("Print this one")
    page = screen.path
    assert "Getting ready to print" in screen.text
    offer = kiosk.terminal.fetch()
    kiosk.terminal.acknowledge(offer)
    kiosk.terminal.ask_to_feed(offer)
    assert "The paper is coming out" in screen.open(page).text
    kiosk.terminal.report(offer, wire.Report.UNKNOWN)
    assert "The staff has to check" in screen.open(page).text
    with app.app_context():
        workers.drain()
    for path in ("/touch/licences", f"/touch/cases/{granted}", f"/touch/cases/{granted}/receipt"):
        assert screen.open(path).page.lang == "en"


def test_leaving_brings_chinese_back(kiosk: Kiosk) -> None:
    in_english(kiosk)
    screen = proven(kiosk, "/touch/cases").press("Exit")
    assert "已退出" in screen.text
    assert screen.open("/touch").page.lang == "zh-CN"


def test_taking_the_card_away_brings_chinese_back(kiosk: Kiosk) -> None:
    screen = in_english(kiosk)
    proven(kiosk, "/touch/cases")
    kiosk.take_card()
    assert screen.open("/touch/items").page.lang == "en"
    assert screen.open("/touch?left=yes").page.lang == "zh-CN"
    assert screen.press("English").page.lang == "en"
    assert screen.press("中文").page.lang == "zh-CN"


def test_errors_of_the_machine_are_told_in_english(kiosk: Kiosk) -> None:
    screen = in_english(kiosk)
    for path, words in (
        ("/touch/nothing", "There is no such page"),
        ("/touch/cases", "Please sign in first"),
        ("/touch/items/999", "There is no service number 999"),
    ):
        assert words in screen.open(path).text
    assert "discontinued" in screen.open("/touch/items/185").text
    screen.open("/touch/status").press("Track", number="1", query_code="1")
    assert screen.page.lang == "en"


def test_anyone_reads_the_public_pages_in_english(stranger: Visitor) -> None:
    stranger.open("/").press("English")
    for path in (
        "/",
        "/items",
        "/items?q=火星移民",
        "/items/37",
        "/items/185",
        "/status",
        "/verify",
    ):
        assert stranger.open(path).page.lang == "en", path
    stranger.press("Check", text="x")
    assert "valid verification code" in stranger.text
    assert stranger.open("/sign-in").page.lang == "zh-CN"
    assert stranger.open("/window").page.lang == "zh-CN"
    assert stranger.open("/nothing").page.lang == "zh-CN"
    assert stranger.open("/items").press("中文").page.lang == "zh-CN"


def test_every_message_has_english_and_no_other_is_kept() -> None:
    held, messages = extraction.read_catalogue(), extraction.list_messages()
    assert extraction.wanting(held, messages) == []
    assert {entry.id for entry in held if entry.id} == set(messages)


def test_english_fills_the_same_holes() -> None:
    for entry in extraction.read_catalogue():
        if entry.id:
            assert set(HOLE.findall(entry.id)) == set(HOLE.findall(str(entry.string))), entry.id


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with extraction.CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    source = extraction.read_catalogue()
    assert {e.id: e.string for e in compiled if e.id} == {e.id: e.string for e in source if e.id}


@pytest.fixture(scope="module")
def said_by_the_code() -> str:
    """Everything our packages and their data could say."""
    files = [
        path
        for root in SOURCES
        for path in Path(root).rglob("*")
        if "translations" not in path.parts
    ]
    own = Path("kiosk/web/sentences.py")
    texts = [
        path.read_text("utf-8") for path in files if path.suffix in (".py", ".csv") and path != own
    ]
    return re.sub(r'"\s*f?"', "", "".join(texts))


def test_each_sentence_is_still_said(said_by_the_code: str) -> None:
    """A sentence that the code words anew must be worded anew here too."""
    lost = [
        sentence
        for sentence in SENTENCES
        for part in HOLE.split(sentence)[::2]
        for words in BETWEEN.split(part)
        if words.strip() not in said_by_the_code
    ]
    assert lost == []
