"""Finding an item and reading its guide."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from kiosk.catalogue import catalogue
from tests.support.browsing import Visitor


def test_home_leads_to_what_exists(stranger: Visitor) -> None:
    stranger.open("/")
    for words, arrived in {
        "找事项": "找事项",
        "查进度": "查办理进度",
        "验证照": "验证照真假",
        "窗口与审批人员登录": "工作台登录",
        "自助机界面": "请问办什么事",
    }.items():
        assert arrived in stranger.open("/").follow(words).text


def test_own_words_find_the_item_and_its_guide(stranger: Visitor) -> None:
    stranger.open("/").press("找一找", q="开分公司")
    stranger.follow("内资企业及分支机构设立登记")
    for words in (
        "要带什么",
        "公司章程",
        "谁来决定",
        "营业场所所在地",
        "承诺多久办完",
        "1 个工作日",
        "不收费",
    ):
        assert words in stranger.text
    assert "根据公开清单推定" in stranger.text


def test_nothing_found_says_what_to_do(stranger: Visitor) -> None:
    stranger.open("/items?q=" + "鑫" * 3)
    assert "没有找到" in stranger.text
    assert "换个说法试试" in stranger.text


def test_the_list_grows_to_all_items(stranger: Visitor) -> None:
    stranger.open("/items")
    seen = 0
    while any("再看一些" in text for text, _ in stranger.page.links):
        seen = len(stranger.page.links)
        stranger.follow("再看一些")
        assert len(stranger.page.links) > seen
    assert len([href for _, href in stranger.page.links if href.startswith("/items/")]) == 311


def test_nonsense_in_the_address_is_no_error(stranger: Visitor) -> None:
    for query in ("limit=x", "limit=-1", "limit=99999999999", "limit=²", "audience=x", "theme=x"):
        assert stranger.open(f"/items?{query}").status == 200


def test_a_cancelled_item_says_why_and_can_not_be_applied_for(stranger: Visitor) -> None:
    stranger.open("/items/185")
    assert "该事项已取消，不能再申请" in stranger.text
    assert "《对外贸易法》" in stranger.text
    assert "现在申请" not in stranger.text


def test_an_item_that_needs_a_window_says_so(stranger: Visitor) -> None:
    stranger.open("/items/1")
    assert "不能全程在网上办" in stranger.text
    assert "现在申请" not in stranger.text


def test_an_unknown_item_is_a_page_in_words(stranger: Visitor) -> None:
    stranger.open("/items/999")
    assert stranger.status == 404
    assert "没有这个事项" in stranger.text


def test_every_guide_is_sound(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        seqs = sorted(catalogue().items)
    for seq in seqs:
        assert Visitor(client).open(f"/items/{seq}").status == 200


def test_pages_keep_to_the_content_policy(stranger: Visitor) -> None:
    policy = stranger.open("/").answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_first_load_is_light(client: FlaskClient) -> None:
    answers = [client.get(path) for path in ("/", "/static/pages.css", "/static/pages.js")]
    assert sum(len(answer.data) for answer in answers) < 150_000
    for answer in answers:
        answer.close()
