"""Layouts at the editor's desk: what each is for, and its specimen as file and picture."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from printing.templates.loading import list_templates
from tests.support.browsing import Visitor

PersonFor = Callable[[str], Visitor]
BRANCH = "/district/layouts/business-licence-branch.1"


@pytest.fixture
def editor(staff: PersonFor) -> Visitor:
    return staff("editor.wuhou")


def test_every_layout_says_what_it_is_for(editor: Visitor) -> None:
    editor.follow("证照版式")
    for key in list_templates():
        assert any(href.endswith(f"/layouts/{key}") for _, href in editor.page.links), key
    for words in (
        "营业执照(副本)，分公司 第 1 版",
        "A4 横版，297×210 毫米",
        "办理过程中的文书",
        "旧版，只用于重新打印",
    ):
        assert words in editor.text
    editor.follow("营业执照(副本)")
    assert editor.status == 200
    editor.open("/district/layouts/certificate.1")
    assert "以它为办理结果的事项" in editor.text


def test_a_layout_names_the_items_that_use_it(editor: Visitor) -> None:
    editor.open(BRANCH)
    assert "1 个事项的办理结果" in editor.text
    assert "内资企业及分支机构设立登记" in editor.text
    assert "预印好的空白证" in [text for text, _ in editor.page.links]
    assert editor.open("/district/layouts/nothing.1").status == 404


def test_every_specimen_is_drawn(editor: Visitor) -> None:
    for key in list_templates():
        address = f"/district/layouts/{key}/specimen.pdf"
        answer = editor.client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), key
        assert answer.data.startswith(b"%PDF")
        assert editor.client.get(f"{address}?stock=blank").data != answer.data, key


def test_a_specimen_is_kept_a_while_and_then_asked_for_by_name(editor: Visitor) -> None:
    address = f"{BRANCH}/specimen.pdf"
    answer = editor.client.get(address)
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    again = editor.client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_sheet_of_all_is_drawn(editor: Visitor) -> None:
    assert editor.client.get("/district/layouts/sheet.pdf").data.startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler) is not installed")
def test_a_picture_is_shown_where_it_can_be_drawn(editor: Visitor) -> None:
    assert "没有装画图的程序" not in editor.open(BRANCH).text
    picture = editor.client.get(f"{BRANCH}/specimen.jpg")
    assert picture.data.startswith(b"\xff\xd8\xff")


def test_without_the_program_the_file_is_offered(
    editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "请打开样张文件查看" in editor.open(BRANCH).text
    assert editor.client.get(f"{BRANCH}/specimen.jpg").json["code"] == "picture-tool-missing"


@pytest.mark.parametrize(
    "path", ["", "/sheet.pdf", "/certificate.1", "/certificate.1/specimen.pdf"]
)
def test_layouts_are_for_editors(staff: PersonFor, path: str) -> None:
    assert staff("clerk.shapingba").client.get(f"/district/layouts{path}").status_code == 403
