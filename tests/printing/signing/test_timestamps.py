"""Timestamps: asked over HTTP, put beside the signature, proved by the verifier and by pyHanko."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from printing.documents import PreparedPdf
from printing.signing import SoftwareSigner, insert, sign_pdf
from printing.timestamps import HttpTimestampAuthority, TimestampUnavailable
from printing.verification.containers import read_container
from printing.verify import Verdict, judge_pdf
from tests.fuzz.mutations import Original
from tests.fuzz.trials import violations_of_pdfs
from tests.printing.signing.authorities import Issued, Wish, end, issue, root, rsa_key, signer_of
from tests.printing.signing.judges import pyhanko_status
from tests.printing.signing.papers import NOW, Draft, prepared
from tests.support.timestamping import Answer, serving, stamper

STAMPED = datetime(2026, 11, 21, 2, 31, tzinfo=UTC)
STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])


@pytest.fixture(scope="module")
def top() -> Issued:
    """The root above everybody."""
    return root()


@pytest.fixture(scope="module")
def own(top: Issued) -> SoftwareSigner:
    """The authority that seals."""
    return signer_of(end(top))


def authority(top: Issued, **wishes: object) -> Issued:
    wish = {"extra": STAMPING, "key": rsa_key(2048), "code": "TSA", **wishes}
    return issue(Wish("Timestamps", **wish), top)  # type: ignore[arg-type]


class Direct:
    """A timestamp authority without a line between."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def token(self, digest: bytes) -> bytes:
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        query = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
        response = tsp.TimeStampResp.load(self._answer(query.dump()))
        token: bytes = response["time_stamp_token"].dump(force=True)
        return token


def verdict_on(paper: PreparedPdf, own: SoftwareSigner, answer: Answer, top: Issued) -> Verdict:
    return judge_pdf(sign_pdf(paper, own, Direct(answer)).data, [top.der], NOW)


def test_a_timestamp_proves_a_moment(paper: PreparedPdf, own: SoftwareSigner, top: Issued) -> None:
    verdict = verdict_on(paper, own, stamper(authority(top), STAMPED), top)
    assert (verdict.code, verdict.timestamped_at) == ("genuine", STAMPED)
    assert verdict.as_json()["timestamped_at"] == "2026-11-21T02:31:00+00:00"


def test_pyhanko_trusts_it_too(paper: PreparedPdf, own: SoftwareSigner, top: Issued) -> None:
    signed = sign_pdf(paper, own, Direct(stamper(authority(top), STAMPED)))
    status = pyhanko_status(signed.data, [top.der])
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert (status.timestamp_validity.valid, status.timestamp_validity.trusted) == (True, True)


def test_any_changed_byte_of_the_token_is_noticed(
    paper: PreparedPdf, own: SoftwareSigner, top: Issued
) -> None:
    container = sign_pdf(paper, own, Direct(stamper(authority(top), STAMPED))).container
    token = read_container(container).timestamp
    start = container.index(token)
    passed = []
    for at in range(start, start + len(token), 2):
        changed = bytearray(container)
        changed[at] ^= 1
        verdict = judge_pdf(insert(paper, bytes(changed)), [top.der], NOW)
        passed += [at - start] if verdict.genuine else []
    assert passed == []


def test_mutated_papers_with_a_timestamp_are_refused(
    paper: PreparedPdf, own: SoftwareSigner, top: Issued
) -> None:
    timestamps = Direct(stamper(authority(top), STAMPED))
    signed, other = (
        sign_pdf(each, own, timestamps) for each in (paper, prepared(Draft(text="Another")))
    )
    original = Original(signed.data, paper, signed.container, other.container)
    assert list(violations_of_pdfs(original, [top.der], 2, 500)) == []


def test_only_a_trusted_authority_for_timestamps_counts(
    paper: PreparedPdf, own: SoftwareSigner, top: Issued
) -> None:
    stranger = authority(root())
    for wrong in (
        stranger,
        authority(top, extra=None),
        authority(top, end=datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        assert verdict_on(paper, own, stamper(wrong, STAMPED), top).code == "timestamp-wrong"


def test_the_certificate_must_have_been_valid_when_stamped(
    paper: PreparedPdf, own: SoftwareSigner, top: Issued
) -> None:
    long_lived = issue(Wish("Root", authority=True, end=datetime(2060, 1, 1, tzinfo=UTC)))
    late = authority(long_lived, end=datetime(2060, 1, 1, tzinfo=UTC))
    seal = signer_of(end(long_lived))
    answer = stamper(late, datetime(2040, 1, 1, tzinfo=UTC))
    assert verdict_on(paper, seal, answer, long_lived).code == "certificate-not-valid-then"


def test_the_timestamp_of_another_signature_is_refused(
    paper: PreparedPdf, own: SoftwareSigner, top: Issued
) -> None:
    fixed = Direct(stamper(authority(top), STAMPED)).token(hashlib.sha256(b"another").digest())

    class Reused:
        def token(self, digest: bytes) -> bytes:
            return fixed

    data = sign_pdf(paper, own, Reused()).data
    assert judge_pdf(data, [top.der], NOW).code == "timestamp-wrong"
    Reused.token = lambda self, digest: b"\x30\x03\x02\x01\x01"  # type: ignore[method-assign]
    assert judge_pdf(sign_pdf(paper, own, Reused()).data, [top.der], NOW).code == "timestamp-wrong"


def test_a_token_is_asked_over_http(paper: PreparedPdf, own: SoftwareSigner, top: Issued) -> None:
    with serving(stamper(authority(top), STAMPED)) as address:
        timestamps = HttpTimestampAuthority(address)
        verdict = judge_pdf(sign_pdf(paper, own, timestamps).data, [top.der], NOW)
    assert verdict.timestamped_at == STAMPED


def test_what_is_no_answer_is_named(top: Issued) -> None:
    good, digest = stamper(authority(top), STAMPED), bytes(32)
    refusal = bytes.fromhex("30053003020102")  # The status is rejection; no token follows.
    other = tsp.TimeStampReq({
        "version": "v1", "nonce": 1, "cert_req": True,
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"1" * 32},
    }).dump()  # fmt: skip
    for answer in (
        lambda _: b"no timestamp",
        lambda _: b"0" * (1 << 17),
        lambda _: refusal,
        lambda _: good(other),
    ):
        with serving(answer) as address, pytest.raises(TimestampUnavailable):
            HttpTimestampAuthority(address).token(digest)


def test_silence_is_named() -> None:
    with pytest.raises(TimestampUnavailable):
        HttpTimestampAuthority("http://127.0.0.1:9/", timeout_s=1).token(bytes(32))
    with pytest.raises(ValueError, match="http"):
        HttpTimestampAuthority("file:///etc/passwd")
