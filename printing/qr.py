"""The code printed on a licence: what the paper says, signed, small enough to be scanned, judged without a network.

The text is ``CY1:`` and the base 45 of a COSE_Sign1 (RFC 9052) with ES256; docs/adr/0003-qr-payload.md argues the
form. The issuer is not in the payload: whoever holds the published certificate learns it from there, so that no
authority can sign in another's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from printing import base45
from printing.certificates import IDENTIFIER_ROOT, Owner, key_id, owner_of
from printing.errors import PrintingError
from printing.signing import P256_ORDER, Signer, canonical_signature

PREFIX = "CY1:"
LONGEST = 350
SIGNATURE_SIZE = 64
ALGORITHM, KEY_ID, ES256 = 1, 4, -7
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = 0xFFFF
PACKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ."
ELLIPSIS = "…"
#: What is left of a long holder at least, before the payload is refused.
SHORTEST_HOLDER = 8
ECDSA = ec.ECDSA(hashes.SHA256())


class QrRefused(PrintingError):
    """No code can be made: wrong kind of key, another issuer than the key's owner, or too much to say."""

    code = "qr-refused"


class QrInvalid(PrintingError):
    """A code is not genuine.

    ``reason`` is ``not-ours``, ``malformed``, ``unknown-key``, ``signature`` or ``issuer``.
    """

    code = "qr-invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the code is not genuine: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class LicencePayload:
    """What the code says. ``holder`` is masked by the caller if it is a person; dates are of 2000 to 2179.

    A holder that is too long for the code comes back with its middle replaced by ``…``; identifier and registry have
    the full one.
    """

    identifier: str
    holder: str
    licence_name: str
    issuer: str
    issued_on: date
    expires_on: date | None
    copy_label: str


class KeySet(Mapping[bytes, Owner]):
    """Published certificates by their key id. Whoever hands them over vouches that they lead to a trusted root."""

    def __init__(self, certificates: Iterable[bytes]) -> None:
        """Take DER certificates. Raises CertificateUnreadable."""
        self._owners = {key_id(each): owner_of(each) for each in certificates}

    def __getitem__(self, key: bytes) -> Owner:
        return self._owners[key]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)


def encode(payload: LicencePayload, signer: Signer) -> str:
    """The text of the code, at most 350 characters of the alphanumeric mode. Raises QrRefused or SigningFailed."""
    owner = owner_of(signer.certificate)
    if owner.kind != "p256":
        raise QrRefused("a code is signed with a P-256 key; signatures of other kinds are too long")
    if payload.issuer != owner.name or not owner.may_issue(payload.identifier):
        raise QrRefused(f"the key belongs to {owner.name}, not to the issuer {payload.issuer}")
    protected = cbor2.dumps({ALGORITHM: ES256, KEY_ID: key_id(signer.certificate)})
    for shortened in _shortenings(payload):
        body = cbor2.dumps(_to_claims(shortened))
        blank = _wrap(protected, body, bytes(SIGNATURE_SIZE))
        if len(PREFIX) + base45.length(len(blank)) <= LONGEST:
            signed = _wrap(protected, body, _sign(signer, protected, body))
            return PREFIX + base45.encode(signed)
    raise QrRefused(
        f"the code would have more than {LONGEST} characters even with a shortened holder"
    )


def decode(text: str, keys: Mapping[bytes, Owner]) -> LicencePayload:
    """What a genuine code says. Ends of lines and white space around the text are overlooked. Raises QrInvalid."""
    protected, body, signature = _unwrap(_in_one_line(text))
    owner = _signer(protected, keys)
    if not _is_signed(owner, protected, body, signature):
        raise QrInvalid("signature")
    payload = _from_claims(_load(body), owner)
    if not owner.may_issue(payload.identifier):
        raise QrInvalid("issuer")
    return payload


def owner_of_code(text: str, keys: Mapping[bytes, Owner]) -> Owner:
    """Whose key a code names; whether it is genuine only ``decode`` tells. Raises QrInvalid."""
    protected, _, _ = _unwrap(_in_one_line(text))
    return _signer(protected, keys)


