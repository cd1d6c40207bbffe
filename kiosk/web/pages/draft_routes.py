"""The addresses of an application's pages, the same under every desk where a citizen fills it in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint

from kiosk.identity.actors import Role
from kiosk.web.access import requires
from kiosk.web.pages import draft_check, draft_papers, drafting
from kiosk.web.pages.applications import Desk

Page = tuple[str, str, str, Callable[..., Any]]
START = "/items/<int:seq>/apply"
DRAFT = "/drafts/<number>"
PAPER = f"{DRAFT}/papers/<int:place>"
QUESTIONS = f"{DRAFT}/questions/<int:place>"
BEGINNING: tuple[Page, ...] = (
    ("GET", START, "apply", drafting.show_start),
    ("POST", START, "take", drafting.take_start),
)
PAGES: tuple[Page, ...] = (
    ("GET", DRAFT, "draft", drafting.go_on),
    ("GET", QUESTIONS, "draft_questions", drafting.show_questions),
    ("POST", QUESTIONS, "keep_questions", drafting.take_questions),
    ("GET", f"{DRAFT}/saved", "draft_saved", drafting.show_saved),
    ("POST", f"{DRAFT}/code", "renew_draft_code", drafting.renew_code),
    ("POST", f"{DRAFT}/discard", "discard_draft", drafting.discard),
    ("GET", f"{DRAFT}/papers", "draft_papers", draft_papers.show_papers),
    ("GET", PAPER, "draft_paper", draft_papers.show_paper),
    ("POST", PAPER, "take_paper", draft_papers.take_paper),
    ("POST", f"{DRAFT}/papers/removal", "remove_paper", draft_papers.remove_paper),
    ("GET", f"{DRAFT}/delivery", "draft_delivery", draft_check.show_delivery),
    ("POST", f"{DRAFT}/delivery", "keep_delivery", draft_check.take_delivery),
    ("GET", f"{DRAFT}/check", "draft_check", draft_check.show_check),
    ("POST", f"{DRAFT}/check", "hand_in_draft", draft_check.take_check),
)


def add_draft_pages(bp: Blueprint, desk: Desk, prefix: str = "") -> None:
    """Put the pages on a desk's blueprint; ``prefix`` stands before the drafts' addresses."""
    add_pages(bp, desk, BEGINNING)
    add_pages(bp, desk, PAGES, prefix)


def add_pages(bp: Blueprint, desk: Desk, pages: tuple[Page, ...], prefix: str = "") -> None:
    """Pages that only a signed-in citizen opens."""
    for method, address, endpoint, view in pages:
        guarded = requires(Role.CITIZEN)(partial(view, desk))
        bp.add_url_rule(f"{prefix}{address}", endpoint, guarded, methods=[method])
