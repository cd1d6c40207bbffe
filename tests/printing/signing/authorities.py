"""Certificate authorities that a demonstration never needs: RSA keys, intermediates, ends of validity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from printing.signing import PrivateKey, SoftwareSigner
from tests.printing.signing.papers import CODE, NAME

BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Issued:
    """A key with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class Wish:
    """What a certificate shall say."""

    name: str
    authority: bool = False
    path_length: int | None = None
    begin: datetime = BEGIN
    end: datetime = END
    code: str = CODE
    key: PrivateKey | None = None
    signs: bool = True
    extra: x509.ExtensionType | None = None


def issue(wish: Wish, by: Issued | None = None) -> Issued:
    """A certificate as wished, self-signed without an issuer."""
    key = wish.key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, wish.name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, wish.code),
        ]
    )
    issuer = by.certificate.subject if by else subject
    builder = x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), wish.begin, wish.end
    )
    builder = builder.add_extension(
        x509.BasicConstraints(ca=wish.authority, path_length=wish.path_length), critical=True
    ).add_extension(_usage(wish), critical=True)
    if wish.extra is not None:
        builder = builder.add_extension(wish.extra, critical=True)
    return Issued(key, builder.sign(by.key if by else key, hashes.SHA256()))


def signer_of(issued: Issued, *chain: Issued) -> SoftwareSigner:
    """A signer with this key."""
    return SoftwareSigner(issued.key, issued.der, tuple(each.der for each in chain))


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(65537, bits)


def root() -> Issued:
    """A root of its own."""
    return issue(Wish("Root", authority=True, code="ROOT"))


def end(by: Issued) -> Issued:
    """An authority's certificate, as the tests' papers need it."""
    return issue(Wish(NAME), by)


def _usage(wish: Wish) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=wish.signs and not wish.authority,
        content_commitment=wish.signs and not wish.authority,
        key_encipherment=not wish.signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=wish.authority,
        crl_sign=wish.authority,
        encipher_only=False,
        decipher_only=False,
    )