def _sign(signer: Signer, protected: bytes, body: bytes) -> bytes:
    r, s = decode_dss_signature(canonical_signature(signer, _to_be_signed(protected, body)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _is_signed(owner: Owner, protected: bytes, body: bytes, signature: bytes) -> bool:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not isinstance(owner.key, ec.EllipticCurvePublicKey) or s > P256_ORDER // 2:
        return False
    try:
        owner.key.verify(encode_dss_signature(r, s), _to_be_signed(protected, body), ECDSA)
    except InvalidSignature:
        return False
    return True


def _to_be_signed(protected: bytes, body: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", body])


def _wrap(protected: bytes, body: bytes, signature: bytes) -> bytes:
    return cbor2.dumps([protected, {}, body, signature])


def _in_one_line(text: str) -> str:
    """The text as it was scanned: spaces within belong to it (RFC 9285), and no code ends with one."""
    return "".join(text.splitlines()).strip()


def _unwrap(text: str) -> tuple[bytes, bytes, bytes]:
    if not text.startswith(PREFIX):
        raise QrInvalid("not-ours")
    if len(text) > LONGEST:
        raise QrInvalid("malformed")
    try:
        parts = _load(base45.decode(text[len(PREFIX) :]))
    except ValueError as error:
        raise QrInvalid("malformed") from error
    match parts:
        case [bytes() as protected, {**rest}, bytes() as body, bytes() as signature]:
            if not rest and len(signature) == SIGNATURE_SIZE:
                return protected, body, signature
    raise QrInvalid("malformed")


def _signer(protected: bytes, keys: Mapping[bytes, Owner]) -> Owner:
    match _load(protected):
        case {1: -7, 4: bytes() as key, **rest} if not rest:
            if key not in keys:
                raise QrInvalid("unknown-key")
            return keys[key]
    raise QrInvalid("malformed")


def _load(data: bytes) -> Any:
    """One CBOR value that fills ``data``, written in the shortest form."""
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(stream).decode()
        if cbor2.dumps(value) == data:
            return value
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise QrInvalid("malformed") from error
    raise QrInvalid("malformed")


def _to_claims(payload: LicencePayload) -> list[object]:
    return [
        _pack_identifier(payload.identifier),
        _pack_text(payload.holder),
        _pack_text(payload.licence_name),
        _pack_day(payload.issued_on),
        None if payload.expires_on is None else _pack_day(payload.expires_on),
        _pack_text(payload.copy_label),
    ]


def _from_claims(claims: Any, owner: Owner) -> LicencePayload:
    match claims:
        case [
            identifier,
            holder,
            licence_name,
            int() as issued,
            (int() | None) as expires,
            copy_label,
        ]:
            return LicencePayload(
                identifier=_unpack_identifier(identifier),
                holder=_unpack_text(holder),
                licence_name=_unpack_text(licence_name),
                issuer=owner.name,
                issued_on=_unpack_day(issued),
                expires_on=None if expires is None else _unpack_day(expires),
                copy_label=_unpack_text(copy_label),
            )
    raise QrInvalid("malformed")


def _shortenings(payload: LicencePayload) -> Iterator[LicencePayload]:
    """The payload, then with ever more of the holder's middle left out."""
    yield payload
    holder = payload.holder
    for kept in range(len(holder) - 2, SHORTEST_HOLDER - 1, -1):
        head = (kept + 1) // 2
        yield replace(
            payload, holder=holder[:head] + ELLIPSIS + holder[len(holder) - kept + head :]
        )


def _pack_identifier(identifier: str) -> bytes | str:
    """Two thirds of the length for an identifier of GB/T 36904: its root is known, the rest counts to base 37."""
    rest = identifier.removeprefix(IDENTIFIER_ROOT)
    if rest == identifier or not rest or not set(rest) <= set(PACKED):
        return identifier
    number = 1
    for character in rest:
        number = number * len(PACKED) + PACKED.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _unpack_identifier(packed: object) -> str:
    if isinstance(packed, str):
        return packed
    if not isinstance(packed, bytes):
        raise QrInvalid("malformed")
    number, characters = int.from_bytes(packed, "big"), []
    while number > 1:
        number, value = divmod(number, len(PACKED))
        characters.append(PACKED[value])
    return IDENTIFIER_ROOT + "".join(reversed(characters))


def _pack_text(text: str) -> bytes | str:
    """UTF-8 as a text, or UTF-16 as bytes where that is shorter, as with Chinese."""
    wide = text.encode("utf-16-be")
    return wide if len(wide) < len(text.encode()) else text


def _unpack_text(packed: object) -> str:
    if isinstance(packed, str):
        return packed
    if not isinstance(packed, bytes):
        raise QrInvalid("malformed")
    try:
        return packed.decode("utf-16-be")
    except UnicodeDecodeError as error:
        raise QrInvalid("malformed") from error


def _pack_day(day: date) -> int:
    days = (day - FIRST_DAY).days
    if not 0 <= days <= LAST_DAY:
        raise QrRefused(f"{day} is not a date that the code can carry")
    return days


def _unpack_day(days: int) -> date:
    if isinstance(days, bool) or not 0 <= days <= LAST_DAY:
        raise QrInvalid("malformed")
    return FIRST_DAY + timedelta(days=days)
