"""Packages: an OFD document (GB/T 33190-2016) is taken; other archives are told apart only to name the refusal."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from kiosk.casework.media.errors import (
    MaterialActive,
    MaterialDamaged,
    MaterialExecutable,
    MaterialLocked,
    MaterialSwells,
    MaterialTooLong,
    MaterialTypeRefused,
)
from kiosk.casework.media.kinds import Examined, Kind, Limits, find_kind

OFD_ROOT = "OFD.xml"
MOST_ENTRIES = 5_000
MOST_XML = 8 * 1024 * 1024
PROGRAM_NAMES = ("classes.dex", "META-INF/MANIFEST.MF")
SCRIPTS = tuple(
    f".{name}"
    for name in [
        "js",
        "vbs",
        "wsf",
        "hta",
        "bat",
        "cmd",
        "ps1",
        "sh",
        "lnk",
        "scr",
        "exe",
        "dll",
        "msi",
        "jar",
    ]
)
MACROS = "vbaProject.bin"
OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
ACTING_TAGS = frozenset({"Sound", "Movie", "GotoA"})
ENCRYPTED = 0x1
ACCEPTED_WORDS = "只收 PDF、JPEG、PNG、TIFF 和 OFD；文档请另存为 PDF 后上传"
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, RuntimeError)


def examine_package(data: bytes, limits: Limits) -> Examined:
    """An OFD document: its pages, counted; programs and media in it are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_modest(archive, limits)
            _require_ofd(archive)
            return Examined(Kind.OFD, _count_pages(archive, limits))
    except (*BROKEN, ElementTree.ParseError) as error:
        raise MaterialDamaged("文件不完整或已损坏，请重新导出后上传") from error


def refuse_office_file(data: bytes) -> None:
    """Documents of older office programs are not taken; with macros the refusal says so."""
    if OLE_MACROS in data:
        raise MaterialActive(f"文档带有宏，不能收取。{ACCEPTED_WORDS}")
    raise MaterialTypeRefused(ACCEPTED_WORDS)


def _require_modest(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise MaterialSwells("文件解开后太大，不能收取")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise MaterialLocked("文件设有密码，请取消密码后再上传")


def _require_ofd(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if any(name.endswith(MACROS) for name in names):
        raise MaterialActive(f"文档带有宏，不能收取。{ACCEPTED_WORDS}")
    if any(name in PROGRAM_NAMES for name in names):
        raise MaterialExecutable("文件是程序，不能收取")
    if OFD_ROOT not in names:
        raise MaterialTypeRefused(ACCEPTED_WORDS)
    for name in names:
        with archive.open(name) as entry:
            is_program = find_kind(entry.read(16)) is Kind.PROGRAM
        if is_program or name.lower().endswith(SCRIPTS):
            raise MaterialExecutable("OFD 里带有程序，不能收取")


def _count_pages(archive: zipfile.ZipFile, limits: Limits) -> int:
    pages = 0
    for _, element in _walk(archive, OFD_ROOT):
        if _tag(element) == "DocRoot" and element.text:
            pages += sum(1 for _ in _pages_of(archive, element.text.strip()))
    if not pages:
        raise MaterialDamaged("OFD 里没有一页")
    if pages > limits.pages:
        raise MaterialTooLong(f"共 {pages} 页，最多 {limits.pages} 页，请分成几份上传")
    for name in archive.namelist():
        if name.endswith(".xml"):
            _require_calm(archive, name)
    return pages


def _pages_of(archive: zipfile.ZipFile, root: str) -> Iterator[ElementTree.Element]:
    """The pages that the document at this path lists under ``Pages``."""
    for parent, element in _walk(archive, posixpath.normpath(root).lstrip("/")):
        if _tag(element) == "Page" and parent is not None and _tag(parent) == "Pages":
            yield element


def _require_calm(archive: zipfile.ZipFile, name: str) -> None:
    if any(_tag(element) in ACTING_TAGS for _, element in _walk(archive, name)):
        raise MaterialActive("OFD 里带有多媒体或打开附件的动作，不能收取")


def _walk(
    archive: zipfile.ZipFile, name: str
) -> Iterator[tuple[ElementTree.Element | None, ElementTree.Element]]:
    """Every element with its parent. Raises MaterialSwells for more text than any list of pages has."""
    with archive.open(name) as entry:
        text = entry.read(MOST_XML + 1)
    if len(text) > MOST_XML:
        raise MaterialSwells("文件解开后太大，不能收取")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise MaterialActive("OFD 里带有外部实体，不能收取")
    root = ElementTree.fromstring(text)
    yield None, root
    for parent in root.iter():
        for element in parent:
            yield parent, element


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
