"""Judging a signature container: strict in form, so that no byte of it can change and still pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, tsp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from printing.certificates import CertificateUnreadable, owner_of
from printing.der import CONTEXT_0, SET, is_strict
from printing.signing import has_low_s
from printing.verification.reasons import NotGenuine

SHA256 = hashes.SHA256()
ECDSA = ec.ECDSA(SHA256)
PKCS1 = padding.PKCS1v15()
ATTRIBUTES = {"content_type", "message_digest", "signing_certificate_v2"}
ALGORITHMS = {"p256": ("sha256_ecdsa", False), "rsa": ("sha256_rsa", True)}
#: What the ASN.1 reader raises for bytes that are DER but not what they should be.
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True)
class Container:
    """A container whose form is sound. ``certificate`` is the signer's, ``others`` came with it; all DER."""

    certificate: bytes
    others: tuple[bytes, ...]
    signed: bytes
    digest: bytes
    signature: bytes
    timestamp: bytes | None


def read_container(data: bytes) -> Container:
    """Take a container apart. Raises NotGenuine for anything that a paper of ours does not have."""
    if not is_strict(data):
        raise NotGenuine("container-malformed")
    try:
        return _read(data)
    except UNREADABLE as error:
        raise NotGenuine("container-malformed") from error


def check_container(container: Container, digest: bytes) -> None:
    """Content first, then the signature over its digest. Raises NotGenuine."""
    if container.digest != digest:
        raise NotGenuine("digest-mismatch")
    if not _is_signed(container):
        raise NotGenuine("signature-wrong")


def _is_signed(container: Container) -> bool:
    try:
        owner = owner_of(container.certificate)
        if isinstance(owner.key, ec.EllipticCurvePublicKey):
            owner.key.verify(container.signature, container.signed, ECDSA)
            return has_low_s(container.signature)
        owner.key.verify(container.signature, container.signed, PKCS1, SHA256)
    except (InvalidSignature, CertificateUnreadable, ValueError):
        return False
    return True


def _read(data: bytes) -> Container:
    info = cms.ContentInfo.load(data, strict=True)
    _require(info["content_type"].native == "signed_data")
    content = info["content"]
    _require(content["version"].native == "v1" and len(content["signer_infos"]) == 1)
    _require([each["algorithm"].native for each in content["digest_algorithms"]] == ["sha256"])
    _require(_is_bare(content["digest_algorithms"][0]) and _is_detached(content))
    _require(not content["crls"])
    signer = content["signer_infos"][0]
    certificates = [_certificate(each) for each in content["certificates"]]
    own = _own_certificate(signer, certificates)
    others = [each.dump() for each in certificates if each is not own]
    return _signed(signer, own.dump(), tuple(others))


def _signed(signer: Any, certificate: bytes, others: tuple[bytes, ...]) -> Container:
    _require(signer["version"].native == "v1")
    _require(
        signer["digest_algorithm"]["algorithm"].native == "sha256"
        and _is_bare(signer["digest_algorithm"])
    )
    _require_algorithm(signer["signature_algorithm"], certificate)
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    _require(set(attributes) == ATTRIBUTES and len(signer["signed_attrs"]) == len(ATTRIBUTES))
    _require(all(len(values) == 1 for values in attributes.values()))
    _require(attributes["content_type"][0].native == "data")
    _require_named(attributes["signing_certificate_v2"][0], certificate)
    encoded = signer["signed_attrs"].dump()
    _require(encoded[0] == CONTEXT_0)
    return Container(
        certificate=certificate,
        others=others,
        signed=bytes((SET,)) + encoded[1:],
        digest=attributes["message_digest"][0].native,
        signature=signer["signature"].native,
        timestamp=_timestamp(signer["unsigned_attrs"]),
    )


def _own_certificate(signer: Any, certificates: list[Any]) -> Any:
    """The certificate that issuer and serial number of the signer name; no certificate may stand there twice."""
    _require(signer["sid"].name == "issuer_and_serial_number")
    named = signer["sid"].chosen
    own = [
        each
        for each in certificates
        if each.issuer.dump() == named["issuer"].dump()
        and each.serial_number == named["serial_number"].native
    ]
    _require(len(own) == 1 and len({each.dump() for each in certificates}) == len(certificates))
    return own[0]


def _require_named(value: Any, certificate: bytes) -> None:
    """The ESS attribute binds the signature to one certificate by its SHA-256 (RFC 5035)."""
    named = tsp.SigningCertificateV2.load(value.dump())["certs"]
    _require(len(named) == 1 and named[0]["hash_algorithm"]["algorithm"].native == "sha256")
    if named[0]["cert_hash"].native != hashlib.sha256(certificate).digest():
        raise NotGenuine("certificate-mismatch")


def _require_algorithm(used: Any, certificate: bytes) -> None:
    try:
        name, with_null = ALGORITHMS[owner_of(certificate).kind]
    except CertificateUnreadable as error:
        raise NotGenuine("container-malformed") from error
    _require(used["algorithm"].native == name)
    _require(len(used.contents) == len(used["algorithm"].dump()) + (2 if with_null else 0))


def _timestamp(attributes: Any) -> bytes | None:
    if not attributes:
        _require(not attributes.dump())
        return None
    _require(len(attributes) == 1 and attributes[0]["type"].native == "signature_time_stamp_token")
    _require(len(attributes[0]["values"]) == 1)
    token: bytes = attributes[0]["values"][0].dump()
    return token


def _certificate(choice: Any) -> Any:
    _require(choice.name == "certificate")
    return choice.chosen


def _is_bare(algorithm: Any) -> bool:
    """Whether an algorithm stands without parameters, as SHA-256 is written."""
    return len(algorithm.contents) == len(algorithm["algorithm"].dump())


def _is_detached(content: Any) -> bool:
    inner = content["encap_content_info"]
    return inner["content_type"].native == "data" and len(inner.contents) == len(
        inner["content_type"].dump()
    )


def _require(condition: bool) -> None:
    if not condition:
        raise NotGenuine("container-malformed")
