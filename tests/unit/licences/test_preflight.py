"""The last look before a seal, reason by reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.licences.errors import (
    SealCertificateDiffers,
    SealExpired,
    SealNotCompetent,
    SealOfOtherAuthority,
    SealRefused,
    SealStopped,
)
from kiosk.licences.preflight import KeyFacts, SealFacts, check_key, check_seal

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WUHOU, OTHER = "11510107009158319R", "11510104009158319X"
NAME = "成都市武侯区行政审批局"
SEAL = SealFacts(WUHOU, NAME, NOW - DAY, NOW + DAY, None, "a" * 64)
KEY = KeyFacts("a" * 64, NAME, NOW - DAY, NOW + DAY)


def test_the_valid_seal_of_the_competent_authority_passes() -> None:
    check_seal(SEAL, deciding=WUHOU, competent=WUHOU, now=NOW)
    check_key(SEAL, KEY, owner_name=NAME, now=NOW)


@pytest.mark.parametrize(
    ("seal", "deciding", "competent", "refusal"),
    [
        (SEAL, OTHER, OTHER, SealOfOtherAuthority),
        (SEAL, WUHOU, OTHER, SealNotCompetent),
        (SEAL, WUHOU, "", SealNotCompetent),
        (replace(SEAL, stopped_at=NOW), WUHOU, WUHOU, SealStopped),
        (replace(SEAL, stopped_at=NOW - DAY), WUHOU, WUHOU, SealStopped),
        (replace(SEAL, stopped_at=NOW + timedelta(seconds=2)), WUHOU, WUHOU, SealStopped),
        (replace(SEAL, valid_to=NOW - timedelta(seconds=1)), WUHOU, WUHOU, SealExpired),
        (replace(SEAL, valid_from=NOW + timedelta(seconds=1)), WUHOU, WUHOU, SealExpired),
    ],
)
def test_each_reason_against_a_seal_has_its_name(
    seal: SealFacts, deciding: str, competent: str, refusal: type[SealRefused]
) -> None:
    with pytest.raises(refusal):
        check_seal(seal, deciding=deciding, competent=competent, now=NOW)


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        (replace(KEY, certificate="b" * 64), SealCertificateDiffers),
        (replace(KEY, certificate=""), SealCertificateDiffers),
        (replace(KEY, owner_name="成都市锦江区行政审批局"), SealCertificateDiffers),
        (replace(KEY, valid_to=NOW - timedelta(seconds=1)), SealExpired),
        (replace(KEY, valid_from=NOW + timedelta(seconds=1)), SealExpired),
    ],
)
def test_each_reason_against_a_key_has_its_name(key: KeyFacts, refusal: type[SealRefused]) -> None:
    with pytest.raises(refusal):
        check_key(SEAL, key, owner_name=NAME, now=NOW)
