"""The last look before a seal: whose it is, who is competent, and whether all is valid now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.errors import KioskError
from kiosk.licences.errors import (
    SealCertificateDiffers,
    SealExpired,
    SealNotCompetent,
    SealOfOtherAuthority,
    SealStopped,
)
from printing.errors import PrintingError
from services_catalog.errors import CatalogError


@dataclass(frozen=True)
class SealFacts:
    """What is known of a seal at the moment of use. Moments are aware and in UTC.

    ``certificate`` is the SHA-256 (hex) of the certificate it is registered with, empty before its first use.
    """

    owner_code: str
    owner_name: str
    valid_from: datetime
    valid_to: datetime
    stopped_at: datetime | None
    certificate: str = ""


@dataclass(frozen=True)
class KeyFacts:
    """What the key at hand says by its certificate: its SHA-256 (hex), whose it is, and until when."""

    certificate: str
    owner_name: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class SealAct:
    """A seal about to be used: who decided and who is competent, by credit code."""

    seal: SealFacts
    deciding: str
    competent: str
    now: datetime


@dataclass(frozen=True)
class KeyAct:
    """A key about to sign under a seal, in the name that stands on the paper."""

    seal: SealFacts
    key: KeyFacts
    owner_name: str
    now: datetime


@dataclass(frozen=True)
class Check:
    """One thing looked at before a paper is signed; ``refusal`` is what would stop it, None if it passes."""

    words: str
    refusal: Exception | None = None


def _is_of_decider(use: SealAct) -> None:
    if use.seal.owner_code != use.deciding:
        raise SealOfOtherAuthority(f"印章属于{use.seal.owner_name}，不是作出决定的机关")


def _is_competent(use: SealAct) -> None:
    if use.competent != use.deciding:
        raise SealNotCompetent("按管辖规则，该事项应由其他机关办理，不能加盖此印章")


def _is_in_use(use: SealAct) -> None:
    if use.seal.stopped_at is not None:  # Also for a sealer whose clock is behind the stopper's.
        raise SealStopped(f"{use.seal.owner_name}的印章已停用")


def _is_in_time(use: SealAct) -> None:
    if not use.seal.valid_from <= use.now <= use.seal.valid_to:
        raise SealExpired(f"{use.seal.owner_name}的印章或证书不在有效期内")


def _is_registered_key(use: KeyAct) -> None:
    if use.key.certificate != use.seal.certificate:
        raise SealCertificateDiffers("签名密钥的证书与登记的印章不一致")


def _is_in_that_name(use: KeyAct) -> None:
    if use.key.owner_name != use.owner_name:
        raise SealCertificateDiffers(
            f"证书属于{use.key.owner_name}，文书上的机关是{use.owner_name}"
        )


def _is_key_in_time(use: KeyAct) -> None:
    if not use.key.valid_from <= use.now <= use.key.valid_to:
        raise SealExpired(f"{use.key.owner_name}的印章或证书不在有效期内")


SEAL_CHECKS: tuple[tuple[str, Callable[[SealAct], None]], ...] = (
    ("印章属于作出决定的机关", _is_of_decider),
    ("本机关对该事项有管辖权", _is_competent),
    ("印章没有停用", _is_in_use),
    ("印章在有效期内", _is_in_time),
)
KEY_CHECKS: tuple[tuple[str, Callable[[KeyAct], None]], ...] = (
    ("签名密钥就是登记的那一把", _is_registered_key),
    ("证书上的机关与文书上的机关一致", _is_in_that_name),
    ("证书在有效期内", _is_key_in_time),
)
"""What must hold before a seal is set, with its words; sealing itself and the look beforehand both go through them."""


def check_seal(seal: SealFacts, *, deciding: str, competent: str, now: datetime) -> None:
    """Let pass only the valid seal of the authority that decided and is competent; codes are credit codes.

    Raises SealOfOtherAuthority, SealNotCompetent, SealStopped or SealExpired.
    """
    for _, check in SEAL_CHECKS:
        check(SealAct(seal, deciding, competent, now))


def check_key(seal: SealFacts, key: KeyFacts, *, owner_name: str, now: datetime) -> None:
    """Let pass only the key the seal is registered with, in the name that stands on the paper, while it is valid.

    Raises SealCertificateDiffers or SealExpired.
    """
    for _, check in KEY_CHECKS:
        check(KeyAct(seal, key, owner_name, now))


def tried(words: str, look: Callable[[], object]) -> Check:
    """Look, and keep what refuses instead of raising it."""
    try:
        look()
    except (KioskError, PrintingError, CatalogError) as refusal:
        return Check(words, refusal)
    return Check(words)
