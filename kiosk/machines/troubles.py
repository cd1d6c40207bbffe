"""What is wrong with a machine at this moment. Pure, over what its last sign of life said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kiosk.machines.models import Machine

SEVERITIES = ("-report", "-warning", "-error")
NO_TROUBLE = frozenset({"none", "cups-waiting-for-job-completed"})
KEY_WARNING = timedelta(days=30)
CLOCK_OFF_S = 60
SUPPLIES = ("media", "toner", "marker", "input-tray")
PAPER = ("paper-unknown", "paper-left", "paper-disputed")
NEXT = {"supplies": "fleet", "hall": "fleet", "fleet": "lead"}


@dataclass(frozen=True)
class Limits:
    """When something is a trouble, and how long an alarm may go unanswered: conventions, set by the settings."""

    silent: timedelta = timedelta(minutes=5)
    key_life: timedelta = timedelta(days=365)
    answer: timedelta = timedelta(minutes=30)
    answer_unknown: timedelta = timedelta(minutes=15)
    taken: timedelta = timedelta(minutes=3)
    paper_sheets: int = 30
    toner_percent: int = 10

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """The limits of this installation."""
        return cls(
            silent=timedelta(minutes=settings["MACHINE_SILENT_MINUTES"]),
            key_life=timedelta(days=settings["MACHINE_KEY_DAYS"]),
            answer=timedelta(minutes=settings["ALARM_ANSWER_MINUTES"]),
            answer_unknown=timedelta(minutes=settings["UNKNOWN_PAPER_MINUTES"]),
            taken=timedelta(minutes=settings["PAPER_TAKEN_MINUTES"]),
            paper_sheets=settings["PAPER_LOW_SHEETS"],
            toner_percent=settings["TONER_LOW_PERCENT"],
        )


def find_troubles(machine: Machine, now: datetime, limits: Limits) -> list[str]:
    """Codes of what is wrong; none for a machine that works. IPP reasons stand without their severity."""
    if machine.public_key is None:
        return ["not-enrolled"]
    troubles = []
    if machine.last_seen_at is None or machine.last_seen_at < now - limits.silent:
        troubles.append("silent")
    if abs(machine.clock_skew_s or 0) > CLOCK_OFF_S:
        troubles.append("clock-off")
    born = machine.key_since or machine.enrolled_at
    if born is not None and born + limits.key_life - KEY_WARNING <= now:
        troubles.append("key-expiring")
    printer = machine.printer or {}
    reasons = dict.fromkeys(map(without_severity, printer.get("reasons", [])))
    troubles += [reason for reason in reasons if reason not in NO_TROUBLE]
    if printer.get("state") == "stopped" and all(
        reason in NO_TROUBLE or _is_mild(reason) for reason in reasons
    ):
        troubles.append("stopped")
    return troubles + [kind for kind in _running_low(printer, limits) if kind not in reasons]


def duty_of(kind: str) -> str:
    """Who answers: ``supplies`` fills paper and toner, ``hall`` looks for sheets, ``fleet`` sees to the rest.

    What nobody answers in time goes to the one named in ``NEXT``, last to the ``lead`` of the operator.
    """
    if kind in PAPER:
        return "hall"
    return "supplies" if kind.startswith(SUPPLIES) else "fleet"


def can_print(machine: Machine, troubles: Iterable[str]) -> bool:
    """Whether paper may be asked of it now: what is only low, or will be wrong one day, keeps nobody waiting."""
    grave = [kind for kind in troubles if kind != "key-expiring" and not _is_mild(kind)]
    return machine.revoked_at is None and machine.maintenance_since is None and not grave


def without_severity(reason: str) -> str:
    """An IPP reason without -report, -warning or -error (RFC 8011 5.4.12)."""
    for severity in SEVERITIES:
        if reason.endswith(severity):
            return reason.removesuffix(severity)
    return reason


def _running_low(printer: dict[str, Any], limits: Limits) -> Iterator[str]:
    """What the levels say, for printers that report no reason of their own: a tray or a toner that runs low."""
    trays = [tray["sheets"] for tray in printer.get("trays", [])]
    if any(sheets is not None and sheets <= limits.paper_sheets for sheets in trays):
        yield "media-low"
    left = [supply["percent"] for supply in printer.get("supplies", [])]
    if any(percent is not None and percent <= limits.toner_percent for percent in left):
        yield "toner-low"


def _is_mild(kind: str) -> bool:
    return kind == "clock-off" or kind.endswith(("-low", "-almost-full", "-almost-empty"))
