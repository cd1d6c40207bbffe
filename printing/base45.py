"""Base45 (RFC 9285): bytes in the 45 characters that a QR code packs tightest. Reading accepts one form only."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes become three characters, a last single byte two."""
    text: list[str] = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] << 8 | data[at + 1], 45)
        text += ALPHABET[low], ALPHABET[high % 45], ALPHABET[high // 45]
    if len(data) % 2:
        text += ALPHABET[data[-1] % 45], ALPHABET[data[-1] // 45]
    return "".join(text)


def length(size: int) -> int:
    """How many characters that many bytes become."""
    return size // 2 * 3 + size % 2 * 2


def decode(text: str) -> bytes:
    """Raises ValueError for other characters, lengths and values than ``encode`` writes."""
    try:
        values = [VALUES[character] for character in text]
    except KeyError as error:
        raise ValueError(f"not a character of base 45: {error}") from error
    if len(values) % 3 == 1:
        raise ValueError("one character is left over")
    groups = (values[at : at + 3] for at in range(0, len(values), 3))
    return b"".join(_unpack(group) for group in groups)


def _unpack(group: list[int]) -> bytes:
    """The one or two bytes that two or three values stand for."""
    number = sum(value * 45**place for place, value in enumerate(group))
    size = len(group) - 1
    if number >> (8 * size):
        raise ValueError("a group stands for more than its bytes hold")
    return number.to_bytes(size, "big")
