"""Judging a signature container: its parts are read, and must give the very same container when put together again.

So nothing can hide in it, and no byte of it can change and still pass; the reader itself need not be strict.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, tsp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from printing.certificates import CertificateUnreadable, owner_of
from printing.containers import ContainerTemplate
from printing.signing import has_low_s
from printing.verification.reasons import NotGenuine

SHA256 = hashes.SHA256()
ECDSA = ec.ECDSA(SHA256)
PKCS1 = padding.PKCS1v15()
#: What the ASN.1 reader raises for bytes that are not what they should be.
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    CertificateUnreadable,
)


@dataclass(frozen=True)
class Container:
    """The parts of a container. ``certificate`` is the signer's, ``others`` came with it; all in DER.

    ``signed`` is what the signature covers; ``timestamp`` is a token over the signature, or empty.
    """

    certificate: bytes
    others: tuple[bytes, ...]
    signed: bytes
    digest: bytes
    signature: bytes
    timestamp: bytes


def read_container(data: bytes) -> Container:
    """Take a container apart. Raises NotGenuine unless it is just what a signer of ours makes."""
    try:
        container = _read(data)
        template = ContainerTemplate(container.certificate, container.others)
        again = template.container(container.digest, container.signature, container.timestamp)
    except UNREADABLE as error:
        raise NotGenuine("container-malformed") from error
    if again != data:
        raise NotGenuine("container-malformed")
    return container


def check_container(container: Container, digest: bytes) -> None:
    """Content first, then the signature over its digest. Raises NotGenuine."""
    if container.digest != digest:
        raise NotGenuine("digest-mismatch")
    if not _is_signed(container):
        raise NotGenuine("signature-wrong")


def _is_signed(container: Container) -> bool:
    key = owner_of(container.certificate).key
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(container.signature, container.signed, ECDSA)
            return has_low_s(container.signature)
        key.verify(container.signature, container.signed, PKCS1, SHA256)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(data: bytes) -> Container:
    content = cms.ContentInfo.load(data, strict=True)["content"]
    (signer,) = content["signer_infos"]
    certificates = [each.chosen for each in content["certificates"]]
    own = _own_certificate(signer["sid"].chosen, certificates)
    attributes = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    _require_named(attributes["signing_certificate_v2"], own)
    digest = attributes["message_digest"].native
    others = tuple(each for each in (each.dump() for each in certificates) if each != own)
    return Container(
        certificate=own,
        others=others,
        signed=ContainerTemplate(own, ()).to_be_signed(digest),
        digest=digest,
        signature=signer["signature"].native,
        timestamp=_timestamp(signer["unsigned_attrs"]),
    )


def _own_certificate(named: Any, certificates: list[Any]) -> bytes:
    """The one certificate that the signer's issuer and serial number name."""
    (own,) = (
        each
        for each in certificates
        if each.issuer.dump() == named["issuer"].dump()
        and each.serial_number == named["serial_number"].native
    )
    encoded: bytes = own.dump()
    return encoded


def _require_named(value: Any, certificate: bytes) -> None:
    """The ESS attribute binds the signature to one certificate by its SHA-256 (RFC 5035)."""
    named = tsp.SigningCertificateV2.load(value.dump())["certs"][0]["cert_hash"].native
    if named != hashlib.sha256(certificate).digest():
        raise NotGenuine("certificate-mismatch")


def _timestamp(attributes: Any) -> bytes:
    token: bytes = attributes[0]["values"][0].dump() if attributes else b""
    return token
