"""The words people use for an item at the editors' desks, and what waits there for a reviewer."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.browsing import Visitor

PersonFor = Callable[[str], Visitor]
ALIASES = "/district/items/37/aliases"


def test_words_are_found_once_another_editor_has_accepted_them(staff: PersonFor) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    author.open("/district/items/37").follow("别名").press("提出", words="办个铺面手续")
    assert "请另一位事项管理员审核" in author.text
    assert "采用“办个铺面手续”" not in author.buttons()
    assert author.client.post(f"{ALIASES}/1/accept").status_code == 403
    assert "您提出的" in author.open("/district/items").text
    reviewer.open("/district/items").follow("别名“办个铺面手续”")
    reviewer.press("采用“办个铺面手续”")
    assert "现在就能搜到" in reviewer.text
    assert "内资企业及分支机构设立登记" in reviewer.open("/items?q=办个铺面手续").text
    author.open(ALIASES).press("不采用")
    assert "未采用" in author.text


def test_words_that_are_known_or_too_short_are_refused(staff: PersonFor) -> None:
    editor = staff("editor.wuhou").open(ALIASES)
    for words in ("", "店", "内资企业及分支机构设立登记"):
        assert editor.press("提出", words=words).status == 422, words
    assert "还没有人提出别的说法" in editor.text
    assert editor.client.post(f"{ALIASES}/1/burn").status_code == 404
    assert editor.open("/district/items/9999/aliases").status == 404
    assert staff("officer.wuhou").open(ALIASES).status == 403


def test_a_version_that_was_given_back_is_written_further(staff: PersonFor) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    author.open("/district/items/37/draft").press(
        "保存草稿", promised_days="2", note="初稿", effective_from="2026-12-01"
    )
    author.press("提交审核")
    reviewer.open("/district/items").follow("内资企业及分支机构设立登记，第 2 版")
    reviewer.press("退回", words="请再核对")
    author.open("/district/items/37").follow("接着修改")
    assert (author.value("note"), author.value("effective_from")) == ("初稿", "2026-12-01")
    author.press("保存草稿", promised_days="一天")
    assert (author.status, author.page.faults.keys()) == (422, {"promised_days"})
    author.press("保存草稿", promised_days="1", effective_from="2026-12-10")
    assert "第 3 版" not in author.text
    assert "2026年12月10日起" in author.text
    author.press("提交审核")
    assert author.open("/district/items/37/versions/2/draft").press("保存草稿").status == 409
