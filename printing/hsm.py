"""Keys that never leave their device: signing through PKCS#11, behind the same port as software keys.

Needs the extra ``hsm``. A token is opened once in a process and shared by all keys in it, because a device knows one
log-in for each process; one thread speaks at a time; a process that was forked opens it anew.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from printing.certificates import owner_of
from printing.signing import SigningFailed

PROBE = b"does this key belong to this certificate?"
SHA256 = hashes.SHA256()
_TOKENS: WeakSet[Token] = WeakSet()
_INHERITED: set[str] = set()
"""Libraries that the parent process opened and this one has not opened yet."""
_OPENING = [threading.Lock()]


class Token:
    """One token of a device: the path of the device's PKCS#11 library, the token's label, the user's PIN."""

    def __init__(self, module: str, label: str, pin: str) -> None:
        self.module = module
        self._label, self._pin = label, pin
        self.start_over()
        _TOKENS.add(self)

    def start_over(self) -> None:
        """Know nothing of a session; what a parent process opened is of no use here, nor is its lock."""
        self._turn = threading.RLock()
        self._keys: dict[str, Any] = {}
        self._session: pkcs11.Session | None = None

    def sign(self, key: str, data: bytes, mechanism: pkcs11.Mechanism) -> bytes:
        """What the device makes of ``data`` with the key of that label.

        Raises SigningFailed with the device's own word for it; then the token is opened anew at the next call.
        """
        try:
            with self._turn:
                signature: bytes = self._find(key).sign(data, mechanism=mechanism)
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            self.close()
            raise SigningFailed(
                f"token {self._label!r}, key {key!r}: {type(error).__name__}"
            ) from error
        return signature

    def close(self) -> None:
        """Leave the token; the next signature opens it again."""
        with self._turn:
            session, self._session = self._session, None
            self._keys.clear()
            if session is not None:
                with _whatever_the_device_says():
                    session.close()

    def _find(self, label: str) -> Any:
        if self._session is None:
            _open_library_anew(self.module)
            token = pkcs11.lib(self.module).get_token(token_label=self._label)
            self._session = token.open(user_pin=self._pin)
        if label not in self._keys:
            wanted = pkcs11.ObjectClass.PRIVATE_KEY
            self._keys[label] = self._session.get_key(object_class=wanted, label=label)
        return self._keys[label]


class Pkcs11Signer:
    """A key in a token. ``certificate`` and ``chain`` are DER, as for every signer.

    Signatures of P-256 keys differ from one time to the next: the device draws the random number.
    """

    def __init__(
        self, token: Token, key: str, certificate: bytes, chain: tuple[bytes, ...] = ()
    ) -> None:
        """Tries the key. Raises SigningFailed or CertificateUnreadable."""
        self.certificate, self.chain = certificate, chain
        self._token, self._label = token, key
        self._owner = owner_of(certificate)
        self._require_own_key()

    def sign(self, data: bytes) -> bytes:
        """As ``Signer.sign``. Raises SigningFailed."""
        if self._owner.kind == "rsa":
            return self._token.sign(self._label, data, pkcs11.Mechanism.SHA256_RSA_PKCS)
        # Plain ECDSA over our own hash: not every device hashes for it.
        digest = hashlib.sha256(data).digest()
        pair = self._token.sign(self._label, digest, pkcs11.Mechanism.ECDSA)
        half = len(pair) // 2
        return encode_dss_signature(
            int.from_bytes(pair[:half], "big"), int.from_bytes(pair[half:], "big")
        )

    def _require_own_key(self) -> None:
        signature = self.sign(PROBE)
        try:
            if isinstance(self._owner.key, ec.EllipticCurvePublicKey):
                self._owner.key.verify(signature, PROBE, ec.ECDSA(SHA256))
            else:
                self._owner.key.verify(signature, PROBE, padding.PKCS1v15(), SHA256)
        except InvalidSignature as error:
            raise SigningFailed(
                "the key in the device does not belong to the certificate"
            ) from error


@contextmanager
def _whatever_the_device_says() -> Iterator[None]:
    """A session that is lost already can not be closed, and need not be."""
    try:
        yield
    except (pkcs11.PKCS11Error, RuntimeError):
        return


def _open_library_anew(module: str) -> None:
    """Once in a forked process, before its first token is opened."""
    with _OPENING[0]:
        if module in _INHERITED:
            with _whatever_the_device_says():
                pkcs11.lib(module).reinitialize()
            _INHERITED.discard(module)


def _begin_again_in_child() -> None:
    """A library that was opened before a fork must be opened once more after it, and all its tokens with it.

    Only noted here: most children run another program at once, and a library may hang that is called between the two.
    """
    _OPENING[0] = threading.Lock()
    _INHERITED.update(token.module for token in _TOKENS)
    for token in _TOKENS:
        token.start_over()


os.register_at_fork(after_in_child=_begin_again_in_child)
