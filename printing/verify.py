"""Is this paper genuine? ``python -m printing.verify FILE...`` answers offline, by trust roots and nothing else.

Genuine says: this authority sealed exactly these bytes. Whether the licence is still valid only its registry knows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from printing.certificates import Owner, owner_of
from printing.errors import PrintingError
from printing.qr import KeySet, decode
from printing.verification.chains import Trusted, lead_to_root, read_pem
from printing.verification.containers import Container, check_container, read_container
from printing.verification.envelope import Envelope, open_envelope
from printing.verification.reasons import REASONS, NotGenuine
from printing.verification.timestamps import check_timestamp

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
ROOT = Path(__file__).resolve().parent.parent
DEMO_WORDS = (
    "样张：由演示根证书签发，没有法律效力",
    "a specimen under a demonstration root, without legal effect",
)
#: Remarks that do not decide, but that a reader should know.
SIGNED_LATER = "signed-in-the-future"
CERTIFICATE_OVER = "certificate-has-ended-since"


@dataclass(frozen=True)
class Verdict:
    """The judgement on one file; ``reason`` is Chinese. What the file says of itself is there only if it is genuine.

    ``demo`` marks a paper under a demonstration root; ``identifier`` is that of the licence or the paper's number;
    ``notes`` are remarks that do not decide; ``timestamped_at`` is proved by another party, ``signed_at`` by the
    signer alone.
    """

    genuine: bool
    code: str
    reason: str
    reason_en: str
    demo: bool
    sha256: str
    signer: str | None = None
    signer_code: str | None = None
    signed_at: datetime | None = None
    identifier: str | None = None
    notes: tuple[str, ...] = ()
    timestamped_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        moments = {"signed_at": self.signed_at, "timestamped_at": self.timestamped_at}
        written = {key: moment and moment.isoformat() for key, moment in moments.items()}
        return self.__dict__ | written | {"notes": list(self.notes)}


def judge_pdf(data: bytes, trust_roots: Sequence[bytes], now: datetime) -> Verdict:
    """Judge a file by DER roots. Never raises, whatever the bytes are."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        if not trust_roots:
            raise NotGenuine("no-trust-roots")
        envelope = open_envelope(data)
        container = read_container(envelope.container)
        check_container(container, envelope.digest)
        trusted = lead_to_root(
            container.certificate, container.others, trust_roots, envelope.signed_at
        )
        _require_same_authority(envelope, owner_of(container.certificate))
        stamped_at = _stamped_at(container, trust_roots)
    except NotGenuine as refusal:
        words, words_en = REASONS[refusal.reason]
        return Verdict(False, refusal.reason, words, words_en, False, digest)
    verdict = _genuine(envelope, container, trusted, digest, now)
    return replace(verdict, timestamped_at=stamped_at)


def judge_qr(text: str, keys: Mapping[bytes, Owner]) -> dict[str, Any]:
    """Judge the text of a code as JSON values; ``code`` is ``genuine`` or the reason. Never raises."""
    try:
        payload = decode(text, keys)
    except PrintingError as refusal:
        return {"genuine": False, "code": getattr(refusal, "reason", refusal.code)}
    ends = payload.expires_on.isoformat() if payload.expires_on else None
    days = {"issued_on": payload.issued_on.isoformat(), "expires_on": ends}
    return {"genuine": True, "code": "genuine"} | payload.__dict__ | days


def load_roots(file: Path) -> tuple[bytes, ...]:
    """The DER roots of a PEM file; none if there is no such file. Raises TrustRootsUnreadable."""
    return read_pem(file.read_bytes()) if file.exists() else ()


def _require_same_authority(envelope: Envelope, owner: Owner) -> None:
    """The name under the seal and the issuer in the licence identifier are the owner of the key."""
    if envelope.seal_owner is not None and envelope.seal_owner != owner.name:
        raise NotGenuine("issuer-mismatch")
    if envelope.identifier is not None and not owner.may_issue(envelope.identifier):
        raise NotGenuine("issuer-mismatch")


def _stamped_at(container: Container, roots: Sequence[bytes]) -> datetime | None:
    """When a timestamp proves the signature to have existed; the certificate must have been valid then too."""
    if not container.timestamp:
        return None
    moment = check_timestamp(container.timestamp, container.signature, roots)
    owner = owner_of(container.certificate)
    if not owner.not_before <= moment <= owner.not_after:
        raise NotGenuine("certificate-not-valid-then")
    return moment


def _genuine(
    envelope: Envelope, container: Container, trusted: Trusted, digest: str, now: datetime
) -> Verdict:
    owner = owner_of(container.certificate)
    words, words_en = REASONS["genuine"]
    if trusted.demo:
        words, words_en = f"{words}（{DEMO_WORDS[0]}）", f"{words_en} ({DEMO_WORDS[1]})"
    notes = [SIGNED_LATER] if envelope.signed_at > now else []
    notes += [CERTIFICATE_OVER] if owner.not_after < now else []
    return Verdict(
        True, "genuine", words, words_en, trusted.demo, digest,
        owner.name, owner.code, envelope.signed_at, envelope.identifier, tuple(notes),
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Judge files, or codes with ``--qr``; one line of JSON each. 0 if all are genuine, 1 if not, 2 for wrong use."""
    options = _options(arguments)
    try:
        roots = _roots(options.trust)
        answers = [_judge_file(file, roots) for file in options.files]
        if options.qr:
            keys = KeySet(read_pem(options.keys.read_bytes()))
            answers += [judge_qr(text, keys) for text in options.qr]
    except (OSError, PrintingError) as error:
        print(error, file=sys.stderr)
        return 2
    for answer in answers:
        print(json.dumps(answer, ensure_ascii=False))
    return 0 if all(answer["genuine"] for answer in answers) else 1


def _judge_file(file: Path, roots: Sequence[bytes]) -> dict[str, Any]:
    return {"file": str(file)} | judge_pdf(file.read_bytes(), roots, _now()).as_json()


def _roots(given: list[Path]) -> tuple[bytes, ...]:
    """The roots of the files named, else those of the instance folder."""
    if given:
        return tuple(root for file in given for root in read_pem(file.read_bytes()))
    keys = Path(os.environ.get("KIOSK_INSTANCE") or ROOT / "instance") / "keys"
    imported = sorted((keys / "trusted").glob("*.pem"))
    return tuple(root for file in (keys / "root.pem", *imported) for root in load_roots(file))


def _now() -> datetime:
    """This moment, or that of the test clock; Asia/Shanghai where it names no offset."""
    start = os.environ.get("KIOSK_NOW")
    if not start:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(start)
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_ZONE)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m printing.verify", description="核验证照真伪，不需要网络"
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="PDF 文件")
    parser.add_argument(
        "--trust", metavar="PEM", type=Path, action="append", default=[], help="可信根证书"
    )
    parser.add_argument("--qr", metavar="TEXT", action="append", default=[], help="核验码的文字")
    parser.add_argument("--keys", metavar="PEM", type=Path, help="各机关公布的证书")
    options = parser.parse_args(arguments)
    if not options.files and not options.qr:
        parser.error("nothing to judge")
    if options.qr and options.keys is None:
        parser.error("--qr needs --keys")
    return options


if __name__ == "__main__":
    sys.exit(main())
