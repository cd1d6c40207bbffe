"""Independent judges of signed papers: pyHanko, OpenSSL, and poppler's pdfsig where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from printing.pki import KeyStore
from tests.printing.signing.papers import NOW


def need(*programs: str) -> None:
    """Skip without these programs, except where everything must run."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(
            f"not installed: {', '.join(missing)} (apt install openssl poppler-utils libnss3-tools)"
        )


def ask_pyhanko(data: bytes, keys: KeyStore) -> PdfSignatureStatus:
    """What pyHanko says of the one signature of a file, with the roots of an instance."""
    return pyhanko_status(data, keys.trust_roots())


def pyhanko_status(data: bytes, roots: Sequence[bytes]) -> PdfSignatureStatus:
    """What pyHanko says of the one signature of a file, with these DER roots."""
    trusted = [asn1.Certificate.load(each) for each in roots]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=NOW)
    (found,) = PdfFileReader(BytesIO(data), strict=True).embedded_signatures
    return validate_pdf_signature(found, context, context)


def openssl(
    folder: Path, container: bytes, content: bytes, keys: KeyStore
) -> subprocess.CompletedProcess[str]:
    need("openssl")
    (folder / "container.der").write_bytes(container)
    (folder / "content.bin").write_bytes(content)
    write_root(folder / "root.pem", keys)
    return subprocess.run(
        [
            "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "container.der",
            "-content", "content.bin", "-CAfile", "root.pem", "-purpose", "any", "-out", os.devnull,
            "-attime", str(int(NOW.timestamp())),
        ],
        cwd=folder, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def write_root(file: Path, keys: KeyStore) -> None:
    (root,) = keys.trust_roots()
    file.write_bytes(x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM))


def pdfsig(folder: Path, data: bytes, keys: KeyStore) -> str:
    need("pdfsig", "certutil")
    (folder / "paper.pdf").write_bytes(data)
    write_root(folder / "root.pem", keys)
    store = f"sql:{folder}"
    for step in (
        ["certutil", "-N", "-d", store, "--empty-password"],
        ["certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-a", "-i", "root.pem"],
    ):
        subprocess.run(step, cwd=folder, check=True, capture_output=True, timeout=120)
    done = subprocess.run(
        ["pdfsig", "-nssdir", store, "paper.pdf"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout
