"""An authority that brings a real seal: a certificate authority of its own, a picture, a key. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from click.testing import Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from flask import Flask
from sqlalchemy import select

from kiosk.licences.models import Seal, SealedDocument
from kiosk.licences.queries import get_document
from kiosk.uow import reading
from tests.printing.signing.authorities import Issued, Wish, issue, root
from tests.support.clocks import StandingClock
from tests.support.sample_cases import granted, officer_of, received
from tests.support.seal_pictures import seal_png

NAME = "成都市武侯区行政审批局"
PASSWORD = "of the file"
LONG = datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bureau:
    """What lies on the keeper's desk: the authority's code, its certificate authority, and files to import."""

    app: Flask
    folder: Path
    code: str
    top: Issued

    @classmethod
    def of(cls, app: Flask, clock: StandingClock, folder: Path) -> Bureau:
        """The bureau that decides in 武侯. Nothing is trusted yet."""
        with app.app_context():
            code = officer_of(received(clock).number).authority_code
        assert code is not None
        return cls(app, folder, code, root())

    def trust(self, issued: Issued | None = None) -> Path:
        """Put a root among those that are trusted for real seals."""
        file = self.app.extensions["keys"].folder / "trusted" / "root.pem"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pem(issued or self.top))
        return file

    def certified(self, name: str = NAME, code: str | None = None, end: datetime = LONG) -> Issued:
        """A key with a certificate under the bureau's own root."""
        return issue(Wish(name, code=self.code if code is None else code, end=end), self.top)

    def key_file(self, issued: Issued) -> Path:
        """The key as PKCS#12."""
        file = self.folder / "seal.p12"
        locked = serialization.BestAvailableEncryption(PASSWORD.encode())
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(
                None, issued.key, issued.certificate, [self.top.certificate], locked
            )
        )
        return file

    def picture(self, data: bytes | None = None) -> Path:
        """The seal's picture as a file."""
        file = self.folder / "seal.png"
        file.write_bytes(data or seal_png())
        return file

    def bring(
        self, *source: object, picture: Path | None = None, level: str = "department",
        diameter: int = 42, name: str = NAME,
    ) -> Result:  # fmt: skip
        """``flask keys import`` with these options for the key."""
        arguments = [
            "keys", "import", self.code, name, "--picture", picture or self.picture(),
            "--level", level, "--diameter", diameter, *source,
        ]  # fmt: skip
        return self.app.test_cli_runner().invoke(args=[str(each) for each in arguments])

    def bring_file(self, issued: Issued, password: str = PASSWORD) -> Result:
        """Import the key as a file."""
        return self.bring("--key", self.key_file(issued), "--password", password)

    def seal(self) -> Seal | None:
        """The registered seal."""
        with self.app.app_context(), reading() as session:
            return session.scalar(select(Seal).where(Seal.authority_code == self.code))

    def paper(self, clock: StandingClock) -> str:
        """The number of a granted licence that waits for its seal."""
        with self.app.app_context():
            return granted(clock)[1]

    def row(self, number: str) -> SealedDocument:
        """What is stored of a paper."""
        with self.app.app_context(), reading() as session:
            return get_document(session, number)

    def file_of(self, number: str) -> bytes:
        """The sealed file."""
        data: bytes = self.app.extensions["files"].get(self.row(number).file_digest)
        return data


def pem(*issued: Issued) -> bytes:
    """Certificates as PEM."""
    return b"".join(each.certificate.public_bytes(serialization.Encoding.PEM) for each in issued)
