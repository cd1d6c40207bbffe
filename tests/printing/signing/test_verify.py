"""The verifier: every genuine paper passes, every tampered or foreign one is refused for its reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from printing.containers import template_for
from printing.der import tlv
from printing.documents import PreparedPdf
from printing.pki import KeyStore
from printing.qr import encode
from printing.signing import P256_ORDER, SignedPdf, SoftwareSigner, insert, sign_pdf
from printing.verification.chains import TrustRootsUnreadable
from printing.verification.containers import read_container
from printing.verification.reasons import REASONS, NotGenuine
from printing.verify import Verdict, judge_pdf, load_roots
from tests.printing.signing.papers import (
    CODE,
    IDENTIFIER,
    NAME,
    NOW,
    PAYLOAD,
    Draft,
    append_revision,
    prepared,
)

ROOT = Path(__file__).resolve().parents[3]


def judge(data: bytes, keys: KeyStore) -> Verdict:
    return judge_pdf(data, keys.trust_roots(), NOW)


def test_a_signed_paper_is_genuine_and_marked_as_demonstration(
    signed: SignedPdf, keys: KeyStore
) -> None:
    verdict = judge(signed.data, keys)
    assert (verdict.genuine, verdict.code, verdict.demo) == (True, "genuine", True)
    assert "样张" in verdict.reason
    assert (verdict.signer, verdict.signer_code, verdict.identifier) == (NAME, CODE, IDENTIFIER)
    assert (verdict.signed_at, verdict.notes) == (NOW, ())


def test_any_changed_byte_is_noticed(signed: SignedPdf, keys: KeyStore) -> None:
    """One byte in three of the file, fewer among the zeros of the gap."""
    start, end = prepared().gap
    in_use = start + 1 + 2 * len(signed.container)
    places = [*range(0, in_use, 3), *range(in_use, end, 97), *range(end - 2, len(signed.data))]
    passed = []
    for at in places:
        changed = bytearray(signed.data)
        changed[at] ^= 1
        passed += [at] if judge(bytes(changed), keys).genuine else []
    assert passed == []


def test_an_appended_revision_is_refused(signed: SignedPdf, keys: KeyStore) -> None:
    assert judge(append_revision(signed.data), keys).code == "changed-after-signing"
    assert judge(signed.data + b"\n", keys).code == "changed-after-signing"


def test_a_cut_file_is_refused(signed: SignedPdf, keys: KeyStore) -> None:
    assert judge(signed.data[:-1], keys).code == "byte-range-wrong"


def test_changed_content_is_named_as_such(signed: SignedPdf, keys: KeyStore) -> None:
    assert judge(signed.data.replace(b"(Specimen)", b"(Specimem)"), keys).code == "digest-mismatch"


def test_the_signature_of_another_paper_is_refused(
    signed: SignedPdf, signer: SoftwareSigner, keys: KeyStore
) -> None:
    other = prepared(Draft(text="Another"))
    assert judge(insert(other, signed.container), keys).code == "digest-mismatch"


def test_unsigned_and_foreign_files_are_named(paper: PreparedPdf, keys: KeyStore) -> None:
    assert judge(b"", keys).code == "not-a-pdf"
    assert judge(b"PK\x03\x04", keys).code == "not-a-pdf"
    assert judge(b"%PDF-1.7\n%%EOF\n", keys).code == "not-signed"
    assert judge(paper.data, keys).code == "container-malformed"


def test_a_paper_that_permits_changes_is_refused(signer: SoftwareSigner, keys: KeyStore) -> None:
    for draft in (Draft(permission=2), Draft(permission=12), Draft(certified=False)):
        assert judge(sign_pdf(prepared(draft), signer).data, keys).code == "changes-permitted"


def test_the_seal_of_another_authority_is_refused(signer: SoftwareSigner, keys: KeyStore) -> None:
    """The key is genuine and trusted, but the paper names somebody else."""
    other_code = IDENTIFIER.replace(CODE, "11500106MB7654321A")
    for draft in (Draft(owner="重庆市沙坪坝区市场监督管理局"), Draft(identifier=other_code)):
        assert judge(sign_pdf(prepared(draft), signer).data, keys).code == "issuer-mismatch"


def test_a_paper_number_in_place_of_an_identifier_is_no_issuer(
    signer: SoftwareSigner, keys: KeyStore
) -> None:
    verdict = judge(sign_pdf(prepared(Draft(identifier="WH-2026-0001")), signer).data, keys)
    assert (verdict.genuine, verdict.identifier) == (True, "WH-2026-0001")


def test_another_instance_does_not_trust_it(signed: SignedPdf, tmp_path: Path) -> None:
    stranger = KeyStore(tmp_path / "keys", "another")
    assert judge(signed.data, stranger).code == "signer-unknown"


def test_without_roots_nothing_is_genuine(signed: SignedPdf) -> None:
    assert judge_pdf(signed.data, (), NOW).code == "no-trust-roots"


@pytest.mark.parametrize("moment", ["D:20190101000000Z", "D:20601121103000+08'00'"])
def test_the_certificate_must_have_been_valid_then(
    moment: str, signer: SoftwareSigner, keys: KeyStore
) -> None:
    paper = prepared(Draft(moment=moment))
    assert judge(sign_pdf(paper, signer).data, keys).code == "certificate-not-valid-then"


@pytest.mark.parametrize("moment", ["D:20261399000000Z", "yesterday", "D:20261121103000+99'99'"])
def test_a_time_that_is_none_is_refused(
    moment: str, signer: SoftwareSigner, keys: KeyStore
) -> None:
    paper = prepared(Draft(moment=moment))
    assert judge(sign_pdf(paper, signer).data, keys).code == "container-malformed"


def test_notes_tell_of_odd_moments_without_deciding(signed: SignedPdf, keys: KeyStore) -> None:
    early = judge_pdf(signed.data, keys.trust_roots(), NOW - timedelta(days=1))
    late = judge_pdf(signed.data, keys.trust_roots(), NOW + timedelta(days=9999))
    assert (early.genuine, early.notes) == (True, ("signed-in-the-future",))
    assert (late.genuine, late.notes) == (True, ("certificate-has-ended-since",))


def test_the_other_form_of_the_signature_is_refused(
    paper: PreparedPdf, signed: SignedPdf, signer: SoftwareSigner, keys: KeyStore
) -> None:
    """Of an ECDSA signature anybody can compute a second valid form; the file would differ and pass."""
    parts = read_container(signed.container)
    r, s = decode_dss_signature(parts.signature)
    second = encode_dss_signature(r, P256_ORDER - s)
    forged = template_for(signer.certificate, ()).container(parts.digest, second)
    assert judge(insert(paper, forged), keys).code == "signature-wrong"


def nested(data: bytes) -> Iterator[list[tuple[int, int, int]]]:
    """Every constructed value: where it and those around it begin, have their content, and end."""

    def walk(
        start: int, end: int, around: list[tuple[int, int, int]]
    ) -> Iterator[list[tuple[int, int, int]]]:
        while start < end:
            size, content = data[start + 1], start + 2
            if size & 0x80:
                content += size & 0x7F
                size = int.from_bytes(data[start + 2 : content], "big")
            if data[start] & 0x20:
                here = [*around, (start, content, content + size)]
                yield here
                yield from walk(content, content + size, here)
            start = content + size

    yield from walk(0, len(data), [])


def with_addition(data: bytes, path: list[tuple[int, int, int]], addition: bytes) -> bytes:
    """The container with something added at the end of one value, all lengths around it put right."""
    position, content, end = path[-1]
    inner = tlv(data[position], data[content:end] + addition)
    for (outer, outer_content, outer_end), (start, _, stop) in zip(
        reversed(path[:-1]), reversed(path), strict=False
    ):
        inner = tlv(data[outer], data[outer_content:start] + inner + data[stop:outer_end])
    return inner


@pytest.mark.parametrize("addition", ["0500", "0000", "3000", "8000", "a500", "020101"])
def test_nothing_can_be_added_inside_the_container(addition: str, signed: SignedPdf) -> None:
    """The ASN.1 reader overlooks surplus values; they once made changed files pass."""
    passed = []
    for path in nested(signed.container):
        try:
            read_container(with_addition(signed.container, path, bytes.fromhex(addition)))
        except NotGenuine:
            continue
        passed.append(path[-1])
    assert passed == []


def test_every_reason_speaks_both_languages() -> None:
    for code, (chinese, english) in REASONS.items():
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese), code
        assert english.isascii(), code


def run(*arguments: str, instance: Path) -> tuple[int, list[dict[str, object]], str]:
    done = subprocess.run(
        [sys.executable, "-m", "printing.verify", *arguments],
        cwd=ROOT,
        env={**os.environ, "KIOSK_INSTANCE": str(instance), "KIOSK_NOW": "2026-11-21T10:30:00"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture
def instance(tmp_path: Path, signed: SignedPdf, keys: KeyStore) -> Path:
    """An instance folder with the root and two papers, one of them changed."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "root.pem").write_bytes((keys.folder / "root.pem").read_bytes())
    (tmp_path / "good.pdf").write_bytes(signed.data)
    (tmp_path / "bad.pdf").write_bytes(signed.data[:-9])
    return tmp_path


