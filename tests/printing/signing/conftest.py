"""One instance's keys for all these tests; making keys is slow, using them is not."""

from __future__ import annotations

import pytest

from printing.documents import PreparedPdf
from printing.pki import KeyStore
from printing.signing import SignedPdf, SoftwareSigner, sign_pdf
from tests.printing.signing.papers import CODE, NAME, NOW, prepared

PASSWORD = "a password of the tests"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    """The keys of an instance."""
    return KeyStore(tmp_path_factory.mktemp("instance") / "keys", PASSWORD)


@pytest.fixture(scope="session")
def signer(keys: KeyStore) -> SoftwareSigner:
    """The key of an authority."""
    return keys.signer_for(CODE, NAME, NOW)


@pytest.fixture(scope="session")
def paper() -> PreparedPdf:
    """A paper that waits for its signature."""
    return prepared()


@pytest.fixture(scope="session")
def signed(paper: PreparedPdf, signer: SoftwareSigner) -> SignedPdf:
    """The signed paper."""
    return sign_pdf(paper, signer)
