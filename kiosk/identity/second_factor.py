"""A second factor for staff: time-based one-time passwords (RFC 6238), six digits every thirty seconds.

等保 level 3 asks two factors of staff, one of them cryptographic (GB/T 22239-2019 8.1.4.1).
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import select

from kiosk.audit import trail
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor
from kiosk.identity.models import Staff
from kiosk.uow import unit_of_work

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
ISSUER = "川渝通办"
NEIGHBOURS = (0, -1, 1)


def set_up(login: str, *, actor: Actor, now: datetime) -> str:
    """Give the account a new secret; answers the ``otpauth://`` address for the person's own device, told once.

    The former secret ends at once. Raises NotFound for an unknown or closed login.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    with unit_of_work() as session:
        staff = session.scalar(select(Staff).where(Staff.login == login, Staff.closed_at.is_(None)))
        if staff is None:
            raise NotFound("没有这个账号")
        staff.totp_secret = base64.b32encode(secret).decode()
        staff.totp_used_step = None
        trail.record(session, actor, "second-factor-set-up", f"staff:{login}", now)
    return _generator(secret).get_provisioning_uri(login, ISSUER)


def fits(staff: Staff, code: str, now: datetime) -> bool:
    """Whether the code is that of now, of the step before or after, and was not used before; uses it up."""
    if staff.totp_secret is None or len(code) != DIGITS or not code.isascii():
        return False
    generator = _generator(base64.b32decode(staff.totp_secret))
    step = int(now.timestamp()) // STEP_S
    for neighbour in NEIGHBOURS:
        candidate = step + neighbour
        if candidate > (staff.totp_used_step or -1) and _is_code(generator, code, candidate):
            staff.totp_used_step = candidate
            return True
    return False


def _is_code(generator: TOTP, code: str, step: int) -> bool:
    try:
        generator.verify(code.encode(), step * STEP_S)
    except InvalidToken:
        return False
    return True


def _generator(secret: bytes) -> TOTP:
    # SHA-1 is what authenticator apps understand; HMAC does not need a collision-free hash.
    return TOTP(secret, DIGITS, SHA1(), STEP_S)
