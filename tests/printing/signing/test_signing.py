"""Signatures as our own code makes them: where they go, what they need, what they refuse."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from asn1crypto import cms, core
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from printing.certificates import CertificateUnreadable, owner_of
from printing.documents import PreparedPdf
from printing.pki import DemoRoot, issue_authority
from printing.signing import (
    P256_ORDER,
    KeyFileUnreadable,
    SignedPdf,
    SigningFailed,
    SoftwareSigner,
    has_low_s,
    insert,
    sign_pdf,
)
from printing.verify import judge_pdf
from tests.printing.signing.authorities import Wish, end, issue, root, rsa_key, signer_of
from tests.printing.signing.conftest import PASSWORD
from tests.printing.signing.papers import CODE, NAME, NOW, Draft, prepared


def parse(container: bytes) -> cms.SignedData:
    return cms.ContentInfo.load(container, strict=True)["content"]


def test_only_the_gap_changes(paper: PreparedPdf, signed: SignedPdf) -> None:
    start, end_of_gap = paper.gap
    assert len(signed.data) == len(paper.data)
    assert signed.data[: start + 1] == paper.data[: start + 1]
    assert signed.data[end_of_gap - 1 :] == paper.data[end_of_gap - 1 :]


def test_the_same_paper_gets_the_same_signature(
    paper: PreparedPdf, signer: SoftwareSigner, signed: SignedPdf
) -> None:
    assert sign_pdf(paper, signer) == signed


def test_prepared_bytes_and_container_give_the_file_again(
    paper: PreparedPdf, signed: SignedPdf
) -> None:
    assert insert(paper, signed.container) == signed.data


def test_the_container_is_what_the_standard_asks_for(
    paper: PreparedPdf, signer: SoftwareSigner, signed: SignedPdf
) -> None:
    (info,) = parse(signed.container)["signer_infos"]
    attributes = {each["type"].native: each["values"][0] for each in info["signed_attrs"]}
    covered = paper.data[: paper.gap[0]] + paper.data[paper.gap[1] :]
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert attributes["message_digest"].native == hashlib.sha256(covered).digest()
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    assert named == hashlib.sha256(signer.certificate).digest()


def test_another_encoder_writes_the_same_container(signed: SignedPdf) -> None:
    assert cms.ContentInfo.load(signed.container).dump(force=True) == signed.container


def test_every_length_of_signature_gives_a_sound_container(signer: SoftwareSigner) -> None:
    by_length = {}
    for number in range(300):
        done = sign_pdf(prepared(Draft(text=str(number))), signer)
        by_length[len(done.container)] = done.container
    assert len(by_length) > 1
    for container in by_length.values():
        assert cms.ContentInfo.load(container).dump(force=True) == container


def test_a_container_that_does_not_fit_is_refused_with_the_numbers(signer: SoftwareSigner) -> None:
    with pytest.raises(SigningFailed, match=r"has \d+ bytes, the document has room for 300"):
        sign_pdf(prepared(Draft(room=300)), signer)


def test_a_paper_without_a_field_is_refused(signer: SoftwareSigner) -> None:
    with pytest.raises(SigningFailed, match="no signature field"):
        sign_pdf(PreparedPdf(b"%PDF-1.7", (0, 0), ""), signer)


class HighSigner:
    """A key device that answers with the higher of the two possible signatures."""

    def __init__(self, inner: SoftwareSigner) -> None:
        self.certificate, self.chain, self._inner = inner.certificate, inner.chain, inner

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self._inner.sign(data))
        return encode_dss_signature(r, max(s, P256_ORDER - s))


def test_signatures_take_the_lower_form_whatever_the_device_answers(
    paper: PreparedPdf, signer: SoftwareSigner, signed: SignedPdf
) -> None:
    device = HighSigner(signer)
    assert not has_low_s(device.sign(b"data"))
    assert sign_pdf(paper, device) == signed


@pytest.mark.parametrize("bits", [2048, 3072])
def test_rsa_keys_sign_too(paper: PreparedPdf, bits: int) -> None:
    own_root = root()
    rsa_signer = signer_of(issue(Wish(NAME, key=rsa_key(bits)), own_root))
    verdict = judge_pdf(sign_pdf(paper, rsa_signer).data, [own_root.der], NOW)
    assert verdict.code == "genuine"


def test_weak_and_foreign_keys_are_refused(paper: PreparedPdf) -> None:
    for key in (rsa_key(1024), ec.generate_private_key(ec.SECP384R1())):
        with pytest.raises(CertificateUnreadable):
            signer_of(issue(Wish(NAME, key=key)))


def test_a_key_must_belong_to_its_certificate() -> None:
    one, other = root(), root()
    with pytest.raises(KeyFileUnreadable, match="does not belong"):
        SoftwareSigner(one.key, end(other).der)


def packed_demo() -> bytes:
    return issue_authority(
        DemoRoot.create(),
        NAME,
        CODE,
        not_before=NOW,
        not_after=NOW.replace(year=2030),
        password=PASSWORD,
    )


def test_a_key_file_opens_with_its_password_only(tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(packed_demo())
    assert owner_of(SoftwareSigner.from_pkcs12(file, PASSWORD).certificate).code == CODE
    with pytest.raises(KeyFileUnreadable, match="password"):
        SoftwareSigner.from_pkcs12(file, "another")
    with pytest.raises(KeyFileUnreadable):
        SoftwareSigner.from_pkcs12(packed_demo()[:-20], PASSWORD)


def test_a_key_file_brings_its_intermediates_but_not_its_root() -> None:
    top = root()
    middle = issue(Wish("Middle", authority=True), top)
    own = end(middle)
    packed = pkcs12.serialize_key_and_certificates(
        b"key", own.key, own.certificate, [middle.certificate, top.certificate],
        BestAvailableEncryption(PASSWORD.encode()),
    )  # fmt: skip
    assert SoftwareSigner.from_pkcs12(packed, PASSWORD).chain == (middle.der,)


def test_no_signing_time_stands_in_the_container(signed: SignedPdf) -> None:
    assert core.ObjectIdentifier("1.2.840.113549.1.9.5").dump() not in signed.container
