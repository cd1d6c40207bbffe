"""A key device on this machine: SoftHSM2 with one token, for as long as a test wants it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from printing.signing import PrivateKey
from tests.printing.signing.judges import need

PIN = "7531"
TOKEN = "seals"
LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")


@contextmanager
def soft_device(folder: Path) -> Iterator[str]:
    """The path of the device's library; its token is empty at first. Skips where SoftHSM2 is not installed."""
    module = _library()
    (folder / "tokens").mkdir()
    settings = f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    (folder / "softhsm2.conf").write_text(settings)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    _softhsm("--init-token", "--free", "--label", TOKEN, "--so-pin", "1357")
    pkcs11.lib(
        module
    ).reinitialize()  # An earlier test of this process may have opened another device.
    yield module
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def put_in(key: PrivateKey, label: str, number: str, folder: Path) -> None:
    """Bring a key into the token under a label."""
    file = folder / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _softhsm("--import", str(file), "--token", TOKEN, "--label", label, "--id", number)


def _library() -> str:
    need("softhsm2-util")
    found = [each for each in LIBRARIES if Path(each).exists()]
    if not found:
        pytest.skip(f"softhsm2 is installed, but none of {LIBRARIES} is there")
    return found[0]


def _softhsm(*arguments: str) -> None:
    command = ["softhsm2-util", *arguments, "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
