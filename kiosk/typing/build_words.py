"""Make ``words.csv`` again: common words with their pinyin and how often they occur.

Source: the dictionary of jieba (MIT licence, https://github.com/fxsjy/jieba), read with the pinyin of pypinyin (MIT).
Names of persons are left out; single characters keep their frequency, so that common ones come first.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from pypinyin import lazy_pinyin

WORDS = Path(__file__).with_name("words.csv")
RAREST = 120
LONGEST = 6
PERSON_NAMES = "nr"


def entries(dictionary: Path) -> Iterator[tuple[str, int]]:
    """Words of Chinese characters only, with their frequency."""
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, frequency, kind = line.split(" ")
        common = len(word) == 1 or (int(frequency) >= RAREST and not kind.startswith(PERSON_NAMES))
        if common and len(word) <= LONGEST and all("一" <= character <= "鿿" for character in word):
            yield word, int(frequency)


def main() -> None:
    """Write the file, most frequent words first."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("jieba is needed: pip install jieba")
    found = sorted(
        entries(Path(spec.origin).with_name("dict.txt")), key=lambda entry: (-entry[1], entry[0])
    )
    with WORDS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word", "pinyin", "frequency"])
        for word, frequency in found:
            writer.writerow([word, " ".join(lazy_pinyin(word)), frequency])


if __name__ == "__main__":
    main()
