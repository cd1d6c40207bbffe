"""Ten thousand mutated papers and as many codes through the verifier.

``python tests/fuzz/fuzz_verify.py [COUNT] [SEED]``; the same seed tries the same.

The last line counts scenarios and violations; the status is 0 only without violations.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from printing.pki import KeyStore  # noqa: E402 - the path of the repository comes first
from printing.qr import encode  # noqa: E402
from tests.fuzz.trials import (  # noqa: E402
    original_of,
    violations_of_pdfs,
    violations_of_texts,
)
from tests.printing.signing.papers import (  # noqa: E402
    CODE,
    NAME,
    NOW,
    PAYLOAD,
    Draft,
    prepared,
)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        keys = KeyStore(Path(folder), "fuzz")
        signer = keys.signer_for(CODE, NAME, NOW)
        original = original_of(prepared(), prepared(Draft(text="Another")), signer)
        began = time.perf_counter()
        found = list(violations_of_pdfs(original, keys.trust_roots(), seed, count))
        found += violations_of_texts(encode(PAYLOAD, signer), keys.public_keys(), seed, count)
    for line in found:
        print(line)
    seconds = time.perf_counter() - began
    print(f"fuzz: {2 * count} scenarios, {len(found)} violations, {seconds:.0f} s, seed {seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
