"""What the benchmark measures is the real thing: different licences, each of them genuine."""

from __future__ import annotations

from pathlib import Path

from benchmarks.licences import CODE, PASSWORD, Workshop
from benchmarks.measuring import Subject, take_turns
from printing.pki import KeyStore
from printing.qr import decode
from printing.samples import SAMPLE_MOMENT
from printing.verify import judge_pdf


def test_the_benchmarked_licences_are_genuine_and_differ(tmp_path: Path) -> None:
    shop = Workshop.at(tmp_path / "keys")
    keys = KeyStore(tmp_path / "keys", PASSWORD)
    made = [shop.licence(number).data for number in (1, 2)]
    assert made[0] != made[1]
    for data in made:
        verdict = judge_pdf(data, keys.trust_roots(), SAMPLE_MOMENT)
        assert (verdict.genuine, verdict.signer_code) == (True, CODE)


def test_its_code_says_what_the_page_says(tmp_path: Path) -> None:
    shop = Workshop.at(tmp_path / "keys")
    document = shop.document(7)
    assert document.qr_text is not None
    said = decode(document.qr_text, KeyStore(tmp_path / "keys", PASSWORD).public_keys())
    assert (said.holder, said.identifier) == (document.values["name"], document.licence_identifier)


def test_subjects_take_turns_and_are_counted() -> None:
    seen: list[str] = []
    subjects = [Subject(name, lambda _, name=name: seen.append(name), 2) for name in ("a", "b")]  # type: ignore[misc]
    take_turns(subjects, 3)
    assert "".join(seen) == "ab" + "aabb" * 3
    assert [subject.row()["n"] for subject in subjects] == [6, 6]
