"""English for a visitor at the machine: which pages speak it, and what code says in Chinese told again in English.

Chinese is the source and the message id; a page asks ``_("…")`` for its own words and the filter ``said`` for what the
code below says. Names of services, authorities and papers stay Chinese and are marked so with the filter ``zh``.
"""

from __future__ import annotations

import re
from calendar import month_name
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import Babel, gettext
from markupsafe import Markup

from kiosk.web.pages.views import current_view
from kiosk.web.sentences import SENTENCES

CHINESE, ENGLISH = "zh", "en"
TRANSLATIONS = Path(__file__).parent / "translations"
PUBLIC_PAGES = frozenset(
    f"public.{name}"
    for name in (
        "home", "find_items", "show_guide", "ask_status", "show_status", "ask_verify", "verify"
    )
) | {"nearby.show"}  # fmt: skip
"""What is told in English besides the machine; what needs an account at home is Chinese so far."""
HAN = re.compile("[\u3400-\u9fff]")
DAY = re.compile(r"(?:(?:(\d{4})年)?(\d{1,2})月)?(\d{1,2})日(?: (\d\d:\d\d))?")
DATED = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日) (?!\d\d:)(.+)")
ENDS = re.compile("(?<=[。；])")
HOLE = re.compile(r"%\((\w+)\)s")
KNOWN = "kiosk.english"
IN_CHINESE = Markup(' lang="zh-CN"')


def init_language(app: Flask) -> None:
    """Let the templates ask for words, in the language of whoever looks at the page."""
    Babel(
        app,
        configure_jinja=False,
        default_locale=CHINESE,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=lambda: ENGLISH if speaks_english() else CHINESE,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _words, lambda one, many, count: _words(one if count == 1 else many), newstyle=True
    )
    app.jinja_env.filters.update(said=said, zh=zh)
    app.context_processor(page_language)


def page_language() -> dict[str, Any]:
    """For the frame: is it in English, could it be; its ``lang``; the attribute of what stays Chinese in English."""
    english = speaks_english()
    return {
        "english": english,
        "has_english": _has_english(),
        "lang": "en" if english else "zh-CN",
        "chinese": IN_CHINESE if english else "",
    }


def speaks_english() -> bool:
    """Whether this page is told in English; found out once for each request."""
    if not has_request_context():
        return False
    known: bool | None = request.environ.get(KNOWN)
    if known is None:
        known = request.environ[KNOWN] = current_view().english and _has_english()
    return known


def zh(text: Any) -> Any:
    """Words that stay Chinese, marked as such on an English page."""
    if not speaks_english() or not HAN.search(str(text)):
        return text
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def said(text: Any) -> Any:
    """Chinese words of the code in the language of the page; those without English stay Chinese."""
    if not text or not speaks_english() or not HAN.search(str(text)):
        return text
    told = str(text)
    return _in_english(told) or zh(told)


def _has_english() -> bool:
    at_machine = request.path == "/touch" or request.path.startswith("/touch/")
    return at_machine or request.endpoint in PUBLIC_PAGES


def _words(chinese: str) -> str:
    """What a template asks for. A Chinese page has its words already and looks nothing up."""
    return str(gettext(chinese)) if speaks_english() else chinese


def _in_english(told: str) -> Markup | None:
    """A day, words that are known as they stand, a sentence with holes, or several of them in a row."""
    if found := DAY.fullmatch(told):
        return _day(found)
    if (english := gettext(told)) != told:
        return Markup(english)
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(told):
            parts = {name: said(part) for name, part in found.groupdict().items()}
            return Markup(gettext(sentence)) % parts
    return _in_a_row(told)


def _in_a_row(told: str) -> Markup | None:
    """What happened on a day; several sentences, each by itself; or clauses, if there is English for all of them."""
    if found := DATED.fullmatch(told):
        return Markup(" ").join(said(part) for part in found.groups())
    sentences = [part for part in ENDS.split(told) if part]
    if len(sentences) > 1:
        return Markup(" ").join(said(part) for part in sentences)
    clauses = told.split("，")
    if len(clauses) == 1:
        return None
    english = [_in_english(clause) for clause in clauses]
    return Markup(", ").join(clause for clause in english if clause) if all(english) else None


def _day(found: re.Match[str]) -> Markup:
    """9 October 2026, 09:00; 9 October; or the 9th day of a month that was named just before."""
    year, month, day, clock = found.groups()
    named = f" {month_name[int(month)]}" if month else " of the month"
    return Markup(day + named + (f" {year}" if year else "") + (f", {clock}" if clock else ""))


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences with holes, the most definite first."""
    definite_first = sorted(SENTENCES, key=lambda sentence: -len(HOLE.sub("", sentence)))
    return [(_pattern(sentence), sentence) for sentence in definite_first]


def _pattern(sentence: str) -> re.Pattern[str]:
    fixed, *rest = HOLE.split(sentence)
    holes = zip(rest[::2], rest[1::2], strict=True)
    return re.compile(
        re.escape(fixed) + "".join(f"(?P<{name}>.+?){re.escape(text)}" for name, text in holes)
    )
