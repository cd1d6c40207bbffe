"""The addresses of what a person does besides applying: rate, pay, ask, entrust, be told."""

from __future__ import annotations

from flask import Blueprint

from kiosk.web.pages import entrusting, paying, voicing
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.draft_routes import Page, add_pages

RATE = "/<number>/rate/<occasion>"
PAY = "/<number>/payments/<payment>"
ASK = "/<number>/ask"
THREAD = "/questions/<number>"
RATING: tuple[Page, ...] = (
    ("GET", RATE, "show_rating", voicing.show_rating),
    ("POST", RATE, "take_rating", voicing.take_rating),
)
AT_HOME: tuple[Page, ...] = (
    ("GET", PAY, "show_payment", paying.show_payment),
    ("POST", PAY, "take_payment", paying.take_payment),
    ("GET", ASK, "show_asking", voicing.show_asking),
    ("POST", ASK, "take_asking", voicing.take_asking),
    ("GET", "/questions", "show_threads", voicing.show_threads),
    ("GET", THREAD, "show_thread", voicing.show_thread),
    ("POST", THREAD, "take_reply", voicing.take_reply),
    ("POST", f"{THREAD}/closing", "close_thread", voicing.close_thread),
    ("GET", "/authorities", "show_authorities", entrusting.show_authorities),
    ("POST", "/authorities", "take_authority", entrusting.take_authority),
    ("POST", "/authorities/<number>/end", "withdraw_authority", entrusting.withdraw_authority),
    ("GET", "/messages", "show_messages", entrusting.show_messages),
    ("POST", "/messages/<channel>", "agree_to_messages", entrusting.agree_to_messages),
    ("POST", "/messages/<channel>/end", "decline_messages", entrusting.decline_messages),
)


def add_rating_pages(bp: Blueprint, desk: Desk, prefix: str) -> None:
    """Rating, at home and at a machine."""
    add_pages(bp, desk, RATING, prefix)


def add_my_pages(bp: Blueprint, desk: Desk, prefix: str) -> None:
    """What needs a phone and time."""
    add_rating_pages(bp, desk, prefix)
    add_pages(bp, desk, AT_HOME, prefix)
