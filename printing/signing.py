"""Signing a prepared PDF: who can sign, and how the signature gets into its gap.

A ``Signer`` is a key with its certificate, wherever the key lives. The page is finished before it comes here; only
the bytes of the gap change.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import pkcs12

from printing.certificates import owner_of
from printing.containers import template_for
from printing.documents import PreparedPdf
from printing.errors import PrintingError

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SHA256 = hashes.SHA256()
DETERMINISTIC = ec.ECDSA(SHA256, deterministic_signing=True)
PKCS1 = padding.PKCS1v15()

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SigningFailed(PrintingError):
    """The signature could not be made or does not fit; the message has the numbers."""

    code = "signing-failed"


class KeyFileUnreadable(PrintingError):
    """A key file is damaged, its password is wrong, or its key does not belong to its certificate."""

    code = "key-file-unreadable"


class Signer(Protocol):
    """A key that can sign, with its certificate. P-256 or RSA of 2048 to 4096 bits, always with SHA-256.

    ``certificate`` is DER, ``chain`` the DER certificates above it without the trust root.
    """

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data``: DER of r and s for P-256, PKCS#1 v1.5 for RSA. Raises SigningFailed."""
        ...


class TimestampAuthority(Protocol):
    """Tells when a signature existed at the latest (RFC 3161)."""

    def token(self, digest: bytes) -> bytes:
        """A DER timestamp token over a SHA-256 digest. Raises SigningFailed."""
        ...


@dataclass(frozen=True)
class SignedPdf:
    """The finished file, and the container in it: prepared bytes and container give the file again without a key."""

    data: bytes
    container: bytes


class SoftwareSigner:
    """A key held in this process. The same data gives the same signature (RFC 6979)."""

    def __init__(self, key: PrivateKey, certificate: bytes, chain: tuple[bytes, ...] = ()) -> None:
        """Raises KeyFileUnreadable if the key is not the one the certificate names."""
        if owner_of(certificate).key != key.public_key():
            raise KeyFileUnreadable("the key does not belong to the certificate")
        self.certificate, self.chain = certificate, chain
        self._key = key

    @classmethod
    def from_pkcs12(cls, source: bytes | Path, password: str) -> SoftwareSigner:
        """Read a PKCS#12 file or its bytes; self-signed certificates are left out of the chain.

        Raises KeyFileUnreadable; the message never repeats the password.
        """
        data = source if isinstance(source, bytes) else source.read_bytes()
        try:
            held = pkcs12.load_pkcs12(data, password.encode())
        except ValueError as error:
            raise KeyFileUnreadable("damaged key file or wrong password") from error
        if held.cert is None or not isinstance(held.key, PrivateKey):
            raise KeyFileUnreadable("the file lacks a certificate or a key of a known kind")
        above = [extra.certificate for extra in held.additional_certs]
        chain = tuple(_der(each) for each in above if each.issuer != each.subject)
        return cls(held.key, _der(held.cert.certificate), chain)

    def sign(self, data: bytes) -> bytes:
        """As ``Signer.sign``; never raises for a key that was accepted."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, DETERMINISTIC)
        return self._key.sign(data, PKCS1, SHA256)


def sign_pdf(
    prepared: PreparedPdf, signer: Signer, timestamps: TimestampAuthority | None = None
) -> SignedPdf:
    """Sign everything but the gap (PAdES B-B, with ``timestamps`` B-T) and fill the gap.

    Raises SigningFailed if there is no gap or the container is larger than it; CertificateUnreadable.
    """
    template = template_for(signer.certificate, signer.chain)
    digest = _digest_around(prepared)
    signature = canonical_signature(signer, template.to_be_signed(digest))
    token = timestamps.token(hashlib.sha256(signature).digest()) if timestamps else b""
    container = template.container(digest, signature, token)
    return SignedPdf(insert(prepared, container), container)


def insert(prepared: PreparedPdf, container: bytes) -> bytes:
    """The file with this container in its gap; the rest of the gap stays zero. Raises SigningFailed."""
    start, end = prepared.gap
    room = end - start - 2
    text = container.hex().encode()
    if len(text) > room:
        raise SigningFailed(
            f"the container has {len(container)} bytes, the document has room for {max(room, 0) // 2}"
        )
    return b"".join((prepared.data[: start + 1], text.ljust(room, b"0"), prepared.data[end - 1 :]))


def canonical_signature(signer: Signer, data: bytes) -> bytes:
    """The signer's signature in the one form that is accepted: of the two ECDSA signatures the one with the lower s.

    Either would verify; with one form ruled out no byte of a signed file can change and still pass.
    """
    signature = signer.sign(data)
    if owner_of(signer.certificate).kind == "rsa":
        return signature
    r, s = decode_dss_signature(signature)
    return signature if s <= P256_ORDER // 2 else encode_dss_signature(r, P256_ORDER - s)


def has_low_s(signature: bytes) -> bool:
    """Whether a DER signature has the lower s. Raises ValueError if it is no signature."""
    return decode_dss_signature(signature)[1] <= P256_ORDER // 2


def _digest_around(prepared: PreparedPdf) -> bytes:
    start, end = prepared.gap
    if end - start < 2:
        raise SigningFailed("the document has no signature field")
    view = memoryview(prepared.data)
    digest = hashlib.sha256(view[:start])
    digest.update(view[end:])
    return digest.digest()


def _der(certificate: object) -> bytes:
    encoded: bytes = certificate.public_bytes(serialization.Encoding.DER)  # type: ignore[attr-defined]
    return encoded
