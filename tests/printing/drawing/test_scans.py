"""The code survives print and scan: turned, blurred and noisy, at two resolutions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

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
#: Of 20 scans this many must be read (the page's code has 32 mm and 53 to 57 modules).
WANTED = {200: 17, 300: 19}


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
            SAMPLE_IDENTIFIER, document.values["name"], "营业执照", document.seal.organ_name,
            date(2026, 11, 21), None, "1-1",
        ),
        signer,
    )  # fmt: skip
    return render(paper(qr_text=text)).data, text


def scan(page: Image.Image, random: np.random.Generator) -> Image.Image:
    """The page as a scanner gives it: a little turned, soft, noisy."""
    turned = page.rotate(random.uniform(-3, 3), Image.Resampling.BICUBIC, fillcolor=255)
    soft = turned.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.8)))
    noise = random.normal(0, 12, (soft.height, soft.width))
    grey = np.clip(np.asarray(soft, dtype=float) * 0.85 + 25 + noise, 0, 255)
    return Image.fromarray(grey.astype("uint8"))


@pytest.mark.parametrize("dpi", WANTED)
def test_scans_are_read(sealed_page: tuple[bytes, str], dpi: int) -> None:
    data, text = sealed_page
    assert len(text) <= LONGEST
    random = np.random.default_rng(20261121)
    with pdfium.PdfDocument(data) as file:
        page = file[0].render(scale=dpi / 72).to_pil().convert("L")
    corner = page.crop((page.width * 2 // 3, 0, page.width, page.height // 2))
    read = [
        zxingcpp.read_barcode(scan(corner, random), formats=zxingcpp.BarcodeFormat.QRCode)
        for _ in range(TRIALS)
    ]
    assert sum(code is not None and code.text == text for code in read) >= WANTED[dpi]
