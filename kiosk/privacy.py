"""People's data at rest: encrypted columns and keyed search digests (等保 8.1.4.8: SM4; HMAC-SM3 for joins)."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask import current_app
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from kiosk.errors import KioskError

NONCE_BYTES = 12
TAG_BYTES = 16
KEY_LABEL = "k1"


class DataUnreadable(KioskError):
    """A personal column can not be decrypted: wrong key, or changed bytes."""

    code = "data-unreadable"


class Keyring:
    """Encrypts with SM4-GCM and digests with HMAC-SM3, under keys derived from one 16-byte data key."""

    def __init__(self, key: bytes) -> None:
        self._cipher_key = self._derive(key, b"columns")[:16]
        self._digest_key = self._derive(key, b"search")

    @staticmethod
    def _derive(key: bytes, purpose: bytes) -> bytes:
        mac = hmac.HMAC(key, hashes.SM3())
        mac.update(purpose)
        return mac.finalize()

    def encrypt(self, text: str) -> str:
        """The text as ``k1:`` and base64 of nonce, ciphertext and tag."""
        return f"{KEY_LABEL}:{base64.b64encode(self._lock(text.encode(), b'')).decode()}"

    def encrypt_file(self, data: bytes, name: str) -> bytes:
        """The file as ``k1:`` and nonce, ciphertext and tag; it opens under the same name only."""
        return f"{KEY_LABEL}:".encode() + self._lock(data, name.encode())

    def decrypt_file(self, stored: bytes, name: str) -> bytes:
        """The file again. Raises DataUnreadable, also for a file that was stored under another name."""
        label, _, packed = stored.partition(b":")
        return self._unlock(packed, name.encode(), label.decode("ascii", "replace"))

    def decrypt(self, stored: str) -> str:
        """The text again. Raises DataUnreadable."""
        label, _, packed = stored.partition(":")
        return self._unlock(base64.b64decode(packed), b"", label).decode()

    def _lock(self, data: bytes, beside: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(algorithms.SM4(self._cipher_key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(beside)
        body = encryptor.update(data) + encryptor.finalize()
        return nonce + body + encryptor.tag

    def _unlock(self, raw: bytes, beside: bytes, label: str) -> bytes:
        nonce, body, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES:-TAG_BYTES], raw[-TAG_BYTES:]
        try:
            decryptor = Cipher(algorithms.SM4(self._cipher_key), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(beside)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise DataUnreadable(f"stored under key {label!r}") from error

    def digest(self, kind: str, value: str) -> str:
        """A keyed digest to search by, 64 hexadecimal characters; ``kind`` keeps equal values of two kinds apart."""
        mac = hmac.HMAC(self._digest_key, hashes.SM3())
        mac.update(f"{kind}\x00{value}".encode())
        return mac.finalize().hex()


def keyring() -> Keyring:
    """The keyring of the running application."""
    ring: Keyring = current_app.extensions["keyring"]
    return ring


class Encrypted(TypeDecorator[str]):
    """Text that is only ever stored encrypted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().encrypt(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().decrypt(value)


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value that is only ever stored encrypted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(keyring().decrypt(value))
