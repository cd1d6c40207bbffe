"""The code on the paper: small enough, judged offline, never in another's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given
from hypothesis import strategies as st

from printing import base45
from printing.certificates import key_id, owner_of
from printing.documents import PreparedPdf
from printing.pki import KeyStore
from printing.qr import (
    LONGEST,
    PREFIX,
    KeySet,
    LicencePayload,
    QrInvalid,
    QrRefused,
    decode,
    encode,
)
from printing.signing import P256_ORDER, SoftwareSigner
from tests.printing.signing.authorities import Wish, issue, rsa_key, signer_of
from tests.printing.signing.papers import CODE, IDENTIFIER, NAME, NOW, PAYLOAD

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"", "")]
QR_ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
#: Short enough together that no holder has to lose its middle, whatever its characters weigh.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(
    lambda words: len(words.encode()) <= 32
)


@pytest.fixture(scope="module")
def text(signer: SoftwareSigner) -> str:
    """The code of the usual licence."""
    return encode(PAYLOAD, signer)


def test_it_says_what_was_signed(text: str, keys: KeyStore) -> None:
    assert decode(text, keys.public_keys()) == PAYLOAD


def test_it_fits_the_code_on_the_paper(text: str) -> None:
    assert len(text) <= LONGEST == 350
    assert set(text) <= QR_ALPHANUMERIC


def test_the_same_licence_gets_the_same_code(text: str, signer: SoftwareSigner) -> None:
    assert encode(PAYLOAD, signer) == text


@given(
    holder=TEXTS, licence_name=TEXTS, copy_label=st.sampled_from(["", "1-1", "12-12"]),
    issued_on=st.dates(date(2000, 1, 1), date(2179, 6, 5)),
    expires_on=st.none() | st.dates(date(2000, 1, 1), date(2179, 6, 5)),
    identifier=st.just(IDENTIFIER) | st.from_regex(r"[0-9A-Z.]{0,40}", fullmatch=True)
    | st.from_regex(r"1\.2\.156\.3005\.2\.[0-9A-Z]{1,40}", fullmatch=True),
)  # fmt: skip
def test_everything_comes_back(
    module_signer: SoftwareSigner, module_keys: KeySet, **said: object
) -> None:
    payload = replace(PAYLOAD, **said)  # type: ignore[arg-type]
    assert decode(encode(payload, module_signer), module_keys) == payload


@pytest.fixture(scope="module")
def module_signer(signer: SoftwareSigner) -> SoftwareSigner:
    """The signer, of the scope that property tests ask for."""
    return signer


@pytest.fixture(scope="module")
def module_keys(keys: KeyStore, signer: SoftwareSigner) -> KeySet:
    """The published keys, once the signer's is among them."""
    return keys.public_keys()


def test_the_longest_identifier_and_an_ordinary_branch_fit_uncut(
    signer: SoftwareSigner, keys: KeyStore
) -> None:
    serial = "11440232MB2D06811W4000117051000202010200008"
    identifier = f"1.2.156.3005.2.11100000000013338W001.{CODE}.{serial}.001.7"
    payload = replace(
        PAYLOAD, identifier=identifier, holder="重庆两江云智科技有限公司成都武侯分公司"
    )
    assert decode(encode(payload, signer), keys.public_keys()) == payload


def test_a_long_holder_is_shortened_visibly(signer: SoftwareSigner, keys: KeyStore) -> None:
    holder = "中华人民共和国" * 14
    text = encode(replace(PAYLOAD, holder=holder), signer)
    said = decode(text, keys.public_keys()).holder
    head, tail = said.split("…")
    assert len(text) <= LONGEST
    assert holder.startswith(head)
    assert holder.endswith(tail)
    assert len(head) + len(tail) > 35


def test_what_can_not_fit_is_refused(signer: SoftwareSigner) -> None:
    with pytest.raises(QrRefused, match="350"):
        encode(replace(PAYLOAD, licence_name="证" * 100), signer)
    with pytest.raises(QrRefused, match="date"):
        encode(replace(PAYLOAD, issued_on=date(1999, 12, 31)), signer)


def test_a_key_signs_for_its_owner_only(signer: SoftwareSigner) -> None:
    with pytest.raises(QrRefused, match="belongs to"):
        encode(replace(PAYLOAD, issuer="重庆市沙坪坝区市场监督管理局"), signer)
    with pytest.raises(QrRefused, match="belongs to"):
        encode(replace(PAYLOAD, identifier=IDENTIFIER.replace(CODE, "11500106MB7654321A")), signer)


def test_an_rsa_key_makes_no_code(paper: PreparedPdf) -> None:
    with pytest.raises(QrRefused, match="P-256"):
        encode(PAYLOAD, signer_of(issue(Wish(NAME, key=rsa_key(2048)))))


def reason(text: str, keys: KeySet) -> str:
    with pytest.raises(QrInvalid) as refusal:
        decode(text, keys)
    return refusal.value.reason


def test_what_is_not_ours_is_told_apart(text: str, keys: KeyStore) -> None:
    published = keys.public_keys()
    for foreign in ("", "HC1:6BFOXN", "https://example.gov.cn/l/1", text[1:], text.lower()):
        assert reason(foreign, published) == "not-ours"
    assert reason(text, KeySet([])) == "unknown-key"
    assert reason(text[:-3], published) == "malformed"
    assert reason(PREFIX + base45.encode(b"\xff"), published) == "malformed"
    assert reason(text + "A" * LONGEST, published) == "malformed"


def test_a_forger_with_a_key_of_his_own_is_unknown(keys: KeyStore) -> None:
    forger = signer_of(issue(Wish(NAME)))
    assert reason(encode(PAYLOAD, forger), keys.public_keys()) == "unknown-key"


def parts(text: str) -> list[object]:
    unpacked: list[object] = cbor2.loads(base45.decode(text.removeprefix(PREFIX)))
    return unpacked


def wrapped(*values: object) -> str:
    return PREFIX + base45.encode(cbor2.dumps(list(values)))


def test_changed_claims_are_noticed(text: str, keys: KeyStore) -> None:
    protected, _, body, signature = parts(text)
    claims = cbor2.loads(body)
    claims[2] = "食品经营许可证"
    assert (
        reason(wrapped(protected, {}, cbor2.dumps(claims), signature), keys.public_keys())
        == "signature"
    )


def test_nothing_rides_along_unsigned(text: str, keys: KeyStore) -> None:
    protected, _, body, signature = parts(text)
    assert reason(wrapped(protected, {1: 2}, body, signature), keys.public_keys()) == "malformed"
    assert reason(wrapped(protected, {}, body, signature, 1), keys.public_keys()) == "malformed"
    longer = b"\x84\x58\x0f" + base45.decode(text.removeprefix(PREFIX))[2:]
    assert reason(PREFIX + base45.encode(longer), keys.public_keys()) == "malformed"


def test_the_other_form_of_the_signature_is_refused(text: str, keys: KeyStore) -> None:
    protected, _, body, signature = parts(text)
    assert isinstance(signature, bytes)
    second = P256_ORDER - int.from_bytes(signature[32:], "big")
    changed = signature[:32] + second.to_bytes(32, "big")
    assert reason(wrapped(protected, {}, body, changed), keys.public_keys()) == "signature"


def test_claims_of_a_trusted_key_are_still_checked(signer: SoftwareSigner, keys: KeyStore) -> None:
    """A key that is trusted signs claims that no code of ours has."""
    protected = cbor2.dumps({1: -7, 4: key_id(signer.certificate)})
    for claims in (
        None,
        [],
        [1, 2, 3, 4, 5, 6],
        ["a", "b", "c", True, None, "d"],
        ["a", b"\xd8", "c", 1, None, "d"],
    ):
        body = cbor2.dumps(claims)
        signature = sign(signer, cbor2.dumps(["Signature1", protected, b"", body]))
        assert reason(wrapped(protected, {}, body, signature), keys.public_keys()) == "malformed"


def sign(signer: SoftwareSigner, data: bytes) -> bytes:
    r, s = decode_dss_signature(signer.sign(data))
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def test_another_reader_of_cose_would_accept_it(text: str, signer: SoftwareSigner) -> None:
    """By RFC 9052 alone, without our decoder."""
    protected, unprotected, body, signature = parts(text)
    assert isinstance(signature, bytes)
    assert unprotected == {}
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    structure = cbor2.dumps(["Signature1", protected, b"", body])
    key = owner_of(signer.certificate).key
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(encode_dss_signature(r, s), structure, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(
    ("data", "text"),
    RFC_9285,
)
def test_base_45_gives_the_examples_of_the_standard(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["A", "ABCD", "GGW", "::", "bb8", "BB\n"])
def test_base_45_reads_one_form_only(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        base45.decode(text)


@given(st.binary(max_size=60))
def test_base_45_returns_what_it_was_given(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


def test_a_payload_is_a_value() -> None:
    assert LicencePayload(**PAYLOAD.__dict__) == PAYLOAD
    assert replace(PAYLOAD, expires_on=NOW.date() + timedelta(days=1)) != PAYLOAD
