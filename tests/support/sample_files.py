"""Files of every kind that an applicant may send, good and bad, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OFD_XML = """<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocInfo/>
<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"""
DOCUMENT_XML = """<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData/>
<ofd:Pages>{pages}</ofd:Pages></ofd:Document>"""


def pdf(pages: int = 1, change: Callable[[pikepdf.Pdf], Any] | None = None) -> bytes:
    """A PDF of empty pages; ``change`` may add to it."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change is not None:
        change(document)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A grey picture."""
    held = io.BytesIO()
    Image.new("L", size, 200).save(held, kind, **options)
    return held.getvalue()


def tiff(pages: int) -> bytes:
    """A scan of several pages."""
    sheets = [Image.new("L", (40, 60), 100 + page) for page in range(pages)]
    held = io.BytesIO()
    sheets[0].save(held, "TIFF", save_all=True, append_images=sheets[1:])
    return held.getvalue()


def package(entries: dict[str, bytes | str]) -> bytes:
    """A ZIP archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return held.getvalue()


def ofd(pages: int = 1, **more: bytes | str) -> bytes:
    """An OFD document; ``more`` are further entries by name."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="P{n}.xml"/>' for n in range(pages))
    document = DOCUMENT_XML.format(pages=listed)
    return package({"OFD.xml": OFD_XML, "Doc_0/Document.xml": document, **more})
