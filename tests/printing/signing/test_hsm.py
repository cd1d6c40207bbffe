"""Keys in a device, tried with SoftHSM2."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import pytest

from printing.documents import PreparedPdf
from printing.hsm import Pkcs11Signer, Token
from printing.qr import KeySet, decode, encode
from printing.signing import SigningFailed, sign_pdf
from printing.verify import judge_pdf
from tests.printing.signing.authorities import Issued, Wish, end, issue, root, rsa_key
from tests.printing.signing.papers import NAME, NOW, PAYLOAD
from tests.support.devices import PIN, TOKEN, put_in, soft_device
from tests.support.races import together


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The library of a device with one empty token."""
    with soft_device(tmp_path_factory.mktemp("device")) as module:
        yield module


@pytest.fixture(scope="module")
def top() -> Issued:
    """The root above the certificates of the keys in the device."""
    return root()


@pytest.fixture(scope="module")
def own(device: str, top: Issued, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    """An authority whose key is in the device, under the label seal."""
    issued = end(top)
    put_in(issued.key, "seal", "a1", tmp_path_factory.mktemp("own"))
    return issued


@pytest.fixture(scope="module")
def token(device: str) -> Iterator[Token]:
    """The token with the right PIN."""
    opened = Token(device, TOKEN, PIN)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def in_device(token: Token, own: Issued) -> Pkcs11Signer:
    """A signer that uses the device."""
    return Pkcs11Signer(token, "seal", own.der)


def test_a_paper_signed_in_the_device_is_genuine(
    paper: PreparedPdf, in_device: Pkcs11Signer, top: Issued
) -> None:
    for _ in range(8):  # Half of all signatures come in the higher form and are turned.
        verdict = judge_pdf(sign_pdf(paper, in_device).data, [top.der], NOW)
        assert (verdict.code, verdict.signer) == ("genuine", NAME)


def test_a_code_signed_in_the_device_is_genuine(in_device: Pkcs11Signer) -> None:
    assert decode(encode(PAYLOAD, in_device), KeySet([in_device.certificate])) == PAYLOAD


def test_an_rsa_key_signs_beside_the_other_one(
    token: Token, in_device: Pkcs11Signer, paper: PreparedPdf, top: Issued, tmp_path: Path
) -> None:
    issued = issue(Wish(NAME, key=rsa_key(2048)), top)
    put_in(issued.key, "rsa", "a2", tmp_path)
    signer = Pkcs11Signer(token, "rsa", issued.der)
    assert in_device.sign(b"data")
    assert judge_pdf(sign_pdf(paper, signer).data, [top.der], NOW).genuine


def test_threads_take_turns(in_device: Pkcs11Signer, paper: PreparedPdf, top: Issued) -> None:
    def sign_some() -> list[bytes]:
        return [sign_pdf(paper, in_device).data for _ in range(8)]

    made = chain.from_iterable(together(*[sign_some] * 8))
    assert all(judge_pdf(each, [top.der], NOW).genuine for each in made)


def test_it_opens_again_after_it_was_closed(token: Token, in_device: Pkcs11Signer) -> None:
    token.close()
    assert in_device.sign(b"data")


def sign_elsewhere(signer: Pkcs11Signer, told: object) -> None:
    told.send_bytes(signer.sign(b"data"))  # type: ignore[attr-defined]


def test_a_forked_process_opens_the_device_anew(in_device: Pkcs11Signer) -> None:
    context = get_context("fork")
    reading, telling = context.Pipe(duplex=False)
    child = context.Process(target=sign_elsewhere, args=(in_device, telling), daemon=True)
    child.start()
    try:
        assert reading.poll(20)
        assert reading.recv_bytes()
        child.join(20)
    finally:
        child.kill()  # One that hangs would keep this process from ending.
    assert in_device.sign(b"data")


@pytest.mark.parametrize(
    ("label", "key", "pin"),
    [("other", "seal", PIN), (TOKEN, "other", PIN), (TOKEN, "seal", "0000")],
)
def test_what_is_not_there_is_named_without_the_pin(
    device: str, own: Issued, token: Token, label: str, key: str, pin: str
) -> None:
    token.close()
    with pytest.raises(SigningFailed, match=f"token '{label}', key '{key}'") as refusal:
        Pkcs11Signer(Token(device, label, pin), key, own.der)
    assert pin not in str(refusal.value)


def test_a_library_that_is_not_there_is_named(own: Issued) -> None:
    with pytest.raises(SigningFailed):
        Pkcs11Signer(Token("/nowhere/library.so", TOKEN, PIN), "seal", own.der)


def test_the_key_must_belong_to_the_certificate(token: Token, own: Issued, top: Issued) -> None:
    with pytest.raises(SigningFailed, match="does not belong"):
        Pkcs11Signer(token, "seal", end(top).der)
