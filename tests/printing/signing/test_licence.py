"""The papers that are really drawn, signed and judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyhanko.sign.validation.status import SignatureCoverageLevel

from printing.documents import PreparedPdf
from printing.layout import takes_seal
from printing.pki import KeyStore
from printing.qr import encode
from printing.render import render
from printing.samples import sample_document
from printing.signing import SignedPdf, SoftwareSigner, sign_pdf
from printing.templates.loading import get_template, list_templates
from printing.verify import judge_pdf
from tests.fuzz.trials import original_of, violations_of_pdfs
from tests.printing.signing.judges import ask_pyhanko, openssl, pdfsig
from tests.printing.signing.papers import CODE, IDENTIFIER, NOW, PAYLOAD

SEALED = [key for key in list_templates() if takes_seal(get_template(key))]
BRANCH = "business-licence-branch"


@pytest.fixture(scope="module")
def licence(signer: SoftwareSigner) -> PreparedPdf:
    """The licence of a branch, with its code."""
    drawn = sample_document(BRANCH)
    text = encode(PAYLOAD, signer)
    return render(replace(drawn, licence_identifier=IDENTIFIER, qr_text=text, sealed_at=NOW))


@pytest.fixture(scope="module")
def issued(licence: PreparedPdf, signer: SoftwareSigner) -> SignedPdf:
    """The licence, signed."""
    return sign_pdf(licence, signer)


@pytest.mark.parametrize("template", SEALED)
def test_every_sealed_paper_is_genuine(template: str, keys: KeyStore) -> None:
    drawn = sample_document(template)
    assert drawn.seal is not None
    own = keys.signer_for(CODE, drawn.seal.organ_name, NOW)
    signed = sign_pdf(render(replace(drawn, sealed_at=NOW, licence_identifier=None)), own)
    verdict = judge_pdf(signed.data, keys.trust_roots(), NOW)
    assert (verdict.code, verdict.signer) == ("genuine", drawn.seal.organ_name)
    assert verdict.identifier == drawn.number


def test_pyhanko_finds_it_whole_valid_and_trusted(issued: SignedPdf, keys: KeyStore) -> None:
    status = ask_pyhanko(issued.data, keys)
    assert (status.intact, status.valid, status.trusted, status.docmdp_ok) == (True,) * 4
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.bottom_line


def test_pdfsig_accepts_it(issued: SignedPdf, keys: KeyStore, tmp_path: Path) -> None:
    said = pdfsig(tmp_path, issued.data, keys)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said


def test_openssl_accepts_its_container(
    licence: PreparedPdf, issued: SignedPdf, keys: KeyStore, tmp_path: Path
) -> None:
    start, end = licence.gap
    done = openssl(tmp_path, issued.container, licence.data[:start] + licence.data[end:], keys)
    assert done.returncode == 0, done.stderr


def test_mutated_licences_are_refused(
    licence: PreparedPdf, signer: SoftwareSigner, keys: KeyStore
) -> None:
    other = render(replace(sample_document(BRANCH), number="Another", sealed_at=NOW))
    original = original_of(licence, other, signer)
    assert list(violations_of_pdfs(original, keys.trust_roots(), 1, 200)) == []
