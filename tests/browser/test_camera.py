"""The page for keeping in front of a camera: Chromium plays a film of a printed code as what its camera sees.

Chromium on Linux has no reader of codes of its own, so an independent one (zxing-cpp) stands in for the browser's
``BarcodeDetector``; it is given the very picture that the page holds before it. Camera, permission, picture and
verdict are the page's own.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kiosk.web.offline_verifier import verifier_page
from printing.matrix import module_rows
from printing.pki import KeyStore
from printing.qr import encode
from printing.status_list import StatusList
from tests.printing.signing.papers import CODE, NAME, NOW, PAYLOAD

pytestmark = pytest.mark.browser
FRAME = (640, 480)
FRAMES = 10
READER = """
window.BarcodeDetector = class {
  async detect(source) {
    const canvas = document.createElement("canvas");
    canvas.width = source.videoWidth ?? source.width;
    canvas.height = source.videoHeight ?? source.height;
    canvas.getContext("2d").drawImage(source, 0, 0);
    const text = await window.readCode(canvas.toDataURL("image/png"));
    return text ? [{ rawValue: text }] : [];
  }
};
"""


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys", "a password of the tests")


def picture_of(text: str) -> Image.Image:
    """The code as a camera holds it: grey paper around, a little turned."""
    rows = module_rows(text)
    code = Image.new("L", (len(rows), len(rows)), 255)
    code.putdata([0 if module == "1" else 255 for row in rows for module in row])
    large = code.resize((400, 400), Image.Resampling.NEAREST)
    frame = Image.new("L", FRAME, 225)
    frame.paste(Image.new("L", (440, 440), 255), (100, 20))
    frame.paste(large, (120, 40))
    return frame.rotate(3, Image.Resampling.BICUBIC, fillcolor=225)


def film_of(picture: Image.Image, path: Path) -> Path:
    """Motion JPEG is one JPEG after the other."""
    frame = io.BytesIO()
    picture.convert("RGB").save(frame, "JPEG", quality=90)
    path.write_bytes(frame.getvalue() * FRAMES)
    return path


def read_code(data_url: str) -> str | None:
    picture = Image.open(io.BytesIO(base64.b64decode(data_url.partition(",")[2])))
    found = zxingcpp.read_barcode(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text if found else None


@pytest.fixture
def page(
    browser: Browser, chromium: str, app: Flask, keys: KeyStore, tmp_path: Path
) -> Iterator[Page]:
    """The page on disk, with a camera that looks at a genuine code."""
    text = encode(PAYLOAD, keys.signer_for(CODE, NAME, NOW))
    film = film_of(picture_of(text), tmp_path / "camera.mjpeg")
    file = tmp_path / "verifier.html"
    statuses = StatusList(NOW, NOW + timedelta(hours=1), {}, {})
    with app.test_request_context():
        file.write_text(verifier_page(keys.public_keys(), statuses, NOW), encoding="utf-8")
    with browser.browser_type.launch(
        executable_path=chromium,
        args=[
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    ) as before_the_camera:
        context = before_the_camera.new_context(locale="zh-CN")
        context.set_offline(True)
        page = context.new_page()
        page.expose_function("readCode", read_code)
        page.add_init_script(READER)
        page.goto(file.as_uri())
        yield page


def test_a_genuine_code_before_the_camera_is_read_and_judged(page: Page) -> None:
    page.get_by_role("button", name="用摄像头扫描").click()
    answer = page.get_by_label("核验结果")
    expect(answer).to_contain_text("核验码真实", timeout=20_000)
    expect(answer).to_contain_text(PAYLOAD.holder)
    expect(page.locator("#video")).to_be_hidden()
    assert page.evaluate("document.getElementById('video').srcObject.active") is False


def test_a_picture_of_a_code_is_read_too_and_one_without_is_told(
    page: Page, keys: KeyStore, tmp_path: Path
) -> None:
    empty, photograph = tmp_path / "empty.png", tmp_path / "photograph.png"
    Image.new("L", FRAME, 200).save(empty)
    picture_of(encode(PAYLOAD, keys.signer_for(CODE, NAME, NOW))).save(photograph)
    page.set_input_files("#picture", empty)
    expect(page.locator("#scanner-words")).to_have_text("图片里没有找到核验码。")
    page.set_input_files("#picture", photograph)
    expect(page.get_by_label("核验结果")).to_contain_text("核验码真实")
