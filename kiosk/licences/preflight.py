"""The last look before a seal: whose it is, who is competent, and whether all is valid now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.licences.errors import SealExpired, SealNotCompetent, SealOfOtherAuthority, SealStopped


@dataclass(frozen=True)
class SealFacts:
    """What is known of a seal at the moment of use. Moments are aware and in UTC."""

    owner_code: str
    owner_name: str
    valid_from: datetime
    valid_to: datetime
    stopped_at: datetime | None


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
