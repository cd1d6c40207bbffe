"""Which papers an authority must have, which it wants in a case only, and how many copies on paper.

An item lists its papers by name. A name that ends in a condition, such as ``(委托时)`` or ``(如有)``, asks for the
paper in that case only; everything else is required, once, on paper or as a file, unless the authority's own rule
says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ANY, PAPER, ELECTRONIC = "any", "paper", "electronic"
FORMS = (ANY, PAPER, ELECTRONIC)
MOST_COPIES = 20
CONDITIONAL = re.compile(r"(?:如有|需要|时)[)）]$|须提交")


@dataclass(frozen=True)
class MaterialRule:
    """One paper. ``copies`` counts paper only, a file is enough once; ``form`` is any, paper or electronic."""

    name: str
    required: bool = True
    copies: int = 1
    form: str = ANY
    note: str = ""

    @property
    def is_stricter(self) -> bool:
        """Whether it asks for more than the item's own list does."""
        return self.copies > 1 or self.form != ANY or (self.required and not is_required(self.name))


def is_required(name: str) -> bool:
    """Whether the item's list asks for this paper unconditionally."""
    return CONDITIONAL.search(name) is None


def rules_of(materials: Iterable[str], own: Iterable[MaterialRule]) -> tuple[MaterialRule, ...]:
    """The rule of every listed paper, in the order of the list; an authority's own rule stands in for the usual."""
    stated = {rule.name: rule for rule in own}
    return tuple(stated.get(name, MaterialRule(name, is_required(name))) for name in materials)


def rule_faults(
    rules: Iterable[MaterialRule], materials: Iterable[str], *, justified: bool
) -> Iterator[tuple[str, str]]:
    """Every fault of an authority's own rules as (field, reason); asking for more needs a recorded justification."""
    listed, seen = set(materials), set()
    for rule in rules:
        if rule.name not in listed:
            yield "material_rules", f"事项没有“{rule.name}”这份材料"
        if rule.name in seen:
            yield "material_rules", f"“{rule.name}”有两条规则"
        if rule.form not in FORMS or not 1 <= rule.copies <= MOST_COPIES:
            yield "material_rules", f"“{rule.name}”的形式或份数有误"
        if rule.is_stricter and not justified:
            yield "justification", "比统一标准要得多，须写明依据和理由"
        seen.add(rule.name)
