"""Where the provincial seal platform connects: a digest goes out, the container of a statutory seal comes in.

The platform seals files in OFD by GB/T 38540; what it answers is an SES_Signature. Nothing of it is made here: this
port hands over the digest of the finished file, reads the answer just far enough to know that it is about that file,
and keeps it beside the file. The seal that stands in our PDF is a sound signature and a demonstration, and no statutory
electronic seal (国办发〔2025〕33号).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from asn1crypto import core

from printing.errors import PrintingError


class SealServiceFailed(PrintingError):
    """The seal platform did not answer, refused, or sealed something else than it was given."""

    code = "seal-service-failed"


@dataclass(frozen=True)
class SealRequest:
    """What the platform learns: whose seal, for which paper, and the digest of the file. Never the file itself."""

    authority_code: str
    document_number: str
    digest: bytes


class SealService(Protocol):
    """A seal platform. ``algorithm`` is the name of the digest it wants, as ``hashlib.new`` knows it (sm3)."""

    @property
    def algorithm(self) -> str: ...

    def container(self, request: SealRequest) -> bytes:
        """The DER of an SES_Signature over the digest. Raises SealServiceFailed."""
        ...


class TbsSign(core.Sequence):
    """What the platform signed (GB/T 38540-2020, TBS_Sign)."""

    _fields = [
        ("version", core.Integer),
        ("eseal", core.Any),
        ("time_info", core.GeneralizedTime),
        ("data_hash", core.OctetBitString),
        ("property_info", core.IA5String),
        ("ext_datas", core.Any, {"explicit": 0, "optional": True}),
    ]


class SesSignature(core.Sequence):
    """The container of an electronic seal (GB/T 38540-2020, SES_Signature)."""

    _fields = [
        ("to_sign", TbsSign),
        ("certificate", core.OctetString),
        ("signature_algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("timestamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]


def sealed_by(service: SealService, request: SealRequest) -> bytes:
    """The platform's container, once it is known to be about the very digest. Raises SealServiceFailed."""
    answer = service.container(request)
    try:
        said = SesSignature.load(answer, strict=True)["to_sign"]["data_hash"].native
    except (ValueError, TypeError, KeyError) as error:
        raise SealServiceFailed("the answer is no SES_Signature") from error
    if said != request.digest:
        raise SealServiceFailed("the container is about another file")
    return answer
