"""A refusal on a form page: the same page again, with every fault beside its input and nothing typed lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.errors import InputInvalid, KioskError
from kiosk.web.errors import fields_of
from kiosk.web.wording import ANSWERS, detail_of
from printing.errors import PrintingError
from services_catalog.errors import CatalogError

REFUSALS = (KioskError, PrintingError, CatalogError)
"""What a command may raise; a page that catches them shows them in place."""

Faults = dict[str, list[str]]


@dataclass(frozen=True)
class Refused:
    """A refusal as a page shows it. ``faults`` are keyed by the names of the inputs."""

    status: int
    title: str
    detail: str = ""
    faults: Faults = field(default_factory=dict)

    def other_faults(self, shown: set[str]) -> list[str]:
        """Faults whose input is not on the page; they are told at its top."""
        return [words for name, told in self.faults.items() if name not in shown for words in told]


def refused(error: Exception) -> Refused:
    """The refusal behind one of REFUSALS; faults of the input are told beside it and not once more."""
    if isinstance(error, InputInvalid) and error.fields:
        return Refused(422, "有内容需要改正，已逐项标出", faults=error.fields)
    code: str = error.code  # type: ignore[attr-defined]
    status, title = ANSWERS[code]
    detail = detail_of(error)
    return Refused(status, title, "" if detail == title else detail, fields_of(error))
