"""Which certificates lead to a trusted root, and which do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509

from printing.documents import PreparedPdf
from printing.signing import sign_pdf
from printing.verify import judge_pdf
from tests.printing.signing.authorities import (
    BEGIN,
    END,
    Issued,
    Wish,
    end,
    issue,
    root,
    rsa_key,
    signer_of,
)
from tests.printing.signing.papers import NAME, NOW

PAST = datetime(2026, 1, 1, tzinfo=UTC)


def code_for(paper: PreparedPdf, trusted: Issued, own: Issued, *chain: Issued) -> str:
    return judge_pdf(sign_pdf(paper, signer_of(own, *chain)).data, [trusted.der], NOW).code


def middle(by: Issued, **wishes: object) -> Issued:
    return issue(Wish("Middle", authority=True, code="MIDDLE", **wishes), by)  # type: ignore[arg-type]


def test_a_real_root_is_no_demonstration(paper: PreparedPdf) -> None:
    top = root()
    verdict = judge_pdf(sign_pdf(paper, signer_of(end(top))).data, [top.der], NOW)
    assert (verdict.genuine, verdict.demo) == (True, False)


def test_an_intermediate_is_followed_when_it_comes_along(paper: PreparedPdf) -> None:
    top = root()
    between = middle(top)
    own = end(between)
    assert code_for(paper, top, own, between) == "genuine"
    assert code_for(paper, top, own) == "signer-unknown"
    assert code_for(paper, between, own) == "genuine"


def test_an_rsa_root_may_stand_above(paper: PreparedPdf) -> None:
    top = issue(Wish("Root", authority=True, key=rsa_key(2048)))
    assert code_for(paper, top, end(top)) == "genuine"


def test_what_does_not_belong_to_the_chain_may_not_come_along(paper: PreparedPdf) -> None:
    top = root()
    assert code_for(paper, top, end(top), middle(top)) == "container-malformed"


def test_a_self_signed_signer_is_unknown(paper: PreparedPdf) -> None:
    assert code_for(paper, root(), issue(Wish(NAME))) == "signer-unknown"


def test_the_same_name_is_not_the_same_root(paper: PreparedPdf) -> None:
    assert code_for(paper, root(), end(root())) == "signer-unknown"


def test_an_authority_may_not_issue_for_others(paper: PreparedPdf) -> None:
    """The owner of a seal makes a certificate for another authority with it."""
    top = root()
    seal_owner = end(top)
    assert code_for(paper, top, issue(Wish(NAME), seal_owner), seal_owner) == "signer-unknown"


def test_the_length_of_the_path_is_kept(paper: PreparedPdf) -> None:
    top = issue(Wish("Root", authority=True, path_length=0))
    between = middle(top)
    assert code_for(paper, top, end(between), between) == "signer-unknown"
    assert code_for(paper, top, end(top)) == "genuine"


@pytest.mark.parametrize("place", ["own", "middle", "root"])
def test_every_certificate_must_have_been_valid(paper: PreparedPdf, place: str) -> None:
    ends = {name: PAST if name == place else END for name in ("own", "middle", "root")}
    top = issue(Wish("Root", authority=True, begin=BEGIN, end=ends["root"]))
    between = middle(top, end=ends["middle"])
    own = issue(Wish(NAME, end=ends["own"]), between)
    assert code_for(paper, top, own, between) == "certificate-not-valid-then"


def test_a_key_for_something_else_may_not_seal(paper: PreparedPdf) -> None:
    top = root()
    assert code_for(paper, top, issue(Wish(NAME, signs=False), top)) == "signer-unknown"


def test_an_unknown_critical_extension_is_not_overlooked(paper: PreparedPdf) -> None:
    top = root()
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert code_for(paper, top, issue(Wish(NAME, extra=strange), top)) == "signer-unknown"
