"""What a certificate says about its owner: the organ, its code, its key, and whether it is of the demonstration."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from printing.errors import PrintingError

#: Every certificate of the demonstration carries this in the O of its subject; a real one never does.
DEMO_MARK = "样章 DEMO"
SMALLEST_RSA, LARGEST_RSA = 2048, 4096
KeyKind = Literal["p256", "rsa"]
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class CertificateUnreadable(PrintingError):
    """The bytes are no X.509 certificate, or one with a kind of key that is not accepted here."""

    code = "certificate-unreadable"


IDENTIFIER_ROOT = "1.2.156.3005.2."  # licence identifiers of GB/T 36904
ISSUER_PART, USCC_LENGTH = 1, 18


@dataclass(frozen=True)
class Owner:
    """The owner of a certificate. ``code`` is the credit code, empty in a certificate without one."""

    name: str
    code: str
    demo: bool
    kind: KeyKind
    key: PublicKey
    not_before: datetime
    not_after: datetime

    def may_issue(self, identifier: str) -> bool:
        """Whether the issuer segment of a licence identifier is this owner's credit code.

        Identifiers of other kinds pass, as do issuers named by a division code (GB/T 36904 in use has both).
        """
        parts = identifier.removeprefix(IDENTIFIER_ROOT).split(".")
        if not identifier.startswith(IDENTIFIER_ROOT) or len(parts) <= ISSUER_PART:
            return True
        issuer = parts[ISSUER_PART]
        return len(issuer) != USCC_LENGTH or not self.code or issuer == self.code


@lru_cache(maxsize=4096)
def owner_of(certificate: bytes) -> Owner:
    """Read a DER certificate. Raises CertificateUnreadable."""
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        key = parsed.public_key()
        name = _one(parsed.subject, NameOID.COMMON_NAME)
        code = _one(parsed.subject, NameOID.SERIAL_NUMBER)
        demo = is_demo(parsed)
        dates = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise CertificateUnreadable("not an X.509 certificate") from error
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return Owner(name, code, demo, "p256", key, *dates)
    if isinstance(key, rsa.RSAPublicKey) and SMALLEST_RSA <= key.key_size <= LARGEST_RSA:
        return Owner(name, code, demo, "rsa", key, *dates)
    raise CertificateUnreadable("neither a P-256 key nor RSA of 2048 to 4096 bits")


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether the subject carries the mark of the demonstration."""
    held = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(DEMO_MARK in str(attribute.value) for attribute in held)


def key_id(certificate: bytes) -> bytes:
    """The eight bytes that name a certificate where space is short: the head of its SHA-256."""
    return hashlib.sha256(certificate).digest()[:8]


def _one(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    held = name.get_attributes_for_oid(oid)
    return str(held[0].value) if len(held) == 1 else ""
