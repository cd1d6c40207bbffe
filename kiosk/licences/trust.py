"""Whether a key stands under a root that this installation trusts for real seals."""

from __future__ import annotations

from datetime import datetime

from kiosk.licences.errors import SealNotTrusted
from printing.pki import KeyStore
from printing.signing import Signer
from printing.verification.chains import lead_to_root
from printing.verification.reasons import NotGenuine


def require_trusted(keys: KeyStore, signer: Signer, now: datetime) -> None:
    """Raises SealNotTrusted unless the certificate leads, at this moment, to a root other than the demonstration's."""
    try:
        found = lead_to_root(signer.certificate, signer.chain, keys.trust_roots(), now)
    except NotGenuine as refusal:
        raise SealNotTrusted(f"印章证书没有通向受信任的根证书（{refusal.reason}）") from refusal
    if found.demo:
        raise SealNotTrusted("演示根证书不能用于正式印章")
