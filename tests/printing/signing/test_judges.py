"""What independent judges say of our signatures on a small paper and on a real licence."""

from __future__ import annotations

from pathlib import Path

from pyhanko.sign.validation.status import SignatureCoverageLevel

from printing.documents import PreparedPdf
from printing.pki import KeyStore
from printing.signing import SignedPdf
from tests.printing.signing.judges import ask_pyhanko, openssl, pdfsig
from tests.printing.signing.papers import append_revision


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def test_pyhanko_finds_it_whole_valid_and_trusted(signed: SignedPdf, keys: KeyStore) -> None:
    status = ask_pyhanko(signed.data, keys)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok
    assert status.bottom_line


def test_pyhanko_sees_a_changed_page(signed: SignedPdf, keys: KeyStore) -> None:
    status = ask_pyhanko(signed.data.replace(b"(Specimen)", b"(Specimem)"), keys)
    assert not status.intact


def test_pyhanko_sees_an_appended_revision(signed: SignedPdf, keys: KeyStore) -> None:
    status = ask_pyhanko(append_revision(signed.data), keys)
    assert status.coverage != SignatureCoverageLevel.ENTIRE_FILE
    assert not status.bottom_line


def covered(paper: PreparedPdf) -> bytes:
    return paper.data[: paper.gap[0]] + paper.data[paper.gap[1] :]


def test_openssl_accepts_the_container(
    paper: PreparedPdf, signed: SignedPdf, keys: KeyStore, tmp_path: Path
) -> None:
    done = openssl(tmp_path, signed.container, covered(paper), keys)
    assert done.returncode == 0, done.stderr


def test_openssl_refuses_other_content(
    paper: PreparedPdf, signed: SignedPdf, keys: KeyStore, tmp_path: Path
) -> None:
    assert openssl(tmp_path, signed.container, changed(covered(paper), 100), keys).returncode != 0


def test_pdfsig_accepts_the_paper(signed: SignedPdf, keys: KeyStore, tmp_path: Path) -> None:
    said = pdfsig(tmp_path, signed.data, keys)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said


def test_pdfsig_sees_a_changed_page(signed: SignedPdf, keys: KeyStore, tmp_path: Path) -> None:
    said = pdfsig(tmp_path, signed.data.replace(b"(Specimen)", b"(Specimem)"), keys)
    assert "Digest Mismatch" in said
