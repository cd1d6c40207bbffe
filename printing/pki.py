"""Keys and certificates of the demonstration: one root for each instance folder, one signer for each authority.

Everything is made on first use and found again by the authority's code. A real authority brings its own certificate;
what is made here carries 样章 DEMO in its subject and proves nothing but that this instance made it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from printing.certificates import DEMO_MARK, Owner, owner_of
from printing.errors import PrintingError
from printing.qr import KeySet
from printing.signing import KeyFileUnreadable, PrivateKey, Signer, SoftwareSigner
from printing.verification.chains import read_pem

CODE = re.compile(r"[0-9A-Z]{2,32}")
LONGEST_NAME = 64  # ub-common-name of RFC 5280
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
ROOT_BEGIN, ROOT_END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
SIGNER_LIFE = timedelta(days=5 * 365)
#: A certificate begins a day early, so that clocks that differ a little agree that it is valid.
HEAD_START = timedelta(days=1)
ROOT_NAME = "川渝通办演示根证书"
SHA256 = hashes.SHA256()
SOFTWARE, DEVICE = ".p12", ".device.json"
#: Opens a key that stays in its device: its label there, its certificate and the certificates above it.
OpenDevice = Callable[[str, bytes, tuple[bytes, ...]], Signer]


class CertificateNotIssued(PrintingError):
    """The demonstration root can not name this authority in a certificate."""

    code = "certificate-not-issued"


@dataclass(frozen=True)
class DemoRoot:
    """The root of one demonstration instance: its key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls) -> DemoRoot:
        """A new root with a new key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _subject(ROOT_NAME, None)
        key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        made = (
            _certificate(name, name, key.public_key(), ROOT_BEGIN, ROOT_END)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(key_id, critical=False)
            .sign(key, SHA256)
        )
        return cls(key, made)

    @classmethod
    def load(cls, data: bytes, password: str) -> DemoRoot:
        """Read a root from PKCS#12 bytes. Raises KeyFileUnreadable."""
        try:
            held = pkcs12.load_pkcs12(data, password.encode())
        except ValueError as error:
            raise KeyFileUnreadable("damaged key file or wrong password") from error
        if held.cert is None or not isinstance(held.key, ec.EllipticCurvePrivateKey):
            raise KeyFileUnreadable("the file lacks a certificate or a P-256 key")
        return cls(held.key, held.cert.certificate)

    def pkcs12(self, password: str) -> bytes:
        """Key and certificate as a PKCS#12 file."""
        return _pack(ROOT_NAME, self.key, self.certificate, password)

    def pem(self) -> bytes:
        """The certificate as PEM, for those who verify."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def issue_authority(
    root: DemoRoot,
    name: str,
    code: str,
    *,
    not_before: datetime,
    not_after: datetime,
    password: str,
) -> bytes:
    """A new key and certificate of an authority as a PKCS#12 file.

    Raises CertificateNotIssued for a name longer than a certificate takes or a code that is none.
    """
    if not 0 < len(name) <= LONGEST_NAME or not CODE.fullmatch(code):
        raise CertificateNotIssued(
            f"{name!r} with code {code!r}: 1 to {LONGEST_NAME} characters, 0-9 and A-Z"
        )
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    made = (
        _certificate(_subject(name, code), root.certificate.subject, public, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(root.key, SHA256)
    )
    return _pack(code, key, made, password)


class KeyStore:
    """The keys of one instance, in one folder, under one password.

    ``root.p12`` and ``root.pem`` are the demonstration root, ``CODE-N.p12`` and ``CODE-N.pem`` the N-th key of an
    authority, ``trusted/*.pem`` roots of seals that were imported. ``CODE-N.device.json`` names a key that stays in
    its device, which ``open_device`` opens. Processes that need the same key for the first time at the same moment
    get the same one.
    """

    def __init__(self, folder: Path, password: str, open_device: OpenDevice | None = None) -> None:
        self.folder, self._password, self._open_device = folder, password, open_device
        self._signers: dict[str, Signer] = {}
        self._registered: dict[str, Signer] = {}
        self._published: dict[str, bytes] = {}
        self._root: DemoRoot | None = None

    def signer_for(self, code: str, name: str, now: datetime) -> Signer:
        """The authority's newest key that is valid at ``now`` and names it so; a new one if there is none.

        Raises CertificateNotIssued or KeyFileUnreadable.
        """
        held = self._signers.get(code)
        while held is None or not _fits(owner_of(held.certificate), name, now):
            held = self._find_or_make(code, name, now)
        self._signers[code] = held
        return held

    def find_signer(self, code: str, certificate_sha256: str) -> Signer | None:
        """The key of exactly that certificate (SHA-256 of its DER, in hex), or None. Raises KeyFileUnreadable."""
        if certificate_sha256 not in self._registered:
            for file in self._key_files(code):
                signer = self._load(file)
                self._registered[hashlib.sha256(signer.certificate).hexdigest()] = signer
        return self._registered.get(certificate_sha256)

    def adopt(self, code: str, packed: bytes, password: str) -> Signer:
        """Take in an authority's own key from a PKCS#12 file, under the store's password from now on.

        Raises KeyFileUnreadable.
        """
        signer = SoftwareSigner.from_pkcs12(packed, password)
        repacked = _repack(packed, password, self._password)
        return self._take_in(code, SOFTWARE, repacked, signer)

    def adopt_device_key(
        self, code: str, label: str, certificate: bytes, chain: tuple[bytes, ...]
    ) -> Signer:
        """Take in a key that stays in its device under that label. Raises KeyFileUnreadable, SigningFailed."""
        signer = self.open_device_key(label, certificate, chain)
        held = {"label": label, "certificate": certificate.hex(), "chain": [c.hex() for c in chain]}
        return self._take_in(code, DEVICE, json.dumps(held).encode(), signer)

    def rotate(self, code: str, name: str, now: datetime) -> Signer:
        """A new key for an authority; what the old ones signed stays genuine."""
        self._signers[code] = self._make(
            self._next_file(self._key_files(code), code), code, name, now
        )
        return self._signers[code]

    def trust_roots(self) -> tuple[bytes, ...]:
        """The DER certificates a genuine seal must lead to: the demonstration root and the imported ones."""
        self._demo_root()
        files = (self.folder / "root.pem", *sorted((self.folder / "trusted").glob("*.pem")))
        return tuple(each for file in files for each in read_pem(file.read_bytes()))

    def public_keys(self) -> KeySet:
        """The certificates of all authorities' keys, for judging codes on paper."""
        for file in self.folder.glob("*-*.pem"):
            if file.name not in self._published:
                (self._published[file.name],) = read_pem(file.read_bytes())
        return KeySet(self._published.values())

    def expiring(self, now: datetime, within: timedelta) -> list[Owner]:
        """Authorities whose newest certificate ends within that time, soonest first."""
        self.public_keys()
        files = sorted(self._published, key=_age)
        newest = {file.rpartition("-")[0]: owner_of(self._published[file]) for file in files}
        return sorted(
            (each for each in newest.values() if each.not_after <= now + within), key=_end
        )

    def _take_in(self, code: str, kind: str, data: bytes, signer: Signer) -> Signer:
        file = self._next_file(self._key_files(code), code, kind)
        if _keep(file, data) != data:
            raise KeyFileUnreadable("another key was taken in at the same moment")
        _publish(_certificate_file(file), signer.certificate)
        self._signers[code] = signer
        return signer

    def _load(self, file: Path) -> Signer:
        if file.name.endswith(SOFTWARE):
            return SoftwareSigner.from_pkcs12(file, self._password)
        held = json.loads(file.read_text(encoding="ascii"))
        chain = tuple(bytes.fromhex(each) for each in held["chain"])
        return self.open_device_key(held["label"], bytes.fromhex(held["certificate"]), chain)

    def open_device_key(self, label: str, certificate: bytes, chain: tuple[bytes, ...]) -> Signer:
        """A key that stays in its device. Raises KeyFileUnreadable without a device, or SigningFailed."""
        if self._open_device is None:
            raise KeyFileUnreadable("the key is in a device, and none is configured")
        return self._open_device(label, certificate, chain)

    def _find_or_make(self, code: str, name: str, now: datetime) -> Signer:
        """The file to make is named by the same look at the folder that found none to use.

        So of two processes that find none, the second one meets the first one's file and takes the key in it,
        whether or not it fits.
        """
        files = self._key_files(code)
        for file in files:
            signer = self._load(file)
            if _fits(owner_of(signer.certificate), name, now):
                _publish(_certificate_file(file), signer.certificate)
                return signer
        return self._make(self._next_file(files, code), code, name, now)

    def _key_files(self, code: str) -> list[Path]:
        """The authority's key files, newest first."""
        if not CODE.fullmatch(code):
            return []
        found = (*self.folder.glob(f"{code}-*{SOFTWARE}"), *self.folder.glob(f"{code}-*{DEVICE}"))
        return sorted(found, key=lambda file: _age(file.name), reverse=True)

    def _next_file(self, files: list[Path], code: str, kind: str = SOFTWARE) -> Path:
        number = _age(files[0].name) + 1 if files else 1
        return self.folder / f"{code}-{number}{kind}"

    def _make(self, file: Path, code: str, name: str, now: datetime) -> Signer:
        """Make a key in that file; if another process was faster, take its key."""
        packed = issue_authority(
            self._demo_root(), name, code,
            not_before=now - HEAD_START, not_after=now + SIGNER_LIFE, password=self._password,
        )  # fmt: skip
        signer = SoftwareSigner.from_pkcs12(_keep(file, packed), self._password)
        _publish(_certificate_file(file), signer.certificate)
        return signer

    def _demo_root(self) -> DemoRoot:
        if self._root is None:
            file = self.folder / "root.p12"
            packed = (
                file.read_bytes()
                if file.exists()
                else _keep(file, DemoRoot.create().pkcs12(self._password))
            )
            self._root = DemoRoot.load(packed, self._password)
            _keep(self.folder / "root.pem", self._root.pem(), mode=0o644)
        return self._root


def _fits(owner: Owner, name: str, now: datetime) -> bool:
    return owner.name == name and owner.not_before <= now <= owner.not_after


def _certificate_file(key_file: Path) -> Path:
    """Where the certificate of a key is published: CODE-N.pem."""
    return key_file.with_name(key_file.name.partition(".")[0] + ".pem")


def _repack(packed: bytes, password: str, new_password: str) -> bytes:
    """The same key and certificates under another password."""
    held = pkcs12.load_pkcs12(packed, password.encode())
    if held.cert is None or not isinstance(held.key, PrivateKey):
        raise KeyFileUnreadable("the file lacks a certificate or a key of a known kind")
    above = [each.certificate for each in held.additional_certs]
    protection = serialization.BestAvailableEncryption(new_password.encode())
    return pkcs12.serialize_key_and_certificates(
        None, held.key, held.cert.certificate, above, protection
    )


def _age(file_name: str) -> int:
    """The N of ``CODE-N.suffix``."""
    return int(file_name.rpartition("-")[2].partition(".")[0])


def _end(owner: Owner) -> datetime:
    return owner.not_after


def _publish(file: Path, certificate: bytes) -> None:
    parsed = x509.load_der_x509_certificate(certificate)
    _keep(file, parsed.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _keep(file: Path, data: bytes, mode: int = 0o600) -> bytes:
    """Put ``data`` there whole, unless something is there already; answers what is there now."""
    if file.exists():
        return file.read_bytes()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.parent / f".{file.name}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        return file.read_bytes()
    finally:
        draft.unlink()
    return data


def _subject(name: str, code: str | None) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMO_MARK),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if code is not None:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, code))
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRCN-{code}"))
    return x509.Name(parts)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer,
        subject,
        key,
        x509.random_serial_number(),
        begin.astimezone(UTC),
        end.astimezone(UTC),
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pack(
    label: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, password: str
) -> bytes:
    protection = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(label.encode(), key, certificate, None, protection)
