"""A form in groups of questions, one group to a page: a person at a machine sees a few questions at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kiosk.casework.form_checks import form_faults
from kiosk.web.pages.questions import input_name
from kiosk.web.pages.refusals import Faults
from services_catalog.forms import Field, Form

MOST = 5


@dataclass(frozen=True)
class Group:
    """Questions that stand on one page. ``later`` are the keys that are asked only after them."""

    title: str
    fields: tuple[Field, ...]
    later: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """The keys that are asked here."""
        return frozenset(field.key for field in self.fields)


def groups_of(form: Form, hidden: Collection[str]) -> list[Group]:
    """At most five questions each; what belongs together by the first part of its key stays together."""
    asked = [field for field in form.fields if field.key not in hidden]
    pages: list[list[Field]] = []
    for _, run in groupby(asked, lambda field: field.key.partition("_")[0]):
        bundle = list(run)
        if pages and len(pages[-1]) + len(bundle) <= MOST:
            pages[-1] += bundle
        else:
            pages += [bundle[start : start + MOST] for start in range(0, len(bundle), MOST)]
    return [_group(fields, pages[place:]) for place, fields in enumerate(pages, start=1)]


def faults_in(form: Form, group: Group, answers: Mapping[str, Any]) -> Faults:
    """What is wrong with the answers of this group; what depends on a later question is told in the end."""
    told = form_faults(form, dict(answers))
    early = {rule.key for rule in form.rules if rule.argument.partition("=")[0] in group.later}
    names = [input_name(field.key) for field in group.fields if field.key not in early]
    return {name: told[name] for name in names if name in told}


def place_of(groups: list[Group], key: str) -> int | None:
    """On which page a question stands, counted from 1."""
    places = (place for place, group in enumerate(groups, start=1) if key in group.keys)
    return next(places, None)


def _group(fields: list[Field], rest: list[list[Field]]) -> Group:
    titles = [field.label.partition("（")[0].partition("(")[0] for field in fields[:2]]
    title = "、".join(titles) + ("等" if len(fields) > len(titles) else "")
    return Group(title, tuple(fields), frozenset(field.key for page in rest for field in page))
