"""Pictures: whole, of a sane size, and nothing hidden behind their end."""

from __future__ import annotations

import io
import struct
import warnings

from PIL import Image, UnidentifiedImageError

from kiosk.casework.media.errors import (
    MaterialDamaged,
    MaterialDisguised,
    MaterialSwells,
    MaterialTooLong,
)
from kiosk.casework.media.kinds import Examined, Kind, Limits

STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # Markers without a length (ITU-T T.81 B.1.1.3).
SCAN, END, START = 0xDA, 0xD9, b"\xff\xd8\xff"
PNG_HEADER, CHUNK = 8, struct.Struct(">I4s")
BEHIND = "图片末尾还带有其他内容(例如动态照片)，请关闭动态照片重拍，或截图后再上传"


def examine_picture(data: bytes, kind: Kind, limits: Limits) -> Examined:
    """Decode every page once within the limits. Raises MaterialDamaged, MaterialDisguised, MaterialSwells."""
    if kind is Kind.JPEG:
        _require_nothing_behind_jpeg(data)
    elif kind is Kind.PNG:
        _require_nothing_behind_png(data)
    return Examined(kind, _decode(data, kind, limits))


def _decode(data: bytes, kind: Kind, limits: Limits) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of oddities; sizes are judged below.
            with Image.open(io.BytesIO(data), formats=[kind.name]) as picture:
                return _count(picture, kind, limits)
    except Image.DecompressionBombError as error:
        raise MaterialSwells("图片的像素太多，请降低分辨率后再上传") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, EOFError) as error:
        raise MaterialDamaged("图片不完整或已损坏，请重新拍摄或扫描") from error
    except (struct.error, IndexError, KeyError, OverflowError, MemoryError) as error:
        raise MaterialDamaged("图片不完整或已损坏，请重新拍摄或扫描") from error


def _count(picture: Image.Image, kind: Kind, limits: Limits) -> int:
    """The pages of a picture, each decoded, so that a page cut short is found."""
    pages = getattr(picture, "n_frames", 1) if kind is Kind.TIFF else 1
    if pages > limits.pages:
        raise MaterialTooLong(f"共 {pages} 页，最多 {limits.pages} 页，请分成几份上传")
    for page in range(pages):
        if pages > 1:
            picture.seek(page)
        width, height = picture.size
        if width * height > limits.pixels:
            raise MaterialSwells(f"图片有 {width}×{height} 像素，太大，请降低分辨率后再上传")
        picture.load()
    return pages


def _require_nothing_behind_jpeg(data: bytes) -> None:
    """Phones append further JPEG pictures (previews, gain maps); anything else behind the end is refused."""
    rest = data
    while rest.startswith(START):
        rest = rest[_jpeg_length(rest) :].lstrip(b"\x00")
    if rest.strip():
        raise MaterialDisguised(BEHIND)


def _jpeg_length(data: bytes) -> int:
    """Where the picture that starts here ends. Raises MaterialDamaged if it never does."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise MaterialDamaged("图片已损坏，请重新拍摄或扫描")
        marker = data[at + 1]
        if marker == END:
            return at + 2
        if marker == 0xFF or marker in STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == SCAN:
            at = _scan_end(data, at)
    if data[at : at + 2] == b"\xff\xd9":
        return at + 2
    raise MaterialDamaged("图片没有结尾，可能没有传完，请重新上传")


def _scan_end(data: bytes, at: int) -> int:
    """The next marker after compressed data, in which 0xFF is followed by 0x00 or a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        following = data[at + 1]
        if following not in (0x00, 0xFF) and not 0xD0 <= following <= 0xD7:
            return at
        at += 1 if following == 0xFF else 2
    return len(data)


def _require_nothing_behind_png(data: bytes) -> None:
    at = PNG_HEADER
    while at + CHUNK.size <= len(data):
        length, name = CHUNK.unpack_from(data, at)
        at += CHUNK.size + length + 4
        if name == b"IEND" and at <= len(data):
            if data[at:].strip(b"\x00"):
                raise MaterialDisguised(BEHIND)
            return
    raise MaterialDamaged("图片没有结尾，可能没有传完，请重新上传")
