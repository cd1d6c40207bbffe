"""SM2 signatures of ours and of the openssl command understand each other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from printing.signing import SignedPdf, SigningFailed
from printing.sm2 import DEFAULT_IDENTITY, Sm2Key, is_available
from tests.printing.signing.judges import need

pytestmark = pytest.mark.skipif(not is_available(), reason="the system's OpenSSL has no SM2")
IDENTITY = f"distid:{DEFAULT_IDENTITY.decode()}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key pair made by openssl."""
    need("openssl")
    folder = tmp_path_factory.mktemp("sm2")
    openssl(folder, "genpkey", "-algorithm", "SM2", "-out", "key.pem")
    openssl(folder, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    openssl(
        folder,
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        "p256.pem",
    )
    return folder


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["openssl", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def private(folder: Path) -> Sm2Key:
    return Sm2Key((folder / "key.pem").read_bytes())


def public(folder: Path, identity: bytes = DEFAULT_IDENTITY) -> Sm2Key:
    return Sm2Key((folder / "public.pem").read_bytes(), public=True, identity=identity)


def test_openssl_accepts_our_signature(folder: Path, signed: SignedPdf) -> None:
    (folder / "paper.pdf").write_bytes(signed.data)
    (folder / "paper.sig").write_bytes(private(folder).sign(signed.data))
    done = openssl(
        folder, "dgst", "-sm3", "-verify", "public.pem", "-sigopt", IDENTITY,
        "-signature", "paper.sig", "paper.pdf",
    )  # fmt: skip
    assert done.stdout.strip() == "Verified OK", done.stderr


def test_we_accept_the_signature_of_openssl(folder: Path) -> None:
    (folder / "data").write_bytes(b"data")
    openssl(
        folder, "dgst", "-sm3", "-sign", "key.pem", "-sigopt", IDENTITY, "-out", "data.sig", "data"
    )
    signature = (folder / "data.sig").read_bytes()
    assert public(folder).verify(signature, b"data")
    assert not public(folder).verify(signature, b"date")


def test_the_identity_is_part_of_what_is_signed(folder: Path) -> None:
    signature = private(folder).sign(b"data")
    assert public(folder).verify(signature, b"data")
    assert not public(folder, b"another").verify(signature, b"data")


def test_the_signature_is_der_of_two_numbers(folder: Path) -> None:
    r, s = decode_dss_signature(private(folder).sign(b"data"))
    assert 0 < r < 1 << 256
    assert 0 < s < 1 << 256


def test_damaged_signatures_are_refused_quietly(folder: Path) -> None:
    key, signature = public(folder), private(folder).sign(b"data")
    for damaged in (b"", b"\x30\x00", signature[:-1], bytes(70), signature[:-1] + b"\x00"):
        assert not key.verify(damaged, b"data")
    assert key.verify(signature, b"data")


def test_other_keys_are_named(folder: Path) -> None:
    with pytest.raises(SigningFailed, match="no key"):
        Sm2Key(b"nothing")
    openssl(folder, "pkey", "-in", "key.pem", "-aes256", "-passout", "pass:x", "-out", "locked.pem")
    with pytest.raises(SigningFailed, match="encrypted"):
        Sm2Key((folder / "locked.pem").read_bytes())
    with pytest.raises(SigningFailed, match="not an SM2 key"):
        Sm2Key((folder / "p256.pem").read_bytes())
    with pytest.raises(SigningFailed, match="public key"):
        public(folder).sign(b"data")


def test_many_signatures_leave_no_trace(folder: Path) -> None:
    key, checking = private(folder), public(folder)
    assert all(checking.verify(key.sign(bytes([number])), bytes([number])) for number in range(50))
