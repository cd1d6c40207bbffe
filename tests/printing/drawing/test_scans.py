"""The code survives print and scan, read by two independent readers: soft, skewed and noisy, at two resolutions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from printing.pki import KeyStore
from printing.qr import LONGEST, LicencePayload, encode
from printing.render import render
from printing.samples import SAMPLE_IDENTIFIER, SAMPLE_MOMENT
from tests.printing.drawing.papers import paper

TRIALS = 20
#: Of 20 scans of each kind this many must be read, by either reader (module 0.57 mm, error correction L).
WANTED = {200: 17, 300: 19}
#: The longest name a code takes whole: the page bears a code near its limit of characters.
HOLDER = "川渝通办示例市示例区行政审批和公共资源交易服务局第一分中心综合业"
Scanner = Callable[[Image.Image, np.random.Generator], Image.Image]


def softened(page: Image.Image, random: np.random.Generator) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(random.uniform(0.2, 0.5)))


def skewed(page: Image.Image, random: np.random.Generator) -> Image.Image:
    turned = page.rotate(random.uniform(-5, 5), Image.Resampling.BICUBIC, fillcolor=255)
    return turned.filter(ImageFilter.GaussianBlur(0.4))


def noisy(page: Image.Image, random: np.random.Generator) -> Image.Image:
    """As a poor copier gives it: a little turned, soft, grey, with grains."""
    turned = page.rotate(random.uniform(-3, 3), Image.Resampling.BICUBIC, fillcolor=255)
    soft = turned.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.8)))
    noise = random.normal(0, 12, (soft.height, soft.width))
    grey = np.clip(np.asarray(soft, dtype=float) * 0.85 + 25 + noise, 0, 255)
    return Image.fromarray(grey.astype("uint8"))


def read_by_zxing(scan: Image.Image) -> str | None:
    code = zxingcpp.read_barcode(scan, formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text if code else None


def read_by_opencv(scan: Image.Image) -> str | None:
    """OpenCV's own reader, which shares no code with the other; like any scanner it looks again, softer and larger."""
    reader, seen = cv2.QRCodeDetector(), np.asarray(scan)
    softer = cv2.GaussianBlur(seen, (3, 3), 0)
    larger = cv2.resize(seen, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    texts = (reader.detectAndDecode(look)[0] for look in (seen, softer, larger))
    return next(filter(None, texts), None)


@pytest.fixture(scope="module")
def sealed_page(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A licence with a genuine payload, and the payload's text."""
    document = paper()
    assert document.seal is not None
    keys = KeyStore(Path(tmp_path_factory.mktemp("keys")) / "keys", "a password of the tests")
    signer = keys.signer_for(
        SAMPLE_IDENTIFIER.split(".")[6], document.seal.organ_name, SAMPLE_MOMENT
    )
    text = encode(
        LicencePayload(
            SAMPLE_IDENTIFIER, HOLDER, "营业执照", document.seal.organ_name,
            date(2026, 11, 21), None, "1-1",
        ),
        signer,
    )  # fmt: skip
    return render(paper(qr_text=text)).data, text


@pytest.fixture(scope="module")
def corners(sealed_page: tuple[bytes, str]) -> dict[int, Image.Image]:
    """The quarter of the page with the code, as a scanner of that resolution sees it."""
    found = {}
    with pdfium.PdfDocument(sealed_page[0]) as file:
        for dpi in WANTED:
            page = file[0].render(scale=dpi / 72).to_pil().convert("L")
            found[dpi] = page.crop((page.width * 2 // 3, 0, page.width, page.height // 2))
    return found


@pytest.mark.parametrize("dpi", WANTED)
@pytest.mark.parametrize("scanner", [softened, skewed, noisy])
@pytest.mark.parametrize("read", [read_by_zxing, read_by_opencv])
def test_scans_are_read_by_two_independent_readers(
    sealed_page: tuple[bytes, str],
    corners: dict[int, Image.Image],
    read: Callable[[Image.Image], str | None],
    scanner: Scanner,
    dpi: int,
) -> None:
    text, random = sealed_page[1], np.random.default_rng(20261121)
    assert 300 < len(text) <= LONGEST
    scans = [scanner(corners[dpi], random) for _ in range(TRIALS)]
    assert sum(read(each) == text for each in scans) >= WANTED[dpi]
