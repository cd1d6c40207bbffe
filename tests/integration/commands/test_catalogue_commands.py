"""``flask catalog`` and ``flask routing``: what an editor does at the terminal, each act under their own name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.audit.models import AuditEntry
from kiosk.uow import reading
from services_catalog.models import Authority

Run = Callable[..., str]
WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
AUTHOR, REVIEWER = ("--editor", "editor.wuhou"), ("--editor", "editor.shapingba")
TODAY = ("--from", "2026-03-02")


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command and answer what it says, or the refusal."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words]).output


@pytest.fixture
def code(app: Flask) -> str:
    with app.app_context(), reading() as session:
        return session.scalars(select(Authority.code).where(Authority.name == WUHOU)).one()


def written(path: Path, told: dict[str, Any]) -> Path:
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return path


def acts(app: Flask, subject: str) -> list[tuple[str, str]]:
    with app.app_context(), reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.subject == subject))
        return [(entry.action, entry.actor_number) for entry in found]


def test_a_version_lives_from_draft_to_retirement(app: Flask, run: Run, tmp_path: Path) -> None:
    note, more = (
        written(tmp_path / f"{name}.json", {"note": name}) for name in ("first", "second")
    )
    assert "第 2 版，草稿" in run("catalog", "draft", 37, note, *TODAY, "--hold", *AUTHOR)
    assert "草稿" in run("catalog", "rewrite", 37, 2, more, *TODAY, *AUTHOR)
    assert "由“未规定”改为“second”" in run("catalog", "difference", 37, 2)
    assert "待审核" in run("catalog", "submit", 37, 2, *AUTHOR)
    assert "已退回" in run("catalog", "return", 37, 2, "--words", "写清楚", *REVIEWER)
    run("catalog", "submit", 37, 2, *AUTHOR)
    assert "起草人不能审核" in run("catalog", "publish", 37, 2, *AUTHOR)
    assert "起生效" in run("catalog", "publish", 37, 2, *REVIEWER)
    assert json.loads(run("catalog", "guide", 37))["note"] == "second"
    assert json.loads(run("catalog", "guide", 37, "--version", 1))["note"] == ""
    assert "没有第 9 版" in run("catalog", "guide", 37, "--version", 9)
    last = ("--last-day", "2026-03-05", "--words", "合并")
    assert "2026-03-05 后停用" in run("catalog", "retire", 37, 2, *last, *REVIEWER)
    assert acts(app, "item:37/2") == [
        ("version-drafted", "editor.wuhou"),
        ("version-rewritten", "editor.wuhou"),
        ("version-submitted", "editor.wuhou"),
        ("version-returned", "editor.shapingba"),
        ("version-submitted", "editor.wuhou"),
        ("version-published", "editor.shapingba"),
        ("version-retired", "editor.shapingba"),
    ]


def test_an_offering_is_changed_suspended_and_ended(
    app: Flask, run: Run, code: str, tmp_path: Path
) -> None:
    terms = written(tmp_path / "terms.json", {"promised_days": 1, "windows": [{"address": "甲路"}]})
    assert "第 1 版" in run("catalog", "offer", 37, code, terms, *TODAY, *AUTHOR)
    assert "只能修改本机关" in run("catalog", "offer", 37, code, terms, *TODAY, *REVIEWER)
    days = ("--from", "2026-03-03", "--to", "2026-03-04")
    assert "第 2 版" in run("catalog", "suspend", 37, code, *days, "--reason", "升级", *AUTHOR)
    later = ("--from", "2026-04-01", "--reason", "职能划转")
    assert "第 3 版" in run("catalog", "end", 37, code, *later, *AUTHOR)
    shown = [
        json.loads(run("catalog", "offering", 37, code, "--on", day))["terms"]
        for day in ("2026-03-02", "2026-03-03", "2026-04-01")
    ]
    assert [terms["promised_days"] for terms in shown] == [1, 1, 1]
    assert [len(terms["suspensions"]) for terms in shown] == [0, 1, 1]
    assert [terms["ended"] for terms in shown] == ["", "", "职能划转"]
    lines = run("catalog", "offering-versions", 37, code).splitlines()
    assert [json.loads(line)["effective_to"] for line in lines] == [
        "2026-03-02", "2026-03-31", None,
    ]  # fmt: skip
    assert acts(app, f"offering:37/{code}") == [("offering-changed", "editor.wuhou")] * 3
    wrong = written(tmp_path / "wrong.json", {"promise": 1})
    assert "写法不对" in run("catalog", "offer", 37, code, wrong, *TODAY, *AUTHOR)


def test_rules_are_submitted_by_one_and_published_by_another(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    merger = {
        "kind": "succession", "number": "m1", "basis": "文件", "valid_from": "2026-03-02",
        "predecessor_code": WUHOU, "successor_code": JINJIANG,
    }  # fmt: skip
    file = written(tmp_path / "rules.json", {"rules": [merger]})
    number = run("routing", "submit", file, *AUTHOR).strip()
    assert json.loads(run("routing", "proposals"))["status"] == "in-review"
    assert "起草人不能审核" in run("routing", "publish", number, *AUTHOR)
    assert "已发布：m1" in run("routing", "publish", number, *REVIEWER)
    assert "已由 editor.shapingba 处理" in run(
        "routing", "return", number, "--words", "晚了", *REVIEWER
    )
    assert acts(app, f"routing:{number}") == [
        ("rules-submitted", "editor.wuhou"),
        ("rules-published", "editor.shapingba"),
    ]
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    assert "Error" in run("routing", "submit", broken, *AUTHOR)


def test_the_terminal_tells_who_decides_and_by_which_rules(run: Run) -> None:
    told = run("routing", "ask", 37, "--district", "510107")
    assert told.startswith(f"{WUHOU}（")
    assert len(told.splitlines()) > 1
    assert "Error" in run("routing", "ask", 999, "--district", "510107")
    assert "Error" in run("routing", "ask", 37, "--district", "999999")
    rules = [json.loads(line) for line in run("routing", "rules").splitlines()]
    assert rules
    assert all(rule["basis"] for rule in rules)
