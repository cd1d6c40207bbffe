"""A frame holds what papers of a family share: the page, its head and foot, and what flows around the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Raw = dict[str, Any]
Frames = Callable[[str], str]


def no_frames(key: str) -> str:
    """There is no frame of that key; raises KeyError."""
    raise KeyError(key)


def framed(inner: Raw, frame: Raw) -> Raw:
    """Return the members of a template within its frame; what the template names itself wins.

    The frame's ``before`` and ``after`` stand around the template's own blocks in the flow.
    """
    own, outer = _object(inner.get("flow")), _object(frame.get("flow"))
    blocks = [*_list(outer, "before"), *_list(own, "blocks"), *_list(outer, "after")]
    box = {key: outer[key] for key in ("box", "next_box") if key in outer}
    merged: Raw = {**frame, **inner, "flow": {**box, **own, "blocks": blocks}}
    del merged["frame"]
    for key in ("styles", "sample", "sample_tables"):
        merged[key] = {**_object(frame.get(key)), **_object(inner.get(key))}
    return merged


def _object(raw: object) -> Raw:
    return raw if isinstance(raw, dict) else {}


def _list(raw: Raw, key: str) -> list[Any]:
    found = raw.get(key, [])
    return found if isinstance(found, list) else []
