"""Finding the shipped templates by name and version."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from printing.errors import UnknownTemplate
from printing.templates.elements import Template
from printing.templates.reading import read_template

FOLDER = Path(__file__).resolve().parent
NAME = re.compile(r"[a-z][a-z-]*(\.[1-9][0-9]*)?")


def list_templates() -> list[str]:
    """Return the keys of all templates in all versions: business-licence-branch.1, …"""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def get_template(name: str) -> Template:
    """Return a template by its key, or the latest version by its bare name; raise UnknownTemplate.

    A paper that must be rebuilt years later is stored with the key, so that a new version changes nothing.
    """
    if not NAME.fullmatch(name):
        raise UnknownTemplate(name)
    return _read(name if "." in name else latest(name))


@cache
def latest(name: str) -> str:
    """Return the key of the latest version of a template."""
    versions = [int(path.stem.split(".")[1]) for path in FOLDER.glob(f"{name}.*.json")]
    if not versions:
        raise UnknownTemplate(name)
    return f"{name}.{max(versions)}"


@cache
def _read(key: str) -> Template:
    path = FOLDER / f"{key}.json"
    if not path.is_file():
        raise UnknownTemplate(key)
    return read_draft(key, path.read_text(encoding="utf-8"))


def read_draft(key: str, text: str) -> Template:
    """The template of a text in whatever shipped frame it names; raise TemplateInvalid with every fault."""
    return read_template(key, text, _frame)


def _frame(key: str) -> str:
    """The text of a shipped frame; raises KeyError for a name that is none."""
    if not NAME.fullmatch(key) or "." not in key:
        raise KeyError(key)
    return (FOLDER / f"{key}.frame").read_text(encoding="utf-8")
