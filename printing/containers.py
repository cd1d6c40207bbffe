"""The signature container of a PDF: CMS SignedData of the PAdES baseline, built from prepared DER.

Signed attributes are content-type, message-digest and ESS signing-certificate-v2. There is no signing-time: in PAdES
the time stands in the signature dictionary (ETSI EN 319 142-1). All but digest and signature is the same for every
document of a signer, so it is encoded once and the rest is concatenation.
"""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache

from asn1crypto import x509

from printing.certificates import KeyKind, owner_of
from printing.der import CONTEXT_0, CONTEXT_1, INTEGER, NULL, OCTETS, OID, SEQUENCE, SET, tlv

DIGEST_SIZE = 32

DATA = tlv(OID, bytes.fromhex("2a864886f70d010701"))
SIGNED_DATA = tlv(OID, bytes.fromhex("2a864886f70d010702"))
CONTENT_TYPE = tlv(OID, bytes.fromhex("2a864886f70d010903"))
MESSAGE_DIGEST = tlv(OID, bytes.fromhex("2a864886f70d010904"))
SIGNING_CERTIFICATE_V2 = tlv(OID, bytes.fromhex("2a864886f70d010910022f"))
TIMESTAMP_TOKEN = tlv(OID, bytes.fromhex("2a864886f70d010910020e"))
SHA256 = tlv(SEQUENCE, tlv(OID, bytes.fromhex("608648016503040201")))
SIGNATURE_ALGORITHMS: dict[KeyKind, bytes] = {
    "p256": tlv(SEQUENCE, tlv(OID, bytes.fromhex("2a8648ce3d040302"))),
    "rsa": tlv(SEQUENCE, tlv(OID, bytes.fromhex("2a864886f70d01010b")), tlv(NULL)),
}
VERSION_1 = tlv(INTEGER, b"\x01")


class ContainerTemplate:
    """Everything of a signer's containers that does not change. ``chain`` are the certificates above the signer's."""

    def __init__(self, certificate: bytes, chain: tuple[bytes, ...]) -> None:
        signer = x509.Certificate.load(certificate)
        self._certificates = tlv(CONTEXT_0, *sorted((certificate, *chain)))
        self._signer = tlv(
            SEQUENCE, signer.issuer.dump(), signer["tbs_certificate"]["serial_number"].dump()
        )
        self._algorithm = SIGNATURE_ALGORITHMS[owner_of(certificate).kind]
        before, after = _attributes(certificate).split(bytes(DIGEST_SIZE))
        size = len(before) + DIGEST_SIZE + len(after)
        self._before, self._after = before, after
        self._set_header = tlv(SET, bytes(size))[:-size]
        self._frame = cache(self._make_frame)

    def to_be_signed(self, digest: bytes) -> bytes:
        """The signed attributes as the signature covers them; ``digest`` is the SHA-256 of the covered bytes."""
        return self._set_header + self._before + digest + self._after

    def container(self, digest: bytes, signature: bytes, timestamp: bytes = b"") -> bytes:
        """The finished container; ``timestamp`` is a token of RFC 3161 over the signature, or empty."""
        unsigned = _timestamp_attribute(timestamp) if timestamp else b""
        head, middle = self._frame(len(signature), len(unsigned))
        return b"".join((head, self._before, digest, self._after, middle, signature, unsigned))

    def _make_frame(self, signature_size: int, unsigned_size: int) -> tuple[bytes, bytes]:
        """What stands before the signed attributes, and between them and a signature of that size."""
        attributes = self._before + bytes(DIGEST_SIZE) + self._after
        blank = tlv(OCTETS, bytes(signature_size))
        middle = self._algorithm + blank[: len(blank) - signature_size]
        info = tlv(
            SEQUENCE, VERSION_1, self._signer, SHA256, tlv(CONTEXT_0, attributes),
            self._algorithm, blank, bytes(unsigned_size),
        )  # fmt: skip
        content = tlv(
            SEQUENCE,
            VERSION_1,
            tlv(SET, SHA256),
            tlv(SEQUENCE, DATA),
            self._certificates,
            tlv(SET, info),
        )
        whole = tlv(SEQUENCE, SIGNED_DATA, tlv(CONTEXT_0, content))
        rest = len(attributes) + len(middle) + signature_size + unsigned_size
        return whole[:-rest], middle


@lru_cache(maxsize=1024)
def template_for(certificate: bytes, chain: tuple[bytes, ...]) -> ContainerTemplate:
    """The prepared template of a signer. Raises CertificateUnreadable."""
    return ContainerTemplate(certificate, chain)


def _attributes(certificate: bytes) -> bytes:
    """The signed attributes with zeros for the digest, in the order DER asks of a SET OF."""
    ess = tlv(SEQUENCE, tlv(OCTETS, hashlib.sha256(certificate).digest()))
    return b"".join(
        sorted(
            (
                tlv(SEQUENCE, CONTENT_TYPE, tlv(SET, DATA)),
                tlv(SEQUENCE, MESSAGE_DIGEST, tlv(SET, tlv(OCTETS, bytes(DIGEST_SIZE)))),
                tlv(SEQUENCE, SIGNING_CERTIFICATE_V2, tlv(SET, tlv(SEQUENCE, tlv(SEQUENCE, ess)))),
            )
        )
    )


def _timestamp_attribute(token: bytes) -> bytes:
    return tlv(CONTEXT_1, tlv(SEQUENCE, TIMESTAMP_TOKEN, tlv(SET, token)))