def test_the_command_succeeds_only_if_all_are_genuine(instance: Path) -> None:
    good, bad = str(instance / "good.pdf"), str(instance / "bad.pdf")
    status, (answer,), _ = run(good, instance=instance)
    assert (status, answer["genuine"], answer["file"], answer["notes"]) == (0, True, good, [])
    status, answers, _ = run(good, bad, instance=instance)
    assert (status, [each["genuine"] for each in answers]) == (1, [True, False])


def test_the_command_takes_named_roots_and_refuses_without(instance: Path, tmp_path: Path) -> None:
    good, elsewhere = str(instance / "good.pdf"), tmp_path / "elsewhere"
    assert run(good, instance=elsewhere)[1][0]["code"] == "no-trust-roots"
    root = str(instance / "keys" / "root.pem")
    assert run(good, "--trust", root, instance=elsewhere)[0] == 0
    assert run(str(instance / "absent.pdf"), instance=instance)[0] == 2


def test_the_command_judges_codes(instance: Path, signer: SoftwareSigner, keys: KeyStore) -> None:
    text = encode(PAYLOAD, signer)
    (published,) = keys.folder.glob(f"{CODE}-1.pem")
    status, (answer,), _ = run("--qr", text, "--keys", str(published), instance=instance)
    assert (status, answer["holder"], answer["issued_on"]) == (0, PAYLOAD.holder, "2026-11-21")
    assert run("--qr", text[:-1], "--keys", str(published), instance=instance)[0] == 1


def test_the_verifier_starts_without_flask_and_sqlalchemy() -> None:
    heavy = "{'flask', 'sqlalchemy', 'reportlab', 'pyhanko', 'zxingcpp'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, printing.verify; sys.exit(str({heavy} or ''))"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert done.stderr.strip() == ""


def test_damaged_roots_are_named(tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    assert load_roots(file) == ()
    for text in ("nothing", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"):
        file.write_text(text)
        with pytest.raises(TrustRootsUnreadable):
            load_roots(file)
