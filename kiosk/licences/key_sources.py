"""Where the key of a real seal is when it is imported."""

from __future__ import annotations

from dataclasses import dataclass

from printing.pki import KeyStore
from printing.signing import Signer, SoftwareSigner


@dataclass(frozen=True)
class KeyFile:
    """A PKCS#12 file with the chain below the trust root."""

    data: bytes
    password: str

    def look(self, keys: KeyStore) -> Signer:
        """As ``KeySource.look``."""
        return SoftwareSigner.from_pkcs12(self.data, self.password)

    def adopt(self, keys: KeyStore, code: str) -> Signer:
        """As ``KeySource.adopt``."""
        return keys.adopt(code, self.data, self.password)


@dataclass(frozen=True)
class DeviceKey:
    """A key in the configured device under its label; certificate and chain are DER."""

    label: str
    certificate: bytes
    chain: tuple[bytes, ...]

    def look(self, keys: KeyStore) -> Signer:
        """As ``KeySource.look``."""
        return keys.open_device_key(self.label, self.certificate, self.chain)

    def adopt(self, keys: KeyStore, code: str) -> Signer:
        """As ``KeySource.adopt``."""
        return keys.adopt_device_key(code, self.label, self.certificate, self.chain)
