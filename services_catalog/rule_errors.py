"""Refusals about changes of the routing rules."""

from __future__ import annotations

from services_catalog.errors import CatalogError

MOST_SHOWN = 5


class RulesInvalid(CatalogError):
    """A proposed change can not be read; ``faults`` lists every one, and nothing was changed.

    ``fields`` are those that one value is to blame for, by the rule's number and the value's name.
    """

    code = "rules-invalid"

    def __init__(self, faults: list[str], fields: dict[str, list[str]] | None = None) -> None:
        super().__init__("；".join(faults))
        self.faults, self.fields = faults, fields or {}


class DelegationRefused(CatalogError):
    """A delegation that the law does not allow (行政许可法 art. 24); ``faults`` lists every reason."""

    code = "delegation-refused"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


class RuleUnknown(CatalogError):
    """No rule of that number was ever published."""

    code = "rule-unknown"


class ProposalUnknown(CatalogError):
    """There is no proposal of that number."""

    code = "proposal-unknown"


class ProposalSettled(CatalogError):
    """The proposal was published or sent back already."""

    code = "proposal-settled"


class RulesUnproven(CatalogError):
    """Under the proposed rules some item in some district would route nowhere or to two authorities."""

    code = "rules-unproven"

    def __init__(self, findings: list[str]) -> None:
        shown = "；".join(findings[:MOST_SHOWN])
        super().__init__(f"共 {len(findings)} 处管辖缺口或冲突：{shown}")
        self.findings = findings
