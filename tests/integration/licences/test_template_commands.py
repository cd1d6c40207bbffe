"""What an editor of templates does at the terminal: check a draft, see it, see all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from printing.pictures import PictureToolMissing, picture_of
from printing.templates.loading import FOLDER
from tests.printing.drawing.papers import text_of

BRANCH = FOLDER / "business-licence-branch.1.json"
PNG = b"\x89PNG\r\n\x1a\n"


def licence(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["licence", *map(str, arguments)])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A template of a district that is not shipped yet."""
    raw = json.loads(BRANCH.read_text(encoding="utf-8"))
    raw["title"] = "草稿"
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(raw, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def test_faults_of_a_draft_are_told_with_line_and_path(app: Flask, draft: Path) -> None:
    assert licence(app, "check", draft).exit_code == 0
    spoiled = draft.read_text(encoding="utf-8").replace('"kind": "ring"', '"kind": "emblem"', 1)
    draft.write_text(spoiled, encoding="utf-8")
    told = licence(app, "check", BRANCH, draft)
    line = 1 + spoiled[: spoiled.index('"emblem"')].count("\n")
    assert told.exit_code == 1
    assert f"line {line}, elements[11].kind: must be one of" in told.output
    assert "2 个版式" in told.output
    draft.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in licence(app, "check", draft).output


def test_a_draft_is_seen_with_values_of_ones_own(app: Flask, draft: Path, tmp_path: Path) -> None:
    values = tmp_path / "values.json"
    values.write_text(json.dumps({"name": "重庆样例有限公司成都分公司"}), encoding="utf-8")
    done = licence(app, "preview", draft, "--values", values, "--pdf", tmp_path / "page.pdf")
    assert done.exit_code == 0, done.output
    said = text_of((tmp_path / "page.pdf").read_bytes())
    assert "重庆样例有限公司成都分公司" in said
    assert "样张" in said
    assert "样章" in said


def test_a_preview_on_a_blank_leaves_out_what_is_printed_there(app: Flask, tmp_path: Path) -> None:
    pdf = tmp_path / "page.pdf"
    done = licence(
        app, "preview", "business-licence-branch", "--pdf", pdf, "--blank", "--offset", 2, -1
    )
    assert done.exit_code == 0, done.output
    said = text_of(pdf.read_bytes())
    assert "营业执照" not in said
    assert "91510107MADEM00112" in said
    assert b"/MediaBox [-5.669 2.835" in pdf.read_bytes()


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no pdftoppm (poppler-utils)")
def test_pictures_of_one_template_and_of_all(app: Flask, tmp_path: Path) -> None:
    png = tmp_path / "page.png"
    assert licence(app, "preview", "calibration", "--png", png, "--dpi", 50).exit_code == 0
    assert png.read_bytes().startswith(PNG)
    assert licence(app, "sheet", "--png", png, "--page", 2).exit_code == 0
    assert png.read_bytes().startswith(PNG)


def test_a_picture_of_no_page_is_a_named_refusal() -> None:
    with pytest.raises(PictureToolMissing):
        picture_of(b"no page")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("[]", "应为一个对象"),
        ("{", "不是 JSON"),
        ('{"name": 5}', "name 应为文字"),
        ('{"name": "\U0001f600"}', "glyph-missing"),
        ('{"name": " "}', "field-missing"),
    ],
)
def test_values_that_can_not_be_drawn_are_named(
    app: Flask, tmp_path: Path, values: str, words: str
) -> None:
    file, pdf = tmp_path / "values.json", tmp_path / "page.pdf"
    file.write_text(values, encoding="utf-8")
    told = licence(app, "preview", "business-licence-branch", "--values", file, "--pdf", pdf)
    assert (told.exit_code != 0, words in told.output) == (True, True), told.output
    assert not pdf.exists()


def test_what_is_no_template_is_named(app: Flask, tmp_path: Path) -> None:
    pdf = tmp_path / "page.pdf"
    assert "unknown-template" in licence(app, "preview", "nothing", "--pdf", pdf).output
    assert "没有文件" in licence(app, "preview", tmp_path / "no.json", "--pdf", pdf).output
    assert "--pdf" in licence(app, "preview", "certificate").output
    assert "--pdf" in licence(app, "sheet").output


def test_an_editor_learns_which_keys_a_template_takes(app: Flask) -> None:
    told = licence(app, "fields", "certificate").output
    assert "必填：body、holder" in told
    assert "valid_until" in told
