"""Small papers written by hand, so that signing is tested without drawing, and what mutation does to them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

from printing.documents import SIGNATURE_BYTES, PreparedPdf
from printing.qr import LicencePayload

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
NAME = "成都市武侯区行政审批局"
CODE = "11510107MB1234567X"
IDENTIFIER = f"1.2.156.3005.2.11100000000013338W001.{CODE}.510107202611210000014.001.7"
PAYLOAD = LicencePayload(
    identifier=IDENTIFIER,
    holder="川渝智联科技有限公司成都武侯分公司",
    licence_name="营业执照",
    issuer=NAME,
    issued_on=date(2026, 11, 21),
    expires_on=None,
    copy_label="1-1",
)
RANGE = b"/ByteRange [%010d %010d %010d %010d]"


@dataclass(frozen=True)
class Draft:
    """What a paper may say differently from the usual one."""

    owner: str = NAME
    identifier: str = IDENTIFIER
    moment: str = "D:20261121103000+08'00'"
    permission: int = 1
    certified: bool = True
    room: int = SIGNATURE_BYTES
    text: str = "Specimen"


def prepared(draft: Draft = Draft()) -> PreparedPdf:
    """A complete one-page PDF with an empty signature field."""
    data, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(_bodies(draft), start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(offsets) + 1, table)
    data += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(offsets) + 1,
        start,
    )
    return _settle(data, draft)


def _bodies(draft: Draft) -> list[bytes]:
    packet = f"<dc:identifier>{draft.identifier}</dc:identifier>".encode()
    content = b"BT /F 12 Tf 50 50 Td (%b) Tj ET" % draft.text.encode()
    perms = b" /Perms <</DocMDP 6 0 R>>" if draft.certified else b""
    return [
        b"<</Type /Catalog /Pages 2 0 R /Metadata 7 0 R"
        b" /AcroForm <</Fields [5 0 R] /SigFlags 3>>%b>>" % perms,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        (
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots [5 0 R]"
            b" /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>>"
        ),
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Type /Annot /Subtype /Widget /FT /Sig /T (seal) /V 6 0 R /P 3 0 R /F 132 /Rect [0 0 0 0]>>",
        _signature(draft),
        b"<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%b\nendstream"
        % (len(packet), packet),
    ]


def _signature(draft: Draft) -> bytes:
    owner = draft.owner.encode("utf-16-be").hex().upper().encode()
    return (
        b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name <FEFF%b> /M (%b)"
        b" /Reference [<</Type /SigRef /TransformMethod /DocMDP"
        b" /TransformParams <</Type /TransformParams /P %d /V /1.2>>>>] %b /Contents <%b>>>"
        % (owner, draft.moment.encode(), draft.permission, RANGE % (0, 0, 0, 0), b"00" * draft.room)
    )


def _settle(data: bytearray, draft: Draft) -> PreparedPdf:
    blank = b"<" + b"00" * draft.room + b">"
    start = data.index(blank)
    end = start + len(blank)
    empty = RANGE % (0, 0, 0, 0)
    at = data.index(empty)
    data[at : at + len(empty)] = RANGE % (0, start, end, len(data) - end)
    final = bytes(data)
    return PreparedPdf(final, (start, end), hashlib.sha256(final).hexdigest())


def append_revision(data: bytes) -> bytes:
    """The file with a proper incremental update behind it that draws another page content."""
    start = data.rindex(b"startxref\n") + len(b"startxref\n")
    previous = int(data[start : data.index(b"\n", start)])
    content = b"BT /F 12 Tf 50 50 Td (Forged) Tj ET"
    at = len(data)
    changed = data + b"4 0 obj\n<</Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
        len(content),
        content,
    )
    table = b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 8 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return changed + table % (at, previous, len(changed))
