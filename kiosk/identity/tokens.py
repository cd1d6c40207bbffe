"""Opaque tokens, numbers and codes: drawn at random, stored as digests."""

from __future__ import annotations

import hashlib
import secrets

UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def draw_token(prefix: str) -> str:
    """A session token; the prefix tells what kind of session it opens."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_digest(token: str) -> str:
    """What is stored of a token: SHA-256, enough because the token itself is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def draw_number(prefix: str, length: int = 12) -> str:
    """A public number without look-alike characters."""
    return prefix + "".join(secrets.choice(UNAMBIGUOUS) for _ in range(length))


def draw_digits(length: int = 6) -> str:
    """A code people can type from a message or a receipt."""
    return "".join(secrets.choice("0123456789") for _ in range(length))
