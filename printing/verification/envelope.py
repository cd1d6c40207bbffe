"""Where the signature lies in a PDF, and whether it covers all of it.

The file is read as its signer wrote it: one revision, one signature dictionary in plain sight. Whatever was added
or moved later shows as bytes that the signature does not cover.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from html import unescape

from printing.verification.reasons import NotGenuine

RANGE = re.compile(
    rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s{0,64}\]"
)
HEX = re.compile(rb"(?:[0-9a-f]{2}){64,}")
END = re.compile(rb"\sstartxref\s+\d{1,10}\s+%%EOF\s{0,2}\Z")
OBJECT = re.compile(rb"(?:\A|\s)(\d{1,10}) 0 obj\b")
FORM = re.compile(rb"/SubFilter\s{0,8}/ETSI\.CAdES\.detached\b")
NO_CHANGES = re.compile(rb"/TransformMethod\s{0,8}/DocMDP\b[^\[\]]{0,200}?/P 1\b")
CERTIFIED = re.compile(rb"/Perms\s{0,8}<<\s{0,8}/DocMDP (\d{1,10}) 0 R\s{0,8}>>")
MOMENT = re.compile(rb"/M \(D:(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)\)")
NAME = re.compile(rb"/Name <FEFF((?:[0-9A-F]{4}){1,128})>")
IDENTIFIER = re.compile(rb"<dc:identifier>([^<>]{1,200})</dc:identifier>")
#: How far before /ByteRange its dictionary may begin.
REACH = 4096


@dataclass(frozen=True)
class Envelope:
    """What the file itself says, none of it proved yet. ``digest`` is the SHA-256 of all that is covered."""

    container: bytes
    digest: bytes
    signed_at: datetime
    seal_owner: str | None
    identifier: str | None


def open_envelope(data: bytes) -> Envelope:
    """Find the one signature of a file. Raises NotGenuine."""
    if not data.startswith(b"%PDF-"):
        raise NotGenuine("not-a-pdf")
    start, end, at = _gap(data)
    before, dictionary = _dictionary(data, start, end, at)
    _require_certified(data, before, dictionary)
    covered = hashlib.sha256(data[:start])
    covered.update(data[end:])
    return Envelope(
        container=_container(data[start + 1 : end - 1]),
        digest=covered.digest(),
        signed_at=_moment(dictionary),
        seal_owner=_seal_owner(dictionary),
        identifier=_identifier(data),
    )


def _gap(data: bytes) -> tuple[int, int, int]:
    """Beginning and end of /Contents with its brackets, and where /ByteRange stands."""
    places = [match.start() for match in re.finditer(rb"/ByteRange\b", data)]
    if not places:
        raise NotGenuine("not-signed")
    found = RANGE.match(data, places[0])
    if found is None:
        raise NotGenuine("byte-range-wrong")
    first, start, end, rest = map(int, found.groups())
    if end + rest < len(data):
        raise NotGenuine("changed-after-signing")
    if len(places) > 1:
        raise NotGenuine("several-signatures")
    if first != 0 or end + rest != len(data) or not start + 2 <= end <= len(data):
        raise NotGenuine("byte-range-wrong")
    if data[start : start + 1] + data[end - 1 : end] != b"<>":
        raise NotGenuine("byte-range-wrong")
    return start, end, places[0]


def _dictionary(data: bytes, start: int, end: int, at: int) -> tuple[int, bytes]:
    """Number of the object that holds both /ByteRange and the gap, and its text without the gap."""
    heads = list(OBJECT.finditer(data, max(0, at - REACH), at))
    tail = data.find(b"endobj", at)
    if not heads or not heads[-1].end() <= min(at, start) or tail < end or tail < at:
        raise NotGenuine("byte-range-wrong")
    text = data[heads[-1].end() : start] + b"<>" + data[end:tail]
    if (
        not text[-2 * REACH :].rstrip().endswith(b">>")
        or b"endobj" in text
        or b"/Contents <>" not in text
    ):
        raise NotGenuine("byte-range-wrong")
    return int(heads[-1][1]), text


def _require_certified(data: bytes, number: int, dictionary: bytes) -> None:
    """The dictionary certifies the document and forbids any change, and the catalog points to it."""
    if not END.search(data[-64:]) or data.count(b"startxref") != 1:
        raise NotGenuine("byte-range-wrong")
    certified = [int(each) for each in CERTIFIED.findall(data)]
    if certified != [number] or not FORM.search(dictionary) or not NO_CHANGES.search(dictionary):
        raise NotGenuine("changes-permitted")


def _container(text: bytes) -> bytes:
    """The DER value in the gap. What fills the gap up must be zeros, and digits are lower case as we write them."""
    if not HEX.fullmatch(text):
        raise NotGenuine("container-malformed")
    packed = bytes.fromhex(text.decode())
    size = int.from_bytes(packed[2:4], "big") + 4
    if packed[:2] != b"\x30\x82" or size > len(packed) or any(packed[size:]):
        raise NotGenuine("container-malformed")
    return packed[:size]


def _moment(dictionary: bytes) -> datetime:
    found = MOMENT.search(dictionary)
    if found is None:
        raise NotGenuine("container-malformed")
    digits, sign, hours, minutes = (group.decode() if group else "" for group in found.groups())
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (
        -1 if sign == "-" else 1
    )
    try:
        local = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=timezone(offset))
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotGenuine("container-malformed") from error


def _seal_owner(dictionary: bytes) -> str | None:
    found = NAME.search(dictionary)
    return bytes.fromhex(found[1].decode()).decode("utf-16-be", "replace") if found else None


def _identifier(data: bytes) -> str | None:
    """The public identifier in the metadata, unless there are several."""
    found = set(IDENTIFIER.findall(data))
    return unescape(found.pop().decode("utf-8", "replace")) if len(found) == 1 else None
