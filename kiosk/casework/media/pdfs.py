"""PDF documents: readable without a password, pages counted, and nothing in them that acts by itself.

qpdf reads the file with limits on what a stream may unpack to; the limits hold for the whole process.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, settings

from kiosk.casework.media.errors import (
    MaterialActive,
    MaterialDamaged,
    MaterialDisguised,
    MaterialLocked,
    MaterialSwells,
    MaterialTooLong,
)
from kiosk.casework.media.kinds import Examined, Kind, Limits

END = b"%%EOF"
MOST_OBJECTS = 100_000
MOST_NESTED = 200_000
MOST_MEMORY = 64 * 1024 * 1024
ACTING_KEYS = {
    "/JavaScript": "脚本",
    "/JS": "脚本",
    "/EmbeddedFiles": "附件",
    "/EF": "附件",
    "/XFA": "动态表单",
    "/RichMediaContent": "多媒体",
}
ACTING_VALUES = {
    "/JavaScript": "脚本",
    "/Launch": "启动程序的动作",
    "/SubmitForm": "提交数据的动作",
    "/ImportData": "导入数据的动作",
    "/GoToE": "打开附件的动作",
    "/GoToR": "打开其他文件的动作",
    "/Rendition": "多媒体",
    "/Movie": "多媒体",
    "/Sound": "多媒体",
    "/RichMedia": "多媒体",
    "/RichMediaExecute": "多媒体",
    "/EmbeddedFile": "附件",
    "/FileAttachment": "附件",
}
TELLING = ("/S", "/Type", "/Subtype")

settings.set_qpdf_limits(
    flate_max_memory=MOST_MEMORY,
    run_length_max_memory=MOST_MEMORY,
    png_max_memory=MOST_MEMORY,
    tiff_max_memory=MOST_MEMORY,
    dct_max_memory=MOST_MEMORY,
    parser_max_container_size=MOST_NESTED,
    doc_max_warnings=100,
)


def examine_pdf(data: bytes, limits: Limits) -> Examined:
    """Count the pages and look at every object.

    Raises MaterialActive, MaterialDamaged, MaterialDisguised, MaterialLocked, MaterialSwells, MaterialTooLong.
    """
    _require_end(data)
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            pages = len(pdf.pages)
            _require_calm(pdf)
    except pikepdf.PasswordError as error:
        raise MaterialLocked("PDF 设有打开密码，请取消密码后再上传") from error
    except (
        pikepdf.PdfError,
        ValueError,
        TypeError,
        KeyError,
        RuntimeError,
        OverflowError,
    ) as error:
        words = "PDF 不完整或已损坏，请用“打印为 PDF”重新生成后上传"
        raise MaterialDamaged(words) from error
    if not pages:
        raise MaterialDamaged("PDF 里没有一页")
    if pages > limits.pages:
        raise MaterialTooLong(f"共 {pages} 页，最多 {limits.pages} 页，请分成几份上传")
    return Examined(Kind.PDF, pages)


def _require_end(data: bytes) -> None:
    """The file ends where PDF says it does: a file cut short has no end, and one glued together has more."""
    end = data.rfind(END)
    if end < 0:
        raise MaterialDamaged("PDF 没有结尾，可能没有传完，请重新上传")
    if data[end + len(END) :].strip(b"\x00\t\n\f\r "):
        raise MaterialDisguised("PDF 末尾还带有其他内容，请用“打印为 PDF”重新生成后上传")


def _require_calm(pdf: Pdf) -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise MaterialSwells("PDF 的内容太多，请分成几份或用“打印为 PDF”重新生成")
    found = {what for holder in _holders(pdf) for what in _acts(holder)}
    if found:
        told = "、".join(sorted(found))
        raise MaterialActive(f"PDF 里带有{told}，不能收取；请用“打印为 PDF”重新生成后上传")


def _holders(pdf: Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those of streams included, however deeply it stands in another."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    seen = 0
    while waiting:
        entry: Any = waiting.pop()
        seen += 1
        if seen > MOST_NESTED:
            raise MaterialSwells("PDF 的内容太多，请分成几份或用“打印为 PDF”重新生成")
        if isinstance(entry, Array):
            waiting += [inner for inner in entry.as_list() if _is_inside(inner)]
        elif isinstance(entry, Dictionary | Stream):
            yield entry
            held = (entry.get(key) for key in entry.keys())  # noqa: SIM118 -- no Python dict
            waiting += [inner for inner in held if _is_inside(inner)]


def _is_inside(value: Any) -> bool:
    """Whether it is a container that stands in this object itself; others are met as objects of their own."""
    return isinstance(value, Array | Dictionary) and not value.is_indirect


def _acts(holder: Any) -> Iterator[str]:
    for key in holder.keys():  # noqa: SIM118 -- no Python dict
        if key in ACTING_KEYS:
            yield ACTING_KEYS[key]
    for key in TELLING:
        value = holder.get(key)
        if isinstance(value, Name) and str(value) in ACTING_VALUES:
            yield ACTING_VALUES[str(value)]
