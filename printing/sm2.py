"""SM2 signatures over SM3 (GB/T 32918, GM/T 0009) through the system's OpenSSL 3; off unless a key is given.

Such a signature stands beside the PAdES one, over the whole signed file, for offices that must use 国密. Signatures are
DER of r and s, as OpenSSL, OFD and certificates have them; the signer's identity is 1234567812345678 unless both
sides agreed on another. Other programs of the trade write 64 bytes r‖s: convert at that border, by name.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from printing.signing import SigningFailed

DEFAULT_IDENTITY = b"1234567812345678"
POINTER, SIZE, BYTES, INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_int
#: name → result, arguments; all of OpenSSL 3.0
FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "BIO_new_mem_buf": (POINTER, (BYTES, INT)),
    "BIO_free": (INT, (POINTER,)),
    "PEM_read_bio_PrivateKey": (POINTER, (POINTER, POINTER, POINTER, POINTER)),
    "PEM_read_bio_PUBKEY": (POINTER, (POINTER, POINTER, POINTER, POINTER)),
    "EVP_PKEY_is_a": (INT, (POINTER, BYTES)),
    "EVP_PKEY_free": (None, (POINTER,)),
    "EVP_MD_CTX_new": (POINTER, ()),
    "EVP_MD_CTX_free": (None, (POINTER,)),
    "EVP_PKEY_CTX_new": (POINTER, (POINTER, POINTER)),
    "EVP_PKEY_CTX_free": (None, (POINTER,)),
    "EVP_PKEY_CTX_set1_id": (INT, (POINTER, BYTES, SIZE)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (POINTER, POINTER)),
    "EVP_sm3": (POINTER, ()),
    "EVP_DigestSignInit": (INT, (POINTER, POINTER, POINTER, POINTER, POINTER)),
    "EVP_DigestSign": (INT, (POINTER, BYTES, ctypes.POINTER(SIZE), BYTES, SIZE)),
    "EVP_DigestVerifyInit": (INT, (POINTER, POINTER, POINTER, POINTER, POINTER)),
    "EVP_DigestVerify": (INT, (POINTER, BYTES, SIZE, BYTES, SIZE)),
    "ERR_clear_error": (None, ()),
}


class Sm2Unavailable(SigningFailed):
    """The system's OpenSSL is older than 3.0, or was built without SM2 or SM3."""

    code = "sm2-unavailable"


class Sm2Key:
    """One SM2 key pair or public key, from an unencrypted PEM."""

    def __init__(
        self, pem: bytes, *, public: bool = False, identity: bytes = DEFAULT_IDENTITY
    ) -> None:
        """Raises Sm2Unavailable, or SigningFailed for a PEM without an SM2 key."""
        self._library, self._identity = _libcrypto(), identity
        self._key = self._read(pem, "PEM_read_bio_PUBKEY" if public else "PEM_read_bio_PrivateKey")
        self._may_sign = not public

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data`` in DER; each time another one. Raises SigningFailed."""
        if not self._may_sign:
            raise SigningFailed("a public key can not sign")
        crypto, size = self._library, SIZE(0)
        with self._digesting(crypto.EVP_DigestSignInit) as context:
            self._require(crypto.EVP_DigestSign(context, None, ctypes.byref(size), data, len(data)))
            signature = ctypes.create_string_buffer(size.value)
            done = crypto.EVP_DigestSign(context, signature, ctypes.byref(size), data, len(data))
            self._require(done)
        return signature.raw[: size.value]

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature is this key's over ``data``. Raises SigningFailed if that can not be told."""
        crypto = self._library
        with self._digesting(crypto.EVP_DigestVerifyInit) as context:
            answer: int = crypto.EVP_DigestVerify(
                context, signature, len(signature), data, len(data)
            )
        crypto.ERR_clear_error()
        return answer == 1

    def __del__(self) -> None:
        key = getattr(self, "_key", None)
        if key is not None:
            self._library.EVP_PKEY_free(key)

    def _read(self, pem: bytes, reader: str) -> int:
        crypto = self._library
        source = crypto.BIO_new_mem_buf(pem, len(pem))
        # An empty password instead of none: OpenSSL would ask at the terminal.
        key: int | None = getattr(crypto, reader)(source, None, None, b"")
        crypto.BIO_free(source)
        crypto.ERR_clear_error()
        if key is None:
            raise SigningFailed("the PEM holds no key, or an encrypted one")
        if crypto.EVP_PKEY_is_a(key, b"SM2") != 1:
            crypto.EVP_PKEY_free(key)
            raise SigningFailed("the key in the PEM is not an SM2 key")
        return key

    @contextmanager
    def _digesting(self, begin: Callable[..., int]) -> Iterator[int]:
        """A context for one signature. The identity must be set before it begins, or OpenSSL takes an empty one."""
        crypto = self._library
        context, about = crypto.EVP_MD_CTX_new(), crypto.EVP_PKEY_CTX_new(self._key, None)
        try:
            self._require(crypto.EVP_PKEY_CTX_set1_id(about, self._identity, len(self._identity)))
            crypto.EVP_MD_CTX_set_pkey_ctx(context, about)
            self._require(begin(context, None, crypto.EVP_sm3(), None, self._key))
            yield context
        finally:
            crypto.EVP_MD_CTX_free(context)
            crypto.EVP_PKEY_CTX_free(about)

    def _require(self, answer: int) -> None:
        if answer != 1:
            self._library.ERR_clear_error()
            raise SigningFailed("OpenSSL refused the SM2 operation")


def is_available() -> bool:
    """Whether this system can make SM2 signatures."""
    try:
        _libcrypto()
    except Sm2Unavailable:
        return False
    return True


@cache
def _libcrypto() -> Any:
    name = ctypes.util.find_library("crypto")
    if name is None:
        raise Sm2Unavailable("there is no libcrypto on this system")
    library: Any = ctypes.CDLL(name)
    for function, (result, arguments) in FUNCTIONS.items():
        if not hasattr(library, function):
            raise Sm2Unavailable(f"{name} has no {function}")
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    if library.EVP_sm3() is None:
        raise Sm2Unavailable(f"{name} has no SM3")
    return library
