"""From a signer's certificate up to a root that is trusted here (RFC 5280, as far as sealing needs it)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from printing.certificates import is_demo
from printing.errors import PrintingError
from printing.verification.reasons import NotGenuine

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
LONGEST_CHAIN = 6
Kind = TypeVar("Kind", bound=x509.ExtensionType)
KNOWN_CRITICAL = {
    x509.BasicConstraints.oid, x509.KeyUsage.oid, x509.ExtendedKeyUsage.oid, x509.CertificatePolicies.oid,
}  # fmt: skip
UNREADABLE = (
    ValueError, TypeError, UnsupportedAlgorithm,
    x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip


class TrustRootsUnreadable(PrintingError):
    """A file of trust roots holds no certificate, or a damaged one."""

    code = "trust-roots-unreadable"


@dataclass(frozen=True)
class Trusted:
    """The root a signer leads to; ``demo`` tells that it is one of a demonstration."""

    root: bytes
    demo: bool


def read_pem(data: bytes) -> tuple[bytes, ...]:
    """The DER certificates of a PEM file. Raises TrustRootsUnreadable."""
    try:
        found = tuple(b64decode(match[1], validate=False) for match in PEM.finditer(data))
        for each in found:
            x509.load_der_x509_certificate(each)
    except ValueError as error:
        raise TrustRootsUnreadable("a certificate in the file is damaged") from error
    if not found:
        raise TrustRootsUnreadable("the file holds no certificate")
    return found


def lead_to_root(
    signer: bytes,
    others: Sequence[bytes],
    roots: Sequence[bytes],
    at: datetime,
    *,
    purpose: str = "signing",
) -> Trusted:
    """Follow a certificate up to one of ``roots``; everything on the way must be valid at that moment.

    ``others`` must all stand on the way: nothing unproved travels with a genuine paper. ``purpose`` is ``signing``
    or ``timestamping``. Raises NotGenuine.
    """
    try:
        return _climb(signer, list(others), roots, at, purpose)
    except UNREADABLE as error:
        raise NotGenuine("container-malformed") from error


def _climb(
    signer: bytes, others: list[bytes], roots: Sequence[bytes], at: datetime, purpose: str
) -> Trusted:
    trusted = {each: x509.load_der_x509_certificate(each) for each in roots}
    pool = {each: x509.load_der_x509_certificate(each) for each in others}
    current = x509.load_der_x509_certificate(signer)
    _require_purpose(current, purpose)
    for below in range(LONGEST_CHAIN):
        _require_valid(current, at)
        root = _issuer_among(current, trusted, below)
        if root is not None:
            pool.pop(root, None)
            return _arrive(root, trusted[root], pool, at)
        above = _issuer_among(current, pool, below)
        if above is None:
            raise NotGenuine("signer-unknown")
        current = pool.pop(above)
    raise NotGenuine("signer-unknown")


def _arrive(
    root: bytes, certificate: x509.Certificate, unused: dict[bytes, x509.Certificate], at: datetime
) -> Trusted:
    _require_valid(certificate, at)
    if unused:
        raise NotGenuine("container-malformed")
    return Trusted(root, is_demo(certificate))


def _issuer_among(
    certificate: x509.Certificate, candidates: dict[bytes, x509.Certificate], below: int
) -> bytes | None:
    """The candidate that issued the certificate and may have; ``below`` authorities stand under it already."""
    for encoded, candidate in candidates.items():
        if _is_authority(candidate, below) and _has_issued(candidate, certificate):
            return encoded
    return None


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _is_authority(certificate: x509.Certificate, below: int) -> bool:
    basic = _extension(certificate, x509.BasicConstraints)
    usage = _extension(certificate, x509.KeyUsage)
    if basic is None or not basic.ca or usage is None or not usage.key_cert_sign:
        return False
    return basic.path_length is None or basic.path_length >= below


def _require_valid(certificate: x509.Certificate, at: datetime) -> None:
    if any(each.critical and each.oid not in KNOWN_CRITICAL for each in certificate.extensions):
        raise NotGenuine("signer-unknown")
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise NotGenuine("certificate-not-valid-then")


def _require_purpose(certificate: x509.Certificate, purpose: str) -> None:
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise NotGenuine("signer-unknown")
    if purpose == "timestamping":
        extended = _extension(certificate, x509.ExtendedKeyUsage)
        if extended is None or list(extended) != [ExtendedKeyUsageOID.TIME_STAMPING]:
            raise NotGenuine("timestamp-wrong")


def _extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
