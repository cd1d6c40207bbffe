"""How a person wants the screen: larger with fewer choices (长辈), in high contrast, in English. A cookie holds it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

COOKIE = "kiosk_view"
ELDER, CONTRAST, ENGLISH = "elder", "contrast", "english"
LOOKS = (ELDER, CONTRAST)
MODES = (*LOOKS, ENGLISH)
LEFT = "left"
"""In the address of a page that follows somebody's leaving: their wishes count no more."""


@dataclass(frozen=True)
class View:
    """What is switched on; ``classes`` are those of the page's root."""

    on: frozenset[str]

    @property
    def elder(self) -> bool:
        """Larger text, fewer choices, more time."""
        return ELDER in self.on

    @property
    def contrast(self) -> bool:
        """Black and white, thick lines."""
        return CONTRAST in self.on

    @property
    def english(self) -> bool:
        """English words, except for names."""
        return ENGLISH in self.on

    @property
    def classes(self) -> str:
        """How it looks, as class names."""
        return " ".join(mode for mode in LOOKS if mode in self.on)


def current_view() -> View:
    """The view of this request; unknown words in the cookie count for nothing."""
    if request.args.get(LEFT):
        return View(frozenset())
    return View(frozenset(request.cookies.get(COOKIE, "").split(".")) & frozenset(MODES))


def keep_view(response: Response, view: View, switched: str, *, secure: bool) -> None:
    """Switch one mode over, for as long as the browser is open or until the person leaves."""
    on = view.on ^ (frozenset(MODES) & {switched})
    response.set_cookie(
        COOKIE, ".".join(sorted(on)), httponly=True, samesite="Strict", secure=secure
    )
