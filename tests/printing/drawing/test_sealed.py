"""A drawn page, signed, is genuine to the verifier, and no byte of it may change."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from printing.pki import KeyStore
from printing.render import render
from printing.samples import SAMPLE_IDENTIFIER, SAMPLE_MOMENT
from printing.signing import SignedPdf, insert, sign_pdf
from printing.verify import judge_pdf
from tests.printing.drawing.papers import SEALED, paper

CODE = SAMPLE_IDENTIFIER.split(".")[6]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return KeyStore(tmp_path_factory.mktemp("keys") / "keys", "a password of the tests")


def sealed(template: str, keys: KeyStore) -> SignedPdf:
    document = paper(template)
    assert document.seal is not None
    signer = keys.signer_for(CODE, document.seal.organ_name, SAMPLE_MOMENT)
    return sign_pdf(render(document), signer)


def roots(keys: KeyStore) -> list[bytes]:
    certificate = x509.load_pem_x509_certificate((keys.folder / "root.pem").read_bytes())
    return [certificate.public_bytes(Encoding.DER)]


@pytest.mark.parametrize("template", SEALED)
def test_every_paper_is_genuine_once_sealed(template: str, keys: KeyStore) -> None:
    signed = sealed(template, keys)
    verdict = judge_pdf(signed.data, roots(keys), SAMPLE_MOMENT)
    assert (verdict.genuine, verdict.code) == (True, "genuine")
    assert verdict.identifier == SAMPLE_IDENTIFIER
    assert verdict.signed_at == SAMPLE_MOMENT


def test_a_changed_byte_anywhere_is_seen(keys: KeyStore) -> None:
    data = sealed(SEALED[0], keys).data
    for at in range(0, len(data), len(data) // 40):
        spoiled = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        assert not judge_pdf(spoiled, roots(keys), SAMPLE_MOMENT).genuine


def test_the_stored_container_rebuilds_the_same_file(keys: KeyStore, tmp_path: Path) -> None:
    signed = sealed(SEALED[0], keys)
    assert insert(render(paper(SEALED[0])), signed.container) == signed.data
