"""Taking values out of a template file: every fault is noted with its path, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from printing.marks import BLACK, Colour

HEX = re.compile(r"#[0-9A-Fa-f]{6}")
Raw = dict[str, Any]


class Fields:
    """One JSON object being read. Keys that nobody asked for are faults as well."""

    def __init__(self, raw: object, path: str, faults: list[tuple[str, str]]) -> None:
        self.path, self.faults = path, faults
        self.raw: Raw = raw if isinstance(raw, dict) else {}
        self.asked: set[str] = set()
        if not isinstance(raw, dict):
            self.fault("", "must be an object")

    def fault(self, key: str, why: str) -> None:
        """Note a fault of a member, or of the object itself with the empty key."""
        self.faults.append((f"{self.path}.{key}".strip("."), why))

    def take(self, key: str, default: Any = ...) -> Any:
        """Return a member as it stands; without a default it must be there."""
        self.asked.add(key)
        if key not in self.raw and default is ...:
            self.fault(key, "is missing")
        return self.raw.get(key, None if default is ... else default)

    def close(self) -> None:
        """Note every member that was not asked for."""
        for key in self.raw.keys() - self.asked:
            self.fault(key, "is not known here")

    def text(self, key: str, default: Any = ...) -> str:
        """Return a text."""
        return str(self._of(key, default, str, "must be a text") or "")

    def optional_text(self, key: str) -> str | None:
        """Return a text or None."""
        value = self._of(key, None, str, "must be a text")
        return None if value is None else str(value)

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        return bool(self._of(key, default, bool, "must be true or false"))

    def number(self, key: str, default: Any = ...) -> float:
        """Return a number that is not negative."""
        value = self._of(key, default, (int, float), "must be a number")
        if isinstance(value, (int, float)) and value < 0:
            self.fault(key, "must not be negative")
        return float(value or 0)

    def numbers(self, key: str, count: int, default: Any = ...) -> tuple[float, ...]:
        """Return exactly ``count`` numbers."""
        value = self.take(key, default)
        if not _all_numbers(value) or len(value) != count:
            if value is not None:
                self.fault(key, f"must be {count} numbers")
            return (0.0,) * count
        return tuple(map(float, value))

    def dash(self, key: str) -> tuple[float, ...]:
        """Return lengths of dashes and gaps; none for a solid line."""
        value = self.take(key, [])
        if not _all_numbers(value):
            self.fault(key, "must be a list of numbers")
            return ()
        return tuple(map(float, value))

    def choice(self, key: str, among: Iterable[str], default: Any = ...) -> Any:
        """Return one of the permitted words."""
        words = tuple(among)
        value = self.take(key, default)
        if value is not None and value not in words:
            self.fault(key, f"must be one of {', '.join(words)}")
            return words[0]
        return value or words[0]

    def colour(self, key: str, default: Any = ...) -> Colour:
        """Return a colour written #RRGGBB."""
        return self.optional_colour(key, default) or BLACK

    def optional_colour(self, key: str, default: Any = None) -> Colour | None:
        """Return a colour written #RRGGBB, or None."""
        value = self._of(key, default, str, "must be a colour #RRGGBB")
        if value is None:
            return None
        if not HEX.fullmatch(value):
            self.fault(key, "must be a colour #RRGGBB")
            return None
        red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return red, green, blue

    def members(self, key: str, kind: type, why: str) -> Raw:
        """Return an object whose members are all of one kind."""
        value = self.take(key, {})
        if not isinstance(value, dict) or not all(
            isinstance(each, kind) for each in value.values()
        ):
            self.fault(key, why)
            return {}
        return value

    def items(self, key: str, default: Any = ...) -> list[tuple[str, object]]:
        """Return the members of a list with their paths."""
        value = self._of(key, default, list, "must be a list")
        return [
            (f"{self.path}.{key}[{at}]".lstrip("."), each) for at, each in enumerate(value or [])
        ]

    def _of(self, key: str, default: Any, kind: type | tuple[type, ...], why: str) -> Any:
        value = self.take(key, default)
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if value is not None and wrong:
            self.fault(key, why)
            return None
        return value


def _all_numbers(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, (int, float)) and not isinstance(each, bool) for each in value
    )
