"""The machine's key: born on the machine, kept in a file only its owner may read, never sent anywhere."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from printing.agent.errors import ConfigInvalid
from printing.agent.files import write_durably


def load_or_create_key(path: Path) -> Ed25519PrivateKey:
    """The key in ``path``, drawn on the first start. Raises ConfigInvalid if the file holds another kind of key."""
    if not path.exists():
        _store(path, Ed25519PrivateKey.generate())
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigInvalid(f"{path} does not hold an Ed25519 key")
    return key


def _store(path: Path, key: Ed25519PrivateKey) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
