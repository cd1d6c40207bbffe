"""The file around the page, judged by other programs: pikepdf, its PDF/A checker, pdfium, fontTools, poppler."""

from __future__ import annotations

import hashlib
import io
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pikepdf.pdfa import validate_written

from printing.assembly.base import base
from printing.documents import SIGNATURE_BYTES, SealSpec
from printing.reference import reference
from printing.render import render
from printing.typefaces import FOLDER, manifest
from tests.printing.drawing.papers import BRANCH, TEMPLATES, paper, pixels

#: Share of pixels that rounding may move between the two drawings, and what counts as moved.
MOVED_SHARE, MOVED = 0.002, 48


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_assembled_page_looks_like_the_reference(template: str) -> None:
    document = paper(template)
    ours, theirs = pixels(render(document).data, dpi=96), pixels(reference(document), dpi=96)
    assert ours.shape == theirs.shape
    assert (np.abs(ours - theirs).max(axis=2) > MOVED).mean() < MOVED_SHARE


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_file_is_sound_and_archivable(template: str, tmp_path: Path) -> None:
    (tmp_path / "sealed.pdf").write_bytes(render(paper(template)).data)
    findings = validate_written(tmp_path / "sealed.pdf", "2b").findings
    # The checker does not look into signature fields; all else must pass.
    assert {finding.kind for finding in findings} <= {"unsupported"}
    with pikepdf.open(tmp_path / "sealed.pdf") as file:
        assert file.check_pdf_syntax() == []
        for entry in ("/AcroForm", "/Perms"):
            if entry in file.Root:
                del file.Root[entry]
        for page in file.pages:
            if "/Annots" in page:
                del page.Annots
        file.save(tmp_path / "plain.pdf")
    assert validate_written(tmp_path / "plain.pdf", "2b").findings == []


def test_without_a_seal_there_is_no_field() -> None:
    prepared = render(paper(seal=None))
    assert prepared.gap == (0, 0)
    with pikepdf.open(io.BytesIO(prepared.data)) as file:
        assert "/AcroForm" not in file.Root
        assert file.check_pdf_syntax() == []


def test_the_gap_is_zeros_in_brackets_and_the_range_covers_all_else() -> None:
    prepared = render(paper())
    start, end = prepared.gap
    assert prepared.data[start:end] == b"<" + b"00" * SIGNATURE_BYTES + b">"
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", prepared.data)
    assert found is not None
    assert [int(part) for part in found.groups()] == [0, start, end, len(prepared.data) - end]
    assert prepared.digest == hashlib.sha256(prepared.data).hexdigest()


def test_the_seal_forbids_every_later_change() -> None:
    with pikepdf.open(io.BytesIO(render(paper()).data)) as file:
        field = file.Root.AcroForm.Fields[0]
        signature = field.V
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert signature.Reference[0].TransformMethod == "/DocMDP"
        assert signature.Reference[0].TransformParams.P == 1
        assert file.Root.Perms.DocMDP.objgen == signature.objgen
        assert str(signature.M) == "D:20261121023000+00'00"
        assert field.P.objgen == file.pages[0].objgen
        assert file.Root.AcroForm.SigFlags == 3


def test_metadata_names_the_inputs_and_no_person() -> None:
    document = paper()
    with pikepdf.open(io.BytesIO(render(document).data)) as file:
        packet = file.Root.Metadata.read_bytes().decode()
    assert document.licence_identifier is not None
    assert document.licence_identifier in packet
    assert f"template:{BRANCH}.1" in packet
    for name in ("template-sha256:", "data-sha256:", "fonts-sha256:", "assembler:"):
        assert name in packet
    assert document.values["responsible_person"] not in packet


def test_a_subset_holds_the_outlines_of_its_source() -> None:
    with pikepdf.open(io.BytesIO(render(paper()).data)) as file:
        fonts = file.pages[0].Resources.Font
        assert len(fonts) >= 4
        for name, font in fonts.items():
            with TTFont(FOLDER / manifest()[name[2:]]["file"], lazy=True) as source:
                _check_subset(font, source)


def _check_subset(font: pikepdf.Object, source: TTFont) -> None:
    program = TTFont(
        io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()), checkChecksums=2
    )
    pairs = re.findall(r"<([0-9A-F]{4})> <([0-9a-f]+)>", font.ToUnicode.read_bytes().decode())
    for code, text in pairs[::7]:
        character = bytes.fromhex(text).decode("utf-16-be")
        original = source.getBestCmap()[ord(character)]
        number = int(code, 16)
        name = program.getGlyphName(number)
        assert program["hmtx"][name] == source["hmtx"][original]
        ours, theirs = program["glyf"][name], source["glyf"][original]
        assert ours.getCoordinates(program["glyf"])[0] == theirs.getCoordinates(source["glyf"])[0]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_poppler_opens_it_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(render(paper()).data)
    run = subprocess.run(
        ["pdftotext", tmp_path / "paper.pdf", "-"],
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert run.stderr == b""
    assert "营业执照" in "".join(run.stdout.decode().split())


FRESH = """
import sys
from printing.render import render
from printing.samples import sample_document
sys.stdout.write(render(sample_document("business-licence-branch")).digest)
"""


def test_a_fresh_process_gives_the_same_bytes_within_a_second() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [sys.executable, "-c", FRESH], capture_output=True, check=True, text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"}, cwd=Path(__file__).parents[3],
        timeout=120,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run.stdout == render(paper()).digest
    # Processor time, not the clock: other tests share the machine.
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 1.0


def test_the_shared_part_is_made_once_for_all_authorities() -> None:
    render(paper())
    before = base.cache_info().misses
    for name in ("成都市锦江区行政审批局", "重庆市沙坪坝区市场监督管理局"):
        render(paper(seal=SealSpec(name, "organ", None, demo=True)))
    assert base.cache_info().misses == before
