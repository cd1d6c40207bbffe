"""The status list: which licences are no longer what their paper says, signed, so that it can be kept and passed on.

It names licences by identifier. A paper that is not on it was not reported by ``issued_at``; nothing later is known.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from printing.certificates import CertificateUnreadable, owner_of
from printing.errors import PrintingError
from printing.signing import Signer
from printing.verification.chains import lead_to_root
from printing.verification.reasons import NotGenuine

FORMAT = "chuanyu-status-list-1"
ECDSA = ec.ECDSA(hashes.SHA256())


class StatusListInvalid(PrintingError):
    """The list is damaged, signed by an unknown key, or not a status list."""

    code = "status-list-invalid"


@dataclass(frozen=True)
class StatusList:
    """``licences`` maps identifier → status for every licence that is not plainly valid.

    ``copies`` maps "identifier#label" → ``void``. ``fresh_until`` is when a newer list is due; moments are aware.
    """

    issued_at: datetime
    fresh_until: datetime
    licences: Mapping[str, str]
    copies: Mapping[str, str]


def write_status_list(listed: StatusList, signer: Signer) -> bytes:
    """The list as signed JSON; the same list and key give the same bytes."""
    said = {
        "format": FORMAT,
        "issued_at": listed.issued_at.isoformat(),
        "fresh_until": listed.fresh_until.isoformat(),
        "licences": dict(listed.licences),
        "copies": dict(listed.copies),
    }
    payload = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    envelope = {
        "payload": b64encode(payload).decode(),
        "signature": b64encode(signer.sign(payload)).decode(),
        "certificate": b64encode(signer.certificate).decode(),
    }
    return json.dumps(envelope).encode()


def read_status_list(data: bytes, trust_roots: Sequence[bytes]) -> StatusList:
    """Check and read a list by DER roots. Raises StatusListInvalid."""
    try:
        envelope = {key: b64decode(text, validate=True) for key, text in json.loads(data).items()}
        said = json.loads(envelope["payload"])
        listed = _from_json(said)
        _require_signature(envelope, listed.issued_at, trust_roots)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise StatusListInvalid("not a status list") from error
    except (NotGenuine, CertificateUnreadable, InvalidSignature) as error:
        raise StatusListInvalid("the signature does not hold") from error
    return listed


def _from_json(said: dict[str, Any]) -> StatusList:
    if said["format"] != FORMAT:
        raise ValueError("another format")
    issued_at, fresh_until = _moment(said["issued_at"]), _moment(said["fresh_until"])
    return StatusList(issued_at, fresh_until, dict(said["licences"]), dict(said["copies"]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


def _require_signature(
    envelope: Mapping[str, bytes], at: datetime, trust_roots: Sequence[bytes]
) -> None:
    certificate = envelope["certificate"]
    lead_to_root(certificate, (), trust_roots, at)
    key = owner_of(certificate).key
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("another kind of key")
    key.verify(envelope["signature"], envelope["payload"], ECDSA)
