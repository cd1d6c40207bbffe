"""A real seal: imported with its chain and picture it prints clean; anything less is refused by name."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from flask import Flask
from flask.testing import FlaskClient

from kiosk import workers
from kiosk.app import create_app
from kiosk.licences.sealing import rebuild, seal_document
from kiosk.licences.sweep import sweep_files
from printing.seal_service import SealRequest, SealServiceFailed, SesSignature, TbsSign
from printing.sm2 import Sm2Key, is_available
from printing.timestamps import TimestampUnavailable
from printing.verify import judge_pdf
from tests.integration.licences.real_seals import LONG, NAME, PASSWORD, Bureau, pem
from tests.printing.drawing.papers import text_of
from tests.printing.signing.authorities import Wish, issue, root, rsa_key
from tests.printing.signing.judges import need
from tests.support.clocks import StandingClock
from tests.support.devices import PIN, TOKEN, put_in, soft_device
from tests.support.instances import Prepared
from tests.support.seal_pictures import seal_png
from tests.support.timestamping import serving, stamper

STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
OVER = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def bureau(app: Flask, clock: StandingClock, tmp_path: Path) -> Bureau:
    """The keeper's desk, before anything was imported."""
    return Bureau.of(app, clock, tmp_path)


def test_under_a_real_seal_a_paper_comes_out_clean_and_genuine(
    bureau: Bureau, clock: StandingClock, client: FlaskClient
) -> None:
    bureau.trust()
    done = bureau.bring_file(bureau.certified())
    assert done.exit_code == 0, done.output
    number = bureau.paper(clock)
    with bureau.app.app_context():
        assert seal_document(number, now=clock.now()) == "sealed"
        assert rebuild(number) == bureau.file_of(number)
        assert sweep_files() == {"files_without_rows": [], "rows_without_files": []}
    data = bureau.file_of(number)
    said = text_of(data)
    assert "样章" not in said
    assert said.count("样张") == 1  # The note in the place of the national code.
    verdict = judge_pdf(data, [bureau.top.der], clock.now())
    assert (verdict.code, verdict.demo, verdict.signer) == ("genuine", False, NAME)
    judged = client.post("/api/v1/verifications/pdf", data=data, content_type="application/pdf")
    assert (judged.json["genuine"], judged.json["demo"]) == (True, False)
    text = bureau.row(number).content["qr_text"]
    code = client.post("/api/v1/verifications/qr", json={"text": text})
    assert (code.json["genuine"], code.json["demo"]) == (True, False)


def test_without_an_import_a_paper_is_a_specimen(
    bureau: Bureau, clock: StandingClock, client: FlaskClient
) -> None:
    bureau.trust()
    number = bureau.paper(clock)
    with bureau.app.app_context():
        seal_document(number, now=clock.now())
    said = text_of(bureau.file_of(number))
    assert "样章" in said
    assert said.count("样张") > 6
    text = bureau.row(number).content["qr_text"]
    assert client.post("/api/v1/verifications/qr", json={"text": text}).json["demo"] is True


def test_an_rsa_key_is_taken_in_with_a_word_on_what_it_can_not_sign(
    bureau: Bureau, clock: StandingClock
) -> None:
    bureau.trust()
    assert "P-256" not in bureau.bring_file(bureau.certified()).output
    done = bureau.bring_file(
        issue(Wish(NAME, code=bureau.code, end=LONG, key=rsa_key(2048)), bureau.top)
    )
    assert done.exit_code == 0, done.output
    assert "不能颁发证照" in done.output
    number = bureau.paper(clock)
    with bureau.app.app_context():
        assert seal_document(number, now=clock.now()) == "blocked"
    assert bureau.row(number).problem == "qr-refused"


def bring(bureau: Bureau, **changes: object) -> object:
    key = bureau.key_file(bureau.certified())
    return bureau.bring("--key", key, "--password", PASSWORD, **changes)  # type: ignore[arg-type]


def bring_device(bureau: Bureau) -> object:
    chain = bureau.folder / "chain.pem"
    chain.write_bytes(pem(bureau.certified()))
    return bureau.bring("--device-label", "seal", "--certificates", chain)


