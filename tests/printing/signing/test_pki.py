"""Keys of the demonstration: made once, found again, marked as what they are, and hidden."""

from __future__ import annotations

import stat
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from printing.certificates import DEMO_MARK, owner_of
from printing.pki import CertificateNotIssued, DemoRoot, KeyStore
from printing.signing import KeyFileUnreadable, sign_pdf
from printing.verify import judge_pdf
from tests.printing.signing.papers import CODE, NAME, NOW, prepared

PASSWORD = "a password of the tests"


def store(folder: Path) -> KeyStore:
    return KeyStore(folder / "keys", PASSWORD)


def test_a_key_is_found_again(tmp_path: Path) -> None:
    first = store(tmp_path).signer_for(CODE, NAME, NOW)
    again = store(tmp_path).signer_for(CODE, NAME, NOW + timedelta(days=1000))
    assert first.certificate == again.certificate


def test_the_certificate_names_the_authority_and_the_demonstration(tmp_path: Path) -> None:
    signer = store(tmp_path).signer_for(CODE, NAME, NOW)
    subject = x509.load_der_x509_certificate(signer.certificate).subject
    said = {each.oid: each.value for each in subject}
    assert said[NameOID.COMMON_NAME] == NAME
    assert said[NameOID.SERIAL_NUMBER] == CODE
    assert said[NameOID.ORGANIZATION_IDENTIFIER] == f"NTRCN-{CODE}"
    assert said[NameOID.ORGANIZATION_NAME] == DEMO_MARK
    assert "样章" in DEMO_MARK


def test_the_root_is_marked_and_made_once(tmp_path: Path) -> None:
    (root,) = store(tmp_path).trust_roots()
    assert store(tmp_path).trust_roots() == (root,)
    assert owner_of(root).demo
    loaded = DemoRoot.load((tmp_path / "keys" / "root.p12").read_bytes(), PASSWORD)
    assert loaded.pem() == (tmp_path / "keys" / "root.pem").read_bytes()


def test_only_the_owner_reads_key_files(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.signer_for(CODE, NAME, NOW)
    files = list((tmp_path / "keys").iterdir())
    assert sorted(file.name for file in files) == [
        f"{CODE}-1.p12",
        f"{CODE}-1.pem",
        "root.p12",
        "root.pem",
    ]
    for file in files:
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
        assert not open_to_others or file.suffix == ".pem"


def test_a_wrong_password_is_named(tmp_path: Path) -> None:
    store(tmp_path).signer_for(CODE, NAME, NOW)
    with pytest.raises(KeyFileUnreadable):
        KeyStore(tmp_path / "keys", "another").signer_for(CODE, NAME, NOW)


def make_key(folder: str) -> bytes:
    return store(Path(folder)).signer_for(CODE, NAME, NOW).certificate


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:  # To leave it ends the processes, whatever they do.
        for attempt in range(8):
            folder = tmp_path / str(attempt)
            assert len(set(pool.map_async(make_key, [str(folder)] * 4, 1).get(60))) == 1
            assert len(list((folder / "keys").iterdir())) == 4


def test_a_new_key_follows_when_the_old_one_ends_or_the_name_changes(tmp_path: Path) -> None:
    keys = store(tmp_path)
    first = keys.signer_for(CODE, NAME, NOW)
    later = keys.signer_for(CODE, NAME, NOW + timedelta(days=6 * 365))
    renamed = keys.signer_for(CODE, "成都市武侯区行政审批和数据局", NOW)
    assert len({each.certificate for each in (first, later, renamed)}) == 3
    assert store(tmp_path).signer_for(CODE, NAME, NOW).certificate == first.certificate


def test_what_an_old_key_signed_stays_genuine_after_rotation(tmp_path: Path) -> None:
    keys = store(tmp_path)
    old = sign_pdf(prepared(), keys.signer_for(CODE, NAME, NOW))
    new = keys.rotate(CODE, NAME, NOW)
    assert keys.signer_for(CODE, NAME, NOW).certificate == new.certificate
    assert store(tmp_path).signer_for(CODE, NAME, NOW).certificate == new.certificate
    assert judge_pdf(old.data, keys.trust_roots(), NOW).genuine
    assert len(keys.public_keys()) == 2


def test_keys_made_by_another_process_are_published_too(tmp_path: Path) -> None:
    keys = store(tmp_path)
    assert len(keys.public_keys()) == 0
    store(tmp_path).signer_for(CODE, NAME, NOW)
    assert [owner.code for owner in keys.public_keys().values()] == [CODE]


def test_imported_roots_are_trusted_beside_the_own_one(tmp_path: Path) -> None:
    keys, other = store(tmp_path), DemoRoot.create()
    (tmp_path / "keys" / "trusted").mkdir(parents=True)
    (tmp_path / "keys" / "trusted" / "province.pem").write_bytes(other.pem())
    assert len(keys.trust_roots()) == 2


def test_certificates_that_end_soon_are_listed(tmp_path: Path) -> None:
    keys = store(tmp_path)
    keys.signer_for(CODE, NAME, NOW)
    keys.signer_for("11500106MB7654321A", "重庆市沙坪坝区市场监督管理局", NOW + timedelta(days=300))
    soon = keys.expiring(NOW + timedelta(days=5 * 365 - 30), timedelta(days=60))
    assert [owner.code for owner in soon] == [CODE]


@pytest.mark.parametrize(
    ("code", "name"), [(CODE, "长" * 65), (CODE, ""), ("../x", NAME), ("", NAME)]
)
def test_what_a_certificate_can_not_say_is_refused(tmp_path: Path, code: str, name: str) -> None:
    with pytest.raises(CertificateNotIssued):
        store(tmp_path).signer_for(code, name, NOW)
