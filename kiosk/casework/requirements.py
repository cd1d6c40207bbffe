"""What the deciding authority wants to have, and what of it is there: the material check of the receiving desk.

The receiving place checks whether papers are there, not whether they are good. An applicant may insist on handing in
an incomplete application; the deciding authority then answers with a correction notice (行政许可法 art. 32).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.casework.receipt import Material
from services_catalog.items import PublishedItem
from services_catalog.material_rules import ANY, ELECTRONIC, PAPER, MaterialRule, rules_of
from services_catalog.offerings import OfferingInForce

FORM_WORDS = {PAPER: "纸质", ELECTRONIC: "电子"}


@dataclass(frozen=True)
class Requirement:
    """One paper that is asked for. ``supplied`` counts what is there, ``lacking`` says in words what is not."""

    name: str
    required: bool
    copies: int
    form: str
    note: str
    supplied: int
    lacking: str


def requirements(
    item: PublishedItem, offering: OfferingInForce, materials: Sequence[Material]
) -> list[Requirement]:
    """Every paper the authority asks for, held against what was handed in."""
    listed = offering.apply(item).materials
    rules = rules_of(listed, offering.terms.material_rules)
    return [_held_against(rule, materials) for rule in rules]


def lacking(found: Iterable[Requirement]) -> list[str]:
    """What is missing, in words; papers wanted in a case only are never missing."""
    return [entry.lacking for entry in found if entry.required and entry.lacking]


def _held_against(rule: MaterialRule, materials: Sequence[Material]) -> Requirement:
    there = [material for material in materials if material.name == rule.name]
    fitting = [material for material in there if rule.form in (material.form, ANY)]
    return Requirement(**vars(rule), supplied=len(there), lacking=_lacking(rule, there, fitting))


def _lacking(rule: MaterialRule, there: list[Material], fitting: list[Material]) -> str:
    if not there:
        return f"缺少“{rule.name}”"
    if not fitting:
        return f"“{rule.name}”须为{FORM_WORDS[rule.form]}材料"
    is_file = any(material.form == ELECTRONIC for material in fitting)
    if not is_file and len(fitting) < rule.copies:
        return f"“{rule.name}”要 {rule.copies} 份，现有 {len(fitting)} 份"
    return ""