@pytest.mark.parametrize(
    ("refuse", "code"),
    [
        (lambda b: b.bring_file(issue(Wish(NAME, code=b.code), root())), "seal-not-trusted"),
        (lambda b: b.bring_file(b.certified(end=OVER)), "seal-not-trusted"),
        (lambda b: b.bring_file(b.certified(name="成都市锦江区行政审批局")), "seal-owner-differs"),
        (lambda b: b.bring_file(b.certified(code="11510104009158319X")), "seal-owner-differs"),
        (lambda b: b.bring_file(b.certified(), password="wrong"), "key-file-unreadable"),
        (lambda b: bring(b, level="county"), "seal-size-wrong"),
        (lambda b: bring(b, diameter=58), "seal-size-wrong"),
        (lambda b: bring(b, picture=b.picture(seal_png(ink=(0, 0, 0, 255)))), "colour"),
        (lambda b: bring(b, picture=b.picture(b"no picture")), "not-a-png"),
        (lambda b: b.bring(), "--key"),
        (bring_device, "key-file-unreadable"),
    ],
)
def test_anything_less_is_refused_by_name_and_nothing_is_kept(
    bureau: Bureau, refuse: Callable[[Bureau], object], code: str
) -> None:
    bureau.trust()
    told = refuse(bureau)
    assert told.exit_code != 0  # type: ignore[attr-defined]
    assert code in told.output  # type: ignore[attr-defined]
    assert bureau.seal() is None
    assert list(bureau.app.extensions["keys"].folder.glob(f"{bureau.code}-*")) == []


def test_the_demonstration_root_never_makes_a_seal_real(
    bureau: Bureau, clock: StandingClock
) -> None:
    number = bureau.paper(clock)
    with bureau.app.app_context():
        seal_document(number, now=clock.now())
    keys = bureau.app.extensions["keys"]
    demo_key = next(keys.folder.glob(f"{bureau.code}-*.p12"))
    told = bureau.bring("--key", demo_key, "--password", bureau.app.config["SEAL_PASSWORD"])
    assert "演示根证书不能用于正式印章" in told.output
    seal = bureau.seal()
    assert seal is not None
    assert seal.demo


def test_a_root_that_is_no_longer_trusted_blocks_the_next_paper(
    bureau: Bureau, clock: StandingClock
) -> None:
    trusted = bureau.trust()
    assert bureau.bring_file(bureau.certified()).exit_code == 0
    trusted.unlink()
    number = bureau.paper(clock)
    with bureau.app.app_context():
        assert seal_document(number, now=clock.now()) == "blocked"
    assert bureau.row(number).problem == "seal-not-trusted"


def test_a_real_seal_gets_its_next_key_by_import_only(bureau: Bureau, clock: StandingClock) -> None:
    bureau.trust()
    bureau.bring_file(bureau.certified())
    runner = bureau.app.test_cli_runner()
    assert "rotation-needs-import" in runner.invoke(args=["keys", "rotate", bureau.code]).output
    first = bureau.paper(clock)
    with bureau.app.app_context():
        seal_document(first, now=clock.now())
    before = bureau.row(first)
    assert bureau.bring_file(bureau.certified()).exit_code == 0
    second = bureau.paper(clock)
    with bureau.app.app_context():
        seal_document(second, now=clock.now())
        assert rebuild(first) == bureau.file_of(first)
    assert before.container != bureau.row(second).container
    assert "正式印章" in runner.invoke(args=["keys", "list"]).output


