"""Files are judged by what they are: good ones counted, bad ones refused by name, and none brings the judge down."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from kiosk.casework.media.judgement import examine
from kiosk.casework.media.kinds import SIGNATURES, Examined, Kind, Limits
from kiosk.errors import KioskError
from tests.support.sample_files import ofd, package, pdf, picture, tiff

LIMITS = Limits(size=2_000_000, pages=20, pixels=1_000_000, unpacked=4_000_000)


def refusal(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(KioskError) as told:
        examine(data, limits)
    assert told.value.detail
    return told.value.code


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf(3), Examined(Kind.PDF, 3)),
        (picture("JPEG"), Examined(Kind.JPEG, 1)),
        (picture("JPEG", progressive=True), Examined(Kind.JPEG, 1)),
        (picture("PNG"), Examined(Kind.PNG, 1)),
        (tiff(4), Examined(Kind.TIFF, 4)),
        (ofd(2), Examined(Kind.OFD, 2)),
        (picture("JPEG") + picture("JPEG"), Examined(Kind.JPEG, 1)),  # a phone's preview
    ],
)
def test_what_is_taken_is_counted(data: bytes, expected: Examined) -> None:
    assert examine(data, LIMITS) == expected


def script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def script_beside_a_page(document: Pdf) -> None:
    acts = Dictionary(O=Dictionary(S=Name.JavaScript, JS=document.make_stream(b"app.alert(1)")))
    document.pages[0].AA = acts


def launch(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.Launch, F="cmd.exe")


def launch_deep_inside(document: Pdf) -> None:
    nested = Dictionary(S=Name.Launch, F="cmd.exe")
    for _ in range(30):
        nested = Dictionary(Next=Array([nested]))
    document.Root.Extra = document.make_indirect(nested)


def attachment(document: Pdf) -> None:
    document.attachments["a.txt"] = b"hello"


def dynamic_form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=Array([]))


def film(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
    document.pages[0].Annots = Array([document.make_indirect(note)])


@pytest.mark.parametrize(
    "change",
    [
        script,
        script_beside_a_page,
        launch,
        launch_deep_inside,
        attachment,
        dynamic_form,
        film,
    ],
)
def test_pdfs_that_act_are_refused(change: Callable[[Pdf], None]) -> None:
    assert refusal(pdf(1, change)) == "material-active-content"


def test_a_script_named_in_another_spelling_is_found() -> None:
    spelt = pdf(1, script).replace(b"/JavaScript", b"/JavaScrip#74")
    assert b"/JavaScrip#74" in spelt
    assert refusal(_mended(spelt)) == "material-active-content"


def test_links_and_plain_forms_are_no_action() -> None:
    def add(document: Pdf) -> None:
        link = Dictionary(S=Name.URI, URI="https://www.gov.cn/")
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link)
        document.pages[0].Annots = Array([document.make_indirect(note)])
        document.Root.AcroForm = Dictionary(Fields=Array([]))

    assert examine(pdf(1, add), LIMITS).pages == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "material-damaged"),
        (b"hello", "material-type-refused"),
        (b"<html><script>alert(1)</script>", "material-type-refused"),
        (b"MZ\x90\x00", "material-executable"),
        (b"\x7fELF\x02\x01", "material-executable"),
        (b"#!/bin/sh\nrm -rf /", "material-executable"),
        (package({"classes.dex": b"dex"}), "material-executable"),
        (package({"word/document.xml": "<a/>"}), "material-type-refused"),
        (package({"word/vbaProject.bin": b"x"}), "material-active-content"),
        (SIGNATURES[6][0] + b"Word.Document.8", "material-type-refused"),
        (SIGNATURES[6][0] + "_VBA_PROJECT".encode("utf-16-le"), "material-active-content"),
        (ofd(1, **{"Doc_0/Attachs/a.pdf": b"MZ\x90"}), "material-executable"),
        (ofd(1, **{"Doc_0/a.vbs": b"WScript"}), "material-executable"),
        (ofd(1, **{"Doc_0/Page.xml": "<a><Movie/></a>"}), "material-active-content"),
        (ofd(1, **{"Doc_0/b.xml": "<!DOCTYPE a []><a/>"}), "material-active-content"),
        (ofd(0), "material-damaged"),
        (pdf(1) + b"MZ\x90 something", "material-disguised"),
        (pdf(1) + package({"a": b"b"}), "material-disguised"),
        (picture("JPEG") + package({"a": b"b"}), "material-disguised"),
        (picture("PNG") + package({"a": b"b"}), "material-disguised"),
        (tiff(1) + package({"a": b"b"}), "material-disguised"),
        (picture("JPEG") + b"ftypmp42 a film", "material-disguised"),
        (picture("PNG") + b"more", "material-disguised"),
        (b"\xff\xd8\xff" + b"%PDF-1.7", "material-damaged"),
        (b"x" + pdf(1), "material-type-refused"),
        (pdf(21), "material-too-many-pages"),
        (tiff(21), "material-too-many-pages"),
        (ofd(21), "material-too-many-pages"),
        (b"%PDF-" + bytes(2_000_000), "material-too-large"),
        (picture("PNG", (1100, 1000)), "material-swells"),
        (package({"OFD.xml": bytes(5_000_000)}), "material-swells"),
    ],
)
def test_what_is_not_taken_has_a_name(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_locked_pdf_is_refused_and_a_restricted_one_taken() -> None:
    assert refusal(_encrypted(user="secret")) == "material-locked"
    assert examine(_encrypted(user=""), LIMITS).pages == 1


def test_a_picture_that_claims_to_be_huge_is_not_unpacked() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
    bomb += _chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + _chunk(b"IEND", b"")
    assert refusal(bomb) == "material-swells"


def test_an_object_stream_that_swells_is_not_unpacked() -> None:
    many = b"".join(b"%d 0 " % number for number in range(10, 50))
    swollen = zlib.compress(many + bytes(200_000_000), 9)
    entry = b"/Type/ObjStm/N 40/First %d/Filter/FlateDecode/Length %d" % (len(many), len(swollen))
    body = pdf(1).rpartition(b"xref")[0]
    body += b"9 0 obj<<" + entry + b">>stream\n" + swollen + b"\nendstream endobj\n"
    assert refusal(body + b"trailer<<>>\n%%EOF", replace(LIMITS, size=10_000_000)) in {
        "material-damaged",
        "material-swells",
    }


@pytest.mark.parametrize(
    "whole",
    [pdf(2), picture("JPEG"), picture("PNG"), ofd(1), tiff(2)],
    ids=("pdf", "jpeg", "png", "ofd", "tiff"),
)
def test_a_file_cut_short_anywhere_is_refused(whole: bytes) -> None:
    step = max(len(whole) // 60, 1)
    end = len(whole.rstrip(b"\n\r"))
    taken = [cut for cut in range(1, end, step) if not _refuses(whole[:cut])]
    assert taken == []


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([signature for signature, _ in SIGNATURES]), st.binary(max_size=600))
def test_noise_behind_any_signature_is_refused_by_name(start: bytes, noise: bytes) -> None:
    assert _refuses(start + noise)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([pdf(1, script), pdf(2), picture("JPEG"), picture("PNG"), ofd(1), tiff(2)]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_changed_bytes_are_judged_or_refused_by_name(
    whole: bytes, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(whole)
    for place, value in changes:
        data[place % len(data)] = value
    judged = _judge(bytes(data))
    assert judged.startswith("material-") or int(judged) >= 1


def _judge(data: bytes) -> str:
    """The pages, or the code of the refusal."""
    try:
        return str(examine(data, LIMITS).pages)
    except KioskError as told:
        return told.code


def _refuses(data: bytes) -> bool:
    return _judge(data).startswith("material-")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _encrypted(user: str) -> bytes:

    held = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(held, encryption=pikepdf.Encryption(user=user, owner="owner"))
    return held.getvalue()


def _mended(data: bytes) -> bytes:
    """The same file with its table of places recomputed by hand, names left as they are spelt."""

    body = data.rpartition(b"xref")[0]
    places = {int(m[1]): m.start(1) for m in re.finditer(rb"(?:^|\n)(\d+) 0 obj", body)}
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (max(places) + 1)
    table += b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    trailer = re.search(rb"trailer (<<.*?>>)\s*startxref", data, re.DOTALL)
    assert trailer
    return body + table + b"trailer " + trailer[1] + b"\nstartxref\n%d\n%%%%EOF\n" % len(body)
