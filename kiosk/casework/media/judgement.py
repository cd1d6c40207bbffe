"""The judgement on one file: what it is and how many pages it has, or the named reason why it is not taken."""

from __future__ import annotations

from kiosk.casework.media.errors import (
    MaterialDamaged,
    MaterialDisguised,
    MaterialExecutable,
    MaterialTooLarge,
    MaterialTypeRefused,
)
from kiosk.casework.media.images import examine_picture
from kiosk.casework.media.kinds import Examined, Kind, Limits, find_kind, holds_archive
from kiosk.casework.media.packages import ACCEPTED_WORDS, examine_package, refuse_office_file
from kiosk.casework.media.pdfs import examine_pdf


def examine(data: bytes, limits: Limits) -> Examined:
    """What the bytes are. Raises one of ``kiosk.casework.media.errors``."""
    _require_size(data, limits)
    kind = find_kind(data)
    if kind is Kind.PROGRAM:
        raise MaterialExecutable("文件是程序，不能收取")
    if kind is Kind.OLE:
        refuse_office_file(data)
    if kind is None:
        raise MaterialTypeRefused(ACCEPTED_WORDS)
    if kind is Kind.ZIP:
        return examine_package(data, limits)
    if holds_archive(data):
        raise MaterialDisguised("文件里藏有压缩包，请重新生成后上传")
    return examine_pdf(data, limits) if kind is Kind.PDF else examine_picture(data, kind, limits)


def _require_size(data: bytes, limits: Limits) -> None:
    if len(data) > limits.size:
        most = limits.size // (1024 * 1024)
        raise MaterialTooLarge(f"文件超过 {most} MB，请压缩或分成几份上传")
    if not data:
        raise MaterialDamaged("文件是空的")
