"""Ten thousand mutated papers and as many codes through the verifier.

``python tests/fuzz/fuzz_verify.py [COUNT] [SEED]``; the same seed tries the same.

The last line counts scenarios and violations; the status is 0 only without violations.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from printing.documents import PreparedPdf  # noqa: E402 - the path of the repository comes first
from printing.pki import KeyStore  # noqa: E402
from printing.qr import encode  # noqa: E402
from printing.render import render  # noqa: E402
from printing.samples import sample_document  # noqa: E402
from tests.fuzz import trials  # noqa: E402
from tests.printing.signing import papers  # noqa: E402


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = violations(KeyStore(Path(folder), "fuzz"), seed, count)
    for line in found:
        print(line)
    seconds = time.perf_counter() - began
    print(f"fuzz: {2 * count} scenarios, {len(found)} violations, {seconds:.0f} s, seed {seed}")
    return 1 if found else 0


def violations(keys: KeyStore, seed: int, count: int) -> list[str]:
    """Half of the papers are small ones, where every structure is hit often, half real licences."""
    signer = keys.signer_for(papers.CODE, papers.NAME, papers.NOW)
    roots = keys.trust_roots()
    small = trials.original_of(
        papers.prepared(), papers.prepared(papers.Draft(text="Another")), signer
    )
    real = trials.original_of(licence("1"), licence("2"), signer)
    text = encode(papers.PAYLOAD, signer)
    return [
        *trials.violations_of_pdfs(small, roots, seed, count - count // 2),
        *trials.violations_of_pdfs(real, roots, seed, count // 2),
        *trials.violations_of_texts(text, keys.public_keys(), seed, count),
    ]


def licence(number: str) -> PreparedPdf:
    """A drawn licence that waits for its signature."""
    drawn = sample_document("business-licence-branch")
    return render(
        replace(drawn, number=number, sealed_at=papers.NOW, licence_identifier=papers.IDENTIFIER)
    )


if __name__ == "__main__":
    sys.exit(main())
