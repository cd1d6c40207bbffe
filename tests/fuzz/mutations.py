"""Ways to damage or forge a signed paper and the text of a code. The same seed gives the same mutations."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from printing import base45
from printing.documents import PreparedPdf
from printing.qr import PREFIX

HEX_DIGITS = b"0123456789abcdefABCDEF"
WORDS = (
    b"/ByteRange", b"/Contents", b"/DocMDP", b"/P 1", b"/M (D:", b"endobj", b"startxref", b"%%EOF", b"<<", b">>",
    b"0 obj", b"/Sig", b"<dc:identifier>", b"/Name <FEFF", b"\x00", b"%PDF-", b"9999999999", b"-1", b"\xff" * 9,
)  # fmt: skip


@dataclass(frozen=True)
class Original:
    """A genuine paper: its bytes, the gap in them, its container, and another genuine container of the same key."""

    data: bytes
    paper: PreparedPdf
    container: bytes
    other_container: bytes


Mutation = Callable[[Original, random.Random], bytes]


def flip_bit(original: Original, chance: random.Random) -> bytes:
    return _flip(original.data, chance)


def set_bytes(original: Original, chance: random.Random) -> bytes:
    at = chance.randrange(len(original.data))
    size = chance.choice((1, 2, 8, 64))
    return original.data[:at] + chance.randbytes(size) + original.data[at + size :]


def cut_out(original: Original, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(original.data) + 1) for _ in range(2))
    return original.data[:start] + original.data[end:]


def cut_off(original: Original, chance: random.Random) -> bytes:
    return original.data[: chance.randrange(len(original.data))]


def put_in(original: Original, chance: random.Random) -> bytes:
    at = chance.randrange(len(original.data) + 1)
    return original.data[:at] + chance.choice(WORDS) + original.data[at:]


def write_over(original: Original, chance: random.Random) -> bytes:
    word = chance.choice(WORDS)
    at = chance.randrange(len(original.data))
    return original.data[:at] + word + original.data[at + len(word) :]


def repeat(original: Original, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(original.data) + 1) for _ in range(2))
    return original.data[:end] + original.data[start:end] + original.data[end:]


def append(original: Original, chance: random.Random) -> bytes:
    tails = (b"\n", b" ", b"\x00", b"%%EOF\n", b"9 0 obj\n<<>>\nendobj\n", original.data)
    return original.data + chance.choice(tails)


def change_range(original: Original, chance: random.Random) -> bytes:
    """Another /ByteRange, written into the same place, sometimes with the file adapted to it."""
    start, end = original.paper.gap
    numbers = [0, start, end, len(original.data) - end]
    place = chance.randrange(4)
    numbers[place] = max(0, numbers[place] + chance.choice((-2, -1, 1, 2, 10, 1000, 10**9)))
    at = original.data.index(b"/ByteRange [") + len(b"/ByteRange [")
    text = b"%010d %010d %010d %010d" % tuple(numbers)
    return original.data[:at] + text + original.data[at + len(text) :]


def damage_container(original: Original, chance: random.Random) -> bytes:
    return _with_container(original, _flip(original.container, chance))


def grow_container(original: Original, chance: random.Random) -> bytes:
    at = chance.randrange(len(original.container) + 1)
    return _with_container(
        original, original.container[:at] + chance.randbytes(1) + original.container[at:]
    )


def fill_gap(original: Original, chance: random.Random) -> bytes:
    """Something in the zeros behind the container."""
    start, end = original.paper.gap
    at = chance.randrange(start + 1 + 2 * len(original.container), end - 1)
    return (
        original.data[:at]
        + chance.choice((b"1", b"f", b" ", b">", b"\n"))
        + original.data[at + 1 :]
    )


def write_capitals(original: Original, chance: random.Random) -> bytes:
    """One letter of the container in upper case: the same number, another file."""
    start = original.paper.gap[0] + 1
    text = original.data[start : start + 2 * len(original.container)]
    letters = [at for at, digit in enumerate(text) if digit in b"abcdef"]
    at = start + chance.choice(letters)
    return original.data[:at] + original.data[at : at + 1].upper() + original.data[at + 1 :]


def take_other_container(original: Original, chance: random.Random) -> bytes:
    """The genuine signature of another paper, whole or from some byte on."""
    at = chance.randrange(len(original.container))
    mixed = original.container[:at] + original.other_container[at:]
    return _with_container(original, chance.choice((mixed, original.other_container)))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bit, set_bytes, cut_out, cut_off, put_in, write_over, repeat, append, change_range,
    damage_container, damage_container, grow_container, fill_gap, write_capitals, take_other_container,
)  # fmt: skip


def mutate_pdf(original: Original, chance: random.Random) -> bytes:
    """A file that differs from the original."""
    while True:
        mutated = chance.choice(MUTATIONS)(original, chance)
        if mutated != original.data:
            return mutated


def mutate_text(text: str, chance: random.Random) -> str:
    """The text of a code that differs from the original by more than white space around it."""
    while True:
        mutated = chance.choice((_change_character, _change_bytes, _cut_text, _double_text))(
            text, chance
        )
        if mutated.strip() != text:
            return mutated


def _change_character(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(base45.ALPHABET + "é例\x00a") + text[at + 1 :]


def _change_bytes(text: str, chance: random.Random) -> str:
    """Damage below the base 45: CBOR, keys, claims and signature."""
    packed = base45.decode(text.removeprefix(PREFIX))
    for _ in range(chance.choice((1, 1, 2, 5))):
        packed = _flip(packed, chance)
    return PREFIX + base45.encode(packed)


def _cut_text(text: str, chance: random.Random) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[end:]


def _double_text(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[chance.randrange(len(text)) :]


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << chance.randrange(8),)) + data[at + 1 :]


def _with_container(original: Original, container: bytes) -> bytes:
    start, end = original.paper.gap
    text = container.hex().encode().ljust(end - start - 2, b"0")
    return original.data[: start + 1] + text + original.data[end - 1 :]
