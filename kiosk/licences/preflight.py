"""The last look before a seal: whose it is, who is competent, and whether all is valid now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.licences.errors import (
    SealCertificateDiffers,
    SealExpired,
    SealNotCompetent,
    SealOfOtherAuthority,
    SealStopped,
)


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


def check_seal(seal: SealFacts, *, deciding: str, competent: str, now: datetime) -> None:
    """Let pass only the valid seal of the authority that decided and is competent; codes are credit codes.

    Raises SealOfOtherAuthority, SealNotCompetent, SealStopped or SealExpired.
    """
    if seal.owner_code != deciding:
        raise SealOfOtherAuthority(f"印章属于{seal.owner_name}，不是作出决定的机关")
    if competent != deciding:
        raise SealNotCompetent("按管辖规则，该事项应由其他机关办理，不能加盖此印章")
    if seal.stopped_at is not None and seal.stopped_at <= now:
        raise SealStopped(f"{seal.owner_name}的印章已停用")
    if not seal.valid_from <= now <= seal.valid_to:
        raise SealExpired(f"{seal.owner_name}的印章或证书不在有效期内")


def check_key(seal: SealFacts, key: KeyFacts, *, owner_name: str, now: datetime) -> None:
    """Let pass only the key the seal is registered with, in the name that stands on the paper, while it is valid.

    Raises SealCertificateDiffers or SealExpired.
    """
    if key.certificate != seal.certificate:
        raise SealCertificateDiffers("签名密钥的证书与登记的印章不一致")
    if key.owner_name != owner_name:
        raise SealCertificateDiffers(f"证书属于{key.owner_name}，文书上的机关是{owner_name}")
    if not key.valid_from <= now <= key.valid_to:
        raise SealExpired(f"{key.owner_name}的印章或证书不在有效期内")
