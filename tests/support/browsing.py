"""A person with a browser, without the browser: opens pages, fills forms as they stand, presses buttons.

Every page it sees must be sound: language, one heading, a label for each input, nothing inline, no raw codes; and in
English no Chinese but what is marked as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"script", "style", "noscript", "title", "option"}
RAW_CODE = re.compile(r"[a-z]{3,}")
CHINESE = re.compile("[\u3001-\u303f\u3400-\u9fff\uff01-\uff60]")
READ_OUT = ("aria-label", "alt", "title", "placeholder")
SKIP_LINKS = {"zh-CN": "跳到主要内容", "en": "Skip to main content"}
DEMO_WORDS = {"zh-CN": ("演示环境", "样章"), "en": ("Demonstration", "样章")}
BARE_DIGEST = re.compile(r"校验码\s*[0-9a-f]{8}")
KNOWN_LATIN = re.compile(
    r"(?:clerk|officer|editor|manager|keeper)\.[a-z]+|\b(?:operator|auditor)\b"
    r"|chuanyu-demo|Excel|messages\.jsonl|flask setup|Ctrl"
)
QUOTING = {"samp"}  # What a file or another system said, as it stands there.
UNLABELLED = ("hidden", "submit", "button")


@dataclass
class Form:
    """One form as a browser would send it."""

    action: str
    method: str
    controls: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Control:
    """An input whose value is still being read: a select or a textarea."""

    name: str
    value: str | None = None
    first: str | None = None


class Page(HTMLParser):
    """What one page shows and asks."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.own_words: list[str] = []
        self.foreign: list[str] = []
        self.lang = ""
        self.faults: dict[str, str] = {}
        self.unsound: list[str] = []
        self.headings = 0
        self._stack: list[tuple[str, dict[str, str]]] = []
        self._labels: set[str] = set()
        self._inputs: list[dict[str, str]] = []
        self._open: Control | None = None
        self.feed(html)
        self._judge()

    @property
    def text(self) -> str:
        """The visible words, blanks squeezed."""
        return re.sub(r"\s+", " ", " ".join(self.words)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self._check_inline(tag, held)
        if tag not in VOID:
            self._stack.append((tag, held))
        self._look_at_attributes(held)
        self.headings += tag == "h1"
        if tag == "form":
            self.forms.append(Form(held.get("action", ""), held.get("method", "get").lower()))
        elif tag == "label" and "for" in held:
            self._labels.add(held["for"])
        elif tag in ("input", "select", "textarea"):
            self._take_input(tag, held)
        elif tag == "option":
            self._take_option(held)
        elif tag == "button" and self._inside_form():
            self._form.buttons.append(("", held.get("name", ""), held.get("value", "")))
        elif tag == "a":
            self.links.append(("", held.get("href", "")))

    def _inside_form(self) -> bool:
        """Whether a button here sends a form; the keys of an on-screen keyboard do not."""
        return any(name == "form" for name, _ in self._stack)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea") and self._open is not None:
            value = self._open.value if self._open.value is not None else self._open.first
            self._form.controls.append((self._open.name, (value or "").removeprefix("\n")))
            self._open = None
        while self._stack:
            name, _ = self._stack.pop()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        names = [name for name, _ in self._stack]
        if "textarea" in names and self._open is not None:
            self._open.value = (self._open.value or "") + data
            return
        self._look_for_foreign(data, {})
        if SILENT & set(names):
            return
        self.words.append(data)
        if not QUOTING & set(names) and self._lang({}) == self.lang:
            self.own_words.append(data)
        if "button" in names and self._inside_form():
            text, name, value = self.forms[-1].buttons[-1]
            self.forms[-1].buttons[-1] = (text + data.strip(), name, value)
        if "a" in names and self.links:
            text, href = self.links[-1]
            self.links[-1] = (text + data.strip(), href)
        for _, held in self._stack:
            if held.get("id", "").startswith("fault-"):
                key = held["id"].removeprefix("fault-")
                self.faults[key] = self.faults.get(key, "") + data

    @property
    def _form(self) -> Form:
        if not self.forms or "form" not in [name for name, _ in self._stack]:
            return Form("", "none")
        return self.forms[-1]

    def _lang(self, held: dict[str, str]) -> str:
        """In which language a word is that stands here, or in an attribute of this element."""
        langs = [named["lang"] for _, named in (*self._stack, ("", held)) if "lang" in named]
        return langs[-1] if langs else ""

    def _look_at_attributes(self, held: dict[str, str]) -> None:
        self.lang = self.lang or held.get("lang", "")
        for name in READ_OUT:
            self._look_for_foreign(held.get(name, ""), held)

    def _look_for_foreign(self, words: str, held: dict[str, str]) -> None:
        """Remember Chinese that would be read out as if it were English."""
        if self._lang(held) == "en" and CHINESE.search(words):
            self.foreign.append(words.strip())

    def _take_input(self, tag: str, held: dict[str, str]) -> None:
        self._inputs.append(held | {"wrapped": str("label" in [name for name, _ in self._stack])})
        kind = held.get("type", "text")
        if tag != "input":
            self._open = Control(held.get("name", ""))
        elif kind in ("radio", "checkbox"):
            if "checked" in held:
                self._form.controls.append((held["name"], held.get("value", "on")))
        elif kind != "file" and "name" in held:
            self._form.controls.append((held["name"], held.get("value", "")))

    def _take_option(self, held: dict[str, str]) -> None:
        if self._open is None:
            return
        value = held.get("value", "")
        if self._open.first is None:
            self._open.first = value
        if "selected" in held:
            self._open.value = value

    def _check_inline(self, tag: str, held: dict[str, str]) -> None:
        if "style" in held or any(name.startswith("on") for name in held):
            self.unsound.append(f"inline style or handler on <{tag}>")
        if tag == "style" or (tag == "script" and "src" not in held):
            self.unsound.append(f"inline <{tag}>")
        if tag == "html" and held.get("lang") not in SKIP_LINKS:
            self.unsound.append("no language")

    def _judge(self) -> None:
        if self.headings != 1:
            self.unsound.append(f"{self.headings} first headings")
        for held in self._inputs:
            named = "aria-label" in held or "aria-labelledby" in held or held["wrapped"] == "True"
            hidden = held.get("type") in UNLABELLED
            if not hidden and not named and held.get("id") not in self._labels:
                self.unsound.append(f"no label for {held.get('name')}")
        if (SKIP_LINKS.get(self.lang), "#main") not in self.links:
            self.unsound.append("no skip link")
        if any(word not in self.text for word in DEMO_WORDS.get(self.lang, ())):
            self.unsound.append("does not say that it is the demo")
        self._judge_words(" ".join(self.own_words))

    def _judge_words(self, words: str) -> None:
        if BARE_DIGEST.search(words):
            self.unsound.append("a digest that is not quoted")
        if self.foreign:
            self.unsound.append(f"Chinese on an English page: {self.foreign}")
        latin = words if self.lang == "zh-CN" else ""
        raw = RAW_CODE.findall(KNOWN_LATIN.sub("", latin))
        if raw:
            self.unsound.append(f"raw codes: {raw}")


class Visitor:
    """One browser: its cookies, the page it shows, and the answer that brought it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page: Page
        self.answer: TestResponse
        self.path = "/"

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def status(self) -> int:
        return self.answer.status_code

    def open(self, path: str) -> Visitor:
        """Go to an address, as typed."""
        return self._show(self.client.get(path, headers={"Accept": "text/html"}), path)

    def follow(self, words: str) -> Visitor:
        """Click the first link that bears these words."""
        found = next((href for text, href in self.page.links if words in text), None)
        assert found is not None, f"no link {words!r} among {self.page.links}"
        return self.open(found)

    def press(
        self, words: str, /, files: dict[str, Any] | None = None, **filled: str | list[str]
    ) -> Visitor:
        """Fill in inputs (dots as double underscores) and press the first button that bears these words."""
        form, button = self._button(words)
        given = MultiDict(form.controls)
        for name, value in filled.items():
            given.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        if button[1]:
            given.setlist(button[1], [button[2]])
        target = form.action or self.path
        data: dict[str, Any] = given.to_dict(flat=False) | (files or {})
        headers = {"Accept": "text/html", "Origin": "http://localhost"}
        if form.method == "get":
            answer = self.client.get(target, query_string=data, headers=headers)
        else:
            answer = self.client.post(target, data=data, headers=headers)
        return self._show(answer, target)

    def buttons(self) -> list[str]:
        """What the buttons of the page say."""
        return [text for form in self.page.forms for text, _, _ in form.buttons]

    def value(self, name: str) -> str | None:
        """What stands in an input."""
        return next((v for form in self.page.forms for n, v in form.controls if n == name), None)

    def _button(self, words: str) -> tuple[Form, tuple[str, str, str]]:
        for form in self.page.forms:
            for button in form.buttons:
                if words in button[0]:
                    return form, button
        raise AssertionError(f"no button {words!r} among {self.buttons()}")

    def _show(self, answer: TestResponse, path: str) -> Visitor:
        for _ in range(5):
            if answer.status_code not in (302, 303):
                break
            path = answer.headers["Location"]
            answer = self.client.get(path, headers={"Accept": "text/html"})
        self.answer, self.path = answer, path
        assert answer.mimetype == "text/html", (path, answer.mimetype)
        self.page = Page(answer.text)
        assert self.page.unsound == [], (path, self.page.unsound)
        return self
