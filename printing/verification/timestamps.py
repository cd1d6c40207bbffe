"""Judging a timestamp on a signature (RFC 3161): whose it is, what it covers, when it was made.

The token is another's work: its form is checked as far as it is signed, and nothing may ride along unsigned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import cms
from asn1crypto import tsp as _  # noqa: F401 - tells the CMS reader of timestamps and ESS attributes
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from printing.verification.chains import lead_to_root
from printing.verification.reasons import NotGenuine

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
#: How the signature's algorithm may be named beside each hash.
ALGORITHMS = {name: ("rsassa_pkcs1v15", f"{name}_rsa", f"{name}_ecdsa") for name in HASHES}
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    UnsupportedAlgorithm,
)
ESS = ("signing_certificate_v2", "signing_certificate")


def check_timestamp(token: bytes, signature: bytes, roots: Sequence[bytes]) -> datetime:
    """The moment a token proves for a signature. Raises NotGenuine if it proves none."""
    try:
        return _check(token, signature, roots)
    except (NotGenuine, InvalidSignature, *UNREADABLE) as error:
        raise NotGenuine("timestamp-wrong") from error


def _check(token: bytes, signature: bytes, roots: Sequence[bytes]) -> datetime:
    info = cms.ContentInfo.load(token, strict=True)
    content = info["content"]
    (signer,) = content["signer_infos"]
    _require_plain(content, signer)
    certificates = [each.chosen.dump() for each in content["certificates"]]
    own = _signer_certificate(signer["sid"].chosen, content["certificates"])
    stamped = content["encap_content_info"]
    _require(stamped["content_type"].native == "tst_info")
    _require_signed(signer, stamped["content"].contents, own)
    said = stamped["content"].parsed
    _require(said["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256")
    _require(said["message_imprint"]["hashed_message"].native == hashlib.sha256(signature).digest())
    moment: datetime = said["gen_time"].native
    others = [each for each in certificates if each != own]
    lead_to_root(own, others, roots, moment, purpose="timestamping")
    _require(info.dump(force=True) == token)
    return moment


def _require_plain(content: Any, signer: Any) -> None:
    """What no signature covers says what it must and nothing more."""
    _require(not content["crls"] and not signer["unsigned_attrs"])
    _require((content["version"].native, signer["version"].native) == ("v3", "v1"))
    (named,) = content["digest_algorithms"]
    _require(named.dump() == signer["digest_algorithm"].dump())


def _require_signed(signer: Any, content: bytes, certificate: bytes) -> None:
    """The authority's key signed attributes that name the content and the certificate."""
    name = signer["digest_algorithm"]["algorithm"].native
    attributes = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    _require(attributes["content_type"].native == "tst_info")
    _require(attributes["message_digest"].native == hashlib.new(name, content).digest())
    _require_named(attributes, certificate)
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    _require(signer["signature_algorithm"]["algorithm"].native in ALGORITHMS[name])
    _verify(certificate, signer["signature"].native, signed, HASHES[name])


def _verify(
    certificate: bytes, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(algorithm))
    else:
        raise NotGenuine("timestamp-wrong")


def _require_named(attributes: dict[str, Any], certificate: bytes) -> None:
    kind = ESS[0] if ESS[0] in attributes else ESS[1]
    named = attributes[kind]["certs"][0]
    name = "sha1" if kind == "signing_certificate" else named["hash_algorithm"]["algorithm"].native
    _require(named["cert_hash"].native == hashlib.new(name, certificate).digest())


def _signer_certificate(named: Any, certificates: Any) -> bytes:
    (own,) = (
        each.chosen
        for each in certificates
        if each.chosen.issuer.dump() == named["issuer"].dump()
        and each.chosen.serial_number == named["serial_number"].native
    )
    encoded: bytes = own.dump()
    return encoded


def _require(condition: bool) -> None:
    if not condition:
        raise NotGenuine("timestamp-wrong")
