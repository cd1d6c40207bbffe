"""Numbers of people in a text that is about to be published, and the text with them masked. Pure."""

from __future__ import annotations

import re

from services_catalog.codes import mask_id, mask_phone

DIGITS = str.maketrans("０１２３４５６７８９ｘＸ", "0123456789xX")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])|(?<!\d)\d{15}(?!\d)")
PHONE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
LINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
ACCOUNT = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str) -> str:
    """The text with identity, phone and account numbers and mail addresses masked."""
    plain = text.translate(DIGITS)
    plain = IDENTITY.sub(lambda found: mask_id(found[0].upper()), plain)
    plain = ACCOUNT.sub(lambda found: mask_id(found[0]), plain)
    plain = PHONE.sub(lambda found: mask_phone(re.sub(r"[ -]", "", found[0])), plain)
    plain = LINE.sub(lambda found: mask_phone(re.sub(r"[ -]", "", found[0])), plain)
    return MAIL.sub("***", plain)


def holds_private_data(text: str) -> bool:
    """Whether masking would change anything."""
    return redact(text) != text.translate(DIGITS)
