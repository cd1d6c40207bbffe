"""How much paper and toner an IPP printer says it has (PWG 5100.13; ``marker-`` attributes for older printers)."""

from __future__ import annotations

from printing.agent.ipp import Attributes, Value
from printing.wire import Supply, Tray

SUPPLY_ATTRIBUTES = (
    "printer-supply",
    "printer-supply-description",
    "marker-names",
    "marker-types",
    "marker-levels",
)
USED_UP = "supplyThatIsConsumed"
MOST = 16
LONGEST = 64


def read_trays(found: Attributes) -> tuple[Tray, ...]:
    """Trays whose fill the printer knows; negative numbers mean that it does not (RFC 3805, prtInputCurrentLevel)."""
    rows = [_pairs(value) for value in found.get("printer-input-tray", [])]
    trays = [
        Tray(row.get("name", "")[:LONGEST], _known(row, "level"), _known(row, "maxcapacity"))
        for row in rows
    ]
    return tuple(tray for tray in trays if tray.sheets is not None)[:MOST]


def read_supplies(found: Attributes) -> tuple[Supply, ...]:
    """Toner and the like with what is left of it; waste containers, which fill up, are left out."""
    if "printer-supply" in found:
        return _by_supply(found)
    names, kinds = found.get("marker-names", []), found.get("marker-types", [])
    levels = found.get("marker-levels", [])
    return tuple(
        Supply(str(name)[:LONGEST], _percent(level))
        for name, kind, level in zip(names, kinds, levels, strict=False)
        if not str(kind).startswith("waste")
    )[:MOST]


def read_output(found: Attributes) -> int | None:
    """Sheets that lie in the output trays; None unless a tray tells both what it holds and what still fits."""
    rows = [_pairs(value) for value in found.get("printer-output-tray", [])]
    fill = [(_known(row, "maxcapacity"), _known(row, "remaining")) for row in rows]
    lying = [most - free for most, free in fill if most is not None and free is not None]
    return sum(max(0, sheets) for sheets in lying) if lying else None


def _by_supply(found: Attributes) -> tuple[Supply, ...]:
    rows = [_pairs(value) for value in found["printer-supply"]]
    names = [str(name) for name in found.get("printer-supply-description", [])]
    names += [row.get("type", "") for row in rows[len(names) :]]
    return tuple(
        Supply(name[:LONGEST], _share(row))
        for name, row in zip(names, rows, strict=False)
        if row.get("class") == USED_UP
    )[:MOST]


def _share(row: dict[str, str]) -> int | None:
    """What is left in percent; a level of -3 says only that something is left."""
    level, most = _known(row, "level"), _known(row, "maxcapacity")
    return None if level is None or not most else min(100, 100 * level // most)


def _percent(level: Value) -> int | None:
    return level if type(level) is int and 0 <= level <= 100 else None


def _known(row: dict[str, str], key: str) -> int | None:
    text = row.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _pairs(value: Value) -> dict[str, str]:
    """``name=main;level=100;`` as a dictionary."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)