@pytest.fixture
def equipped(
    prepared: Prepared, clock: StandingClock, tmp_path: Path
) -> Iterator[tuple[Bureau, Path]]:
    """An installation with key device, timestamp authority and SM2 key, all by settings; and the SM2 public key."""
    need("openssl")
    if not is_available():
        pytest.skip("the system's OpenSSL has no SM2")
    top = root()
    wish = Wish("Timestamps", extra=STAMPING, key=rsa_key(2048), code="TSA")
    for name in ("device", "sm2"):
        (tmp_path / name).mkdir()
    private, public = tmp_path / "sm2" / "key.pem", tmp_path / "sm2" / "public.pem"
    openssl("genpkey", "-algorithm", "SM2", "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    with ExitStack() as stack:
        module = stack.enter_context(soft_device(tmp_path / "device"))
        address = stack.enter_context(serving(stamper(issue(wish, top), clock.now())))
        settings = {
            "PKCS11_MODULE": module, "PKCS11_TOKEN": TOKEN, "PKCS11_PIN": int(PIN),
            "TIMESTAMP_URL": address, "TIMESTAMP_TIMEOUT_S": 60, "SM2_KEY": str(private),
        }  # fmt: skip
        app = create_app(prepared.settings(**settings))
        app.extensions["clock"] = clock
        yield replace(Bureau.of(app, clock, tmp_path), top=top), public
        app.extensions["database"].dispose()


def openssl(*arguments: object) -> str:
    done = subprocess.run(
        ["openssl", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


def test_settings_bring_device_timestamp_and_sm2_into_sealing(
    equipped: tuple[Bureau, Path], clock: StandingClock, tmp_path: Path
) -> None:
    bureau, public = equipped
    bureau.trust()
    own = bureau.certified()
    put_in(own.key, "seal", "a1", tmp_path)
    chain = tmp_path / "chain.pem"
    chain.write_bytes(pem(own))
    done = bureau.bring("--device-label", "seal", "--certificates", chain)
    assert done.exit_code == 0, done.output
    number = bureau.paper(clock)
    with bureau.app.app_context():
        workers.drain()
    assert (bureau.row(number).state, bureau.row(number).problem) == ("sealed", None)
    data = bureau.file_of(number)
    verdict = judge_pdf(data, [bureau.top.der], clock.now())
    assert (verdict.code, verdict.demo, verdict.timestamped_at) == ("genuine", False, clock.now())
    (tmp_path / "paper.pdf").write_bytes(data)
    arguments = ["licence", "sm2", number, "--out", str(tmp_path / "paper.sig")]
    assert bureau.app.test_cli_runner().invoke(args=arguments).exit_code == 0
    told = openssl(
        "dgst", "-sm3", "-verify", public, "-sigopt", "distid:1234567812345678",
        "-signature", tmp_path / "paper.sig", tmp_path / "paper.pdf",
    )  # fmt: skip
    assert "Verified OK" in told


def test_nothing_of_it_is_on_by_default(bureau: Bureau, clock: StandingClock) -> None:
    number = bureau.paper(clock)
    with bureau.app.app_context():
        seal_document(number, now=clock.now())
    row = bureau.row(number)
    assert (row.sm2_signature, row.platform_seal) == (None, None)
    arguments = ["licence", "sm2", number, "--out", "/nowhere"]
    assert "没有国密签名" in bureau.app.test_cli_runner().invoke(args=arguments).output


def test_a_silent_timestamp_authority_leaves_the_paper_waiting(
    bureau: Bureau, prepared: Prepared, clock: StandingClock
) -> None:
    app = create_app(prepared.settings(TIMESTAMP_URL="http://127.0.0.1:9/", TIMESTAMP_TIMEOUT_S=1))
    number = bureau.paper(clock)
    with app.app_context(), pytest.raises(TimestampUnavailable):
        seal_document(number, now=clock.now())
    app.extensions["database"].dispose()
    assert bureau.row(number).state == "pending"
    with bureau.app.app_context():
        assert seal_document(number, now=clock.now()) == "sealed"


class Partner:
    """A seal platform that never was: it seals by GB/T 38540 in form, with a key of the test."""

    algorithm = "sm3"

    def __init__(self, key: Sm2Key, *, wrong: bool = False) -> None:
        self._key, self._wrong = key, wrong
        self.asked: list[SealRequest] = []

    def container(self, request: SealRequest) -> bytes:
        self.asked.append(request)
        digest = bytes(32) if self._wrong else request.digest
        said = TbsSign(
            {
                "version": 4,
                "eseal": core.Sequence(contents=b""),
                "time_info": datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
                "data_hash": digest,
                "property_info": "/Doc_0/Signs/Sign_0/Signature.xml",
            }
        )
        return bytes(
            SesSignature(
                {
                    "to_sign": said,
                    "certificate": b"certificate",
                    "signature_algorithm": "1.2.156.10197.1.501",
                    "signature": self._key.sign(said.dump()),
                }
            ).dump()
        )


@pytest.mark.skipif(not is_available(), reason="the system's OpenSSL has no SM2")
def test_a_seal_platform_gets_a_digest_and_its_container_is_kept(
    bureau: Bureau, clock: StandingClock, tmp_path: Path
) -> None:
    need("openssl")
    openssl("genpkey", "-algorithm", "SM2", "-out", tmp_path / "key.pem")
    key = Sm2Key((tmp_path / "key.pem").read_bytes())
    ports, partner = bureau.app.extensions["sealing"], Partner(key)
    bureau.app.extensions["sealing"] = replace(ports, platform=partner)
    number = bureau.paper(clock)
    with bureau.app.app_context():
        assert seal_document(number, now=clock.now()) == "sealed"
    kept = SesSignature.load(bureau.row(number).platform_seal)
    assert (
        kept["to_sign"]["data_hash"].native == hashlib.new("sm3", bureau.file_of(number)).digest()
    )
    assert [(each.authority_code, each.document_number) for each in partner.asked] == [
        (bureau.code, number)
    ]
    bureau.app.extensions["sealing"] = replace(ports, platform=Partner(key, wrong=True))
    other = bureau.paper(clock)
    with bureau.app.app_context(), pytest.raises(SealServiceFailed):
        seal_document(other, now=clock.now())
    assert bureau.row(other).state == "pending"
