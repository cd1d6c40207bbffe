"""A small share of the fuzzing with every run; ``make fuzz`` does the rest."""

from __future__ import annotations

from printing.documents import PreparedPdf
from printing.pki import KeyStore
from printing.qr import encode
from printing.signing import SoftwareSigner
from printing.verify import judge_pdf, judge_qr
from tests.fuzz.trials import original_of, violations_of_pdfs, violations_of_texts
from tests.printing.signing.papers import NOW, PAYLOAD, Draft, prepared

COUNT = 500


def test_mutated_papers_are_refused(
    paper: PreparedPdf, signer: SoftwareSigner, keys: KeyStore
) -> None:
    original = original_of(paper, prepared(Draft(text="Another")), signer)
    assert judge_pdf(original.data, keys.trust_roots(), NOW).genuine
    assert list(violations_of_pdfs(original, keys.trust_roots(), 0, COUNT)) == []


def test_mutated_codes_are_refused(signer: SoftwareSigner, keys: KeyStore) -> None:
    text = encode(PAYLOAD, signer)
    assert judge_qr(text, keys.public_keys())["genuine"]
    assert list(violations_of_texts(text, keys.public_keys(), 0, COUNT)) == []
