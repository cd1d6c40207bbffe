"""Trials of the verifier: each mutation must end in a verdict, and in none that calls it genuine."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from printing.documents import PreparedPdf
from printing.qr import KeySet
from printing.signing import Signer, sign_pdf
from printing.verification.reasons import REASONS
from printing.verify import judge_pdf, judge_qr
from tests.fuzz.mutations import Original, mutate_pdf, mutate_text
from tests.printing.signing.papers import NOW

QR_CODES = {"not-ours", "malformed", "unknown-key", "signature", "issuer"}


def original_of(paper: PreparedPdf, other: PreparedPdf, signer: Signer) -> Original:
    """A genuine paper to start from."""
    signed = sign_pdf(paper, signer)
    return Original(signed.data, paper, signed.container, sign_pdf(other, signer).container)


def violations_of_pdfs(
    original: Original, roots: Sequence[bytes], seed: int, count: int
) -> Iterator[str]:
    """One line for each of ``count`` mutated files that was not plainly refused."""
    for number in range(count):
        mutated = mutate_pdf(original, random.Random(f"pdf-{seed}-{number}"))
        try:
            verdict = judge_pdf(mutated, roots, NOW)
        except Exception as error:  # noqa: BLE001 - any exception is what is looked for
            yield f"pdf-{seed}-{number}: {error!r}"
            continue
        if verdict.genuine or verdict.code not in REASONS:
            yield f"pdf-{seed}-{number}: {verdict.code}"


def violations_of_texts(text: str, keys: KeySet, seed: int, count: int) -> Iterator[str]:
    """One line for each of ``count`` mutated codes that was not plainly refused."""
    for number in range(count):
        mutated = mutate_text(text, random.Random(f"qr-{seed}-{number}"))
        try:
            verdict = judge_qr(mutated, keys)
        except Exception as error:  # noqa: BLE001 - any exception is what is looked for
            yield f"qr-{seed}-{number}: {error!r}"
            continue
        if verdict["genuine"] or verdict["code"] not in QR_CODES:
            yield f"qr-{seed}-{number}: {verdict}"
