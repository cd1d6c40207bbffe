"""A licence rendered, sealed and signed, beside engines that merely render the page, and one that merely signs.

Every call makes another licence. Of each peer the fastest way to the whole page counts; what it needs for the texts
alone, without ground, code and seal, is told as well.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from benchmarks.licences import CODE, PASSWORD, Workshop
from benchmarks.measuring import ROOT, Subject, bench_folder, report, take_turns
from benchmarks.pages import PeerPage, page_for, write_pictures
from benchmarks.peers import LINES, NOTHING, PIXELS, PyHanko, Typst, WeasyPrint
from benchmarks.processes import memory_over, scaling
from printing.documents import Document
from printing.pki import KeyStore
from printing.render import render
from printing.samples import SAMPLE_MOMENT
from printing.verify import judge_pdf

ROUNDS = 10
VARIANTS = 40
COLD_STARTS = 7
LICENCES_FOR_MEMORY = 10_000
OURS = "rendered, sealed and signed"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop = Workshop.at(folder / "keys")
        documents = [shop.document(number) for number in range(VARIANTS)]
        write_pictures(documents[0], folder)
        own = own_subjects(shop, documents, folder)
        peers = peer_subjects(documents, folder)
        keep_samples(documents[1], [*own, *peers])
        take_turns([*own, *peers], ROUNDS)
        more = processes(folder)
    report("licence", [*own, *peers], ratios(own, peers), **more)
    return 0


def own_subjects(shop: Workshop, documents: list[Document], folder: Path) -> list[Subject]:
    """What we do, whole and in parts, and stock pyHanko on the same page."""
    prepared = [render(document) for document in documents]
    unsigned = [render(replace(document, seal=None)).data for document in documents]
    signed = [shop.sign(each).data for each in prepared]
    roots = KeyStore(folder / "keys", PASSWORD).trust_roots()
    stock = PyHanko(folder / "keys" / f"{CODE}-1.p12", PASSWORD)
    return [
        Subject(f"ours: {OURS}", lambda number: shop.licence(number).data, 30),
        Subject("ours: signed code alone", shop.document, 30),
        Subject(
            "ours: rendered alone", lambda number: render(documents[number % VARIANTS]).data, 30
        ),
        Subject(
            "ours: signed alone", lambda number: shop.sign(prepared[number % VARIANTS]).data, 30
        ),
        Subject("pyHanko: signed alone", lambda number: stock.sign(unsigned[number % VARIANTS]), 5),
        Subject(
            "ours: judged",
            lambda number: judge_pdf(signed[number % VARIANTS], roots, SAMPLE_MOMENT),
            10,
        ),
    ]


def peer_subjects(documents: list[Document], folder: Path) -> list[Subject]:
    """Each way of each peer to the page."""
    pages = [page_for(document) for document in documents]

    def rendering(what: str, engine: Typst | WeasyPrint, per_round: int) -> Subject:
        return Subject(what, lambda number: engine.render(pages[number % VARIANTS]), per_round)

    first: PeerPage = pages[0]
    return [
        rendering("typst: page, ground as SVG", Typst(folder, "ground.svg", []), 10),
        rendering("typst: page, ground as PDF", Typst(folder, "ground.pdf", []), 10),
        rendering("typst: page, PDF/A-2b", Typst(folder, "ground.svg", ["a-2b"]), 10),
        rendering("typst: texts alone", Typst(folder, None, ["a-2b"]), 10),
        rendering("weasyprint: page, all as lines", WeasyPrint(folder, first, LINES), 2),
        rendering(
            "weasyprint: page, code and seal as pixels", WeasyPrint(folder, first, PIXELS), 2
        ),
        rendering("weasyprint: texts alone", WeasyPrint(folder, first, NOTHING), 2),
    ]


def ratios(own: list[Subject], peers: list[Subject]) -> dict[str, float]:
    """How many times longer the fastest way of each peer takes."""
    times = {subject.what: subject.median_ms for subject in [*own, *peers]}
    whole = times[f"ours: {OURS}"]

    def fastest(peer: str) -> float:
        return min(ms for what, ms in times.items() if what.startswith(f"{peer}: page"))

    return {
        "typst": fastest("typst") / whole,
        "weasyprint": fastest("weasyprint") / whole,
        "pyhanko_sign": times["pyHanko: signed alone"] / times["ours: signed alone"],
    }


def keep_samples(document: Document, subjects: list[Subject]) -> None:
    """Keep one page of each engine to look at; refuse to compare pages that do not say the same."""
    for subject in subjects:
        if "page" not in subject.what and OURS not in subject.what:
            continue
        data = subject.act(1)
        if not isinstance(data, bytes):
            raise TypeError(subject.what)
        said = "".join(words_of(data).split())
        missing = [each for each in document.values.values() if "".join(each.split()) not in said]
        if missing:
            raise ValueError(f"{subject.what} lacks {missing}")
        name = subject.what.replace(": ", "-").replace(", ", "-").replace(" ", "-").replace("/", "")
        (bench_folder() / f"{name}.pdf").write_bytes(data)


def words_of(data: bytes) -> str:
    """The text of the first page as a reader copies it."""
    with pdfium.PdfDocument(data) as file:
        words: str = file[0].get_textpage().get_text_range()
    return words


def processes(folder: Path) -> dict[str, Any]:
    """What shows only over whole processes: the first licence, the memory, a second core."""
    return {
        "cold_process_to_first_licence_ms": round(cold_ms(folder), 1),
        "memory_mib_after_licences": memory_over(folder / "keys", LICENCES_FOR_MEMORY),
        "two_processes": scaling(folder / "keys"),
    }


def cold_ms(folder: Path) -> float:
    """The median from starting an interpreter to the end of its first licence and of itself."""
    times = []
    for _ in range(COLD_STARTS):
        began = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.licences", str(folder / "keys")]
        subprocess.run(command, cwd=ROOT, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    sys.exit(main())
