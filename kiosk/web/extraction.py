"""Brings the catalogue of English words up to date: ``make translations``. Prints what still wants translating."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kiosk.casework.procedure_kinds import SPECIAL_WORDS
from kiosk.casework.state_words import DECIDED_WORDS
from kiosk.casework.states import STATE_WORDS
from kiosk.casework.stopped import STOPPED_WORDS
from kiosk.voices import options
from kiosk.web import guides, nearby
from kiosk.web.language import ENGLISH, TRANSLATIONS
from kiosk.web.pages import acts, case_view, mine, print_words, voicing, words
from kiosk.web.sentences import SENTENCES
from kiosk.web.wording import ANSWERS, HTTP_WORDS
from printing.verification.reasons import REASONS
from services_catalog import items, routing
from services_catalog.codes.ratings import EVALUATOR_LEVELS

CATALOGUE = TRANSLATIONS / ENGLISH / "LC_MESSAGES" / "messages.po"
TEMPLATES = Path(__file__).parent / "templates"
METHODS = [("**.html", "jinja2")]
KINDS = (
    "audience", "mode", "channel", "delivery", "role", "licence_status", "paper_state", "fee",
    "trust", "result_form", "material_form", "origin", "alarm"
)  # fmt: skip
"""Kinds of words that the pages of a citizen show."""
CODES = (
    "kiosk-error", "catalog-error", "printing-error", "data-unreadable", "not-found", "forbidden",
    "not-signed-in", "stale-version", "input-invalid", "idempotency-key-reused", "account-locked",
    "proof-refused", "authorisation-unknown", "authorisation-expired", "authorisation-out-of-scope",
    "principal-unproven", "identity-unconfirmed", "unknown-item", "item-cancelled", "unknown-district",
    "unknown-authority", "no-route", "unknown-version", "item-version-changed", "offering-suspended",
    "offering-ended", "calendar-missing", "code-invalid", "draft-code-wrong", "draft-submitted",
    "draft-too-large", "too-many-drafts", "too-many-materials", "consent-missing", "reuse-refused",
    "materials-missing", "material-type-refused", "material-executable", "material-active-content",
    "material-disguised", "material-damaged", "material-locked", "material-too-large",
    "material-too-many-pages", "material-swells", "material-infected", "scanner-unavailable",
    "transition-refused", "wrong-place", "correction-lapsed", "item-not-offered", "applicant-mismatch",
    "number-exhausted", "not-printable-here", "query-code-wrong", "too-many-checks", "too-many-guesses",
    "rated-already", "not-ratable-yet", "rating-option-unfit", "private-data-in-text", "fee-unpaid",
    "not-released-to-you", "not-ready-yet", "licence-not-known", "licence-not-valid", "qr-invalid",
    "not-genuine", "machine-unknown", "machine-revoked", "machine-in-maintenance", "ticket-invalid",
    "machine-session-over", "card-not-bound", "card-expired", "card-unreadable", "no-card-yet",
    "too-many-codes", "holder-left", "print-job-not-found", "copy-in-print", "copy-already-printed",
    "job-transition-refused", "paper-may-have-moved", "no-blanks-loaded", "feeding-not-permitted",
)  # fmt: skip
"""Refusals that these pages may show; any other is told in Chinese."""
HEADER = (
    "English for the citizen at the machine; the Chinese words of the pages are the message ids."
)


def list_messages() -> list[str]:
    """Every message id, each once: of the templates, of the tables, and the sentences."""
    found = [message for message in (*_of_templates(), *_of_tables(), *SENTENCES) if message]
    return list(dict.fromkeys(found))


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The words as they are translated so far."""
    with path.open("rb") as file:
        return read_po(file, locale=ENGLISH)


def wanting(catalogue: Catalog, messages: list[str]) -> list[str]:
    """Messages without English, or with English that is only a guess."""
    asked = (catalogue.get(message) for message in messages)
    held = {entry.id for entry in asked if entry and entry.string and not entry.fuzzy}
    return [message for message in messages if message not in held]


def update(path: Path = CATALOGUE) -> list[str]:
    """Write both files anew: what is said no more goes, what is new waits with no English. Tells what waits."""
    old = read_catalogue(path)
    new = Catalog(
        locale=ENGLISH,
        header_comment=f"# {HEADER}",
        project="chuanyu-kiosk",
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        fuzzy=False,
    )
    messages = list_messages()
    for message in messages:
        entry = old.get(message)
        new.add(message, entry.string if entry else "")
    with path.open("wb") as file:
        write_po(file, new, width=0)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)
    return wanting(new, messages)


def _of_templates() -> Iterator[str]:
    keywords = {"_": None}
    for _, _, message, _, _ in extract_from_dir(str(TEMPLATES), METHODS, keywords=keywords):
        yield str(message)


def _of_tables() -> Iterator[str]:
    tables: tuple[Iterable[str], ...] = (
        *(words.WORDS[kind].values() for kind in KINDS),
        (ANSWERS[code][1] for code in CODES),
        (title for _, title in HTTP_WORDS.values()),
        STATE_WORDS.values(),
        DECIDED_WORDS.values(),
        (STOPPED_WORDS, case_view.STOPPED_PART, guides.ANYWHERE, guides.AT_A_DESK),
        SPECIAL_WORDS.values(),
        case_view.STAGES,
        case_view.HOW_TO_GET.values(),
        case_view.NEXT_FOR_CITIZEN.values(),
        _of_printing(),
        nearby.WHY_WORDS.values(),
        mine.SAID.values(),
        acts.SAID.values(),
        EVALUATOR_LEVELS.values(),
        options.WORDS.values(),
        voicing.OCCASION_WORDS.values(),
        (chinese for chinese, _ in REASONS.values()),
        items.ITEM_TYPES,
        items.MODES,
        items.ROUTING_FACTS,
        routing.LEVEL_WORDS.values(),
    )
    for table in tables:
        yield from table


def _of_printing() -> Iterator[str]:
    tables = (print_words.WORDS.values(), print_words.RECEIPT_WORDS.values())
    for held in (*chain(*tables), print_words.FEEDING, print_words.JAMMED):
        yield from (held.headline, held.advice)


if __name__ == "__main__":
    missing = update()
    sys.stdout.writelines(f"{message}\n" for message in missing)
    sys.exit(1 if missing else 0)
