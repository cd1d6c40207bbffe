"""The table behind the screen that is turned to the citizen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base, UtcDateTime


class Mirror(Base):
    """The one second screen of a clerk: which draft it shows, during which session of theirs.

    ``address_digest`` is of the one-time address and goes when it is opened; ``screen_digest`` is of what the opened
    screen then holds. ``confirmed_version`` is the version of the draft that the citizen confirmed.
    """

    __tablename__ = "case_mirror"

    staff: Mapped[str] = mapped_column(String(64), primary_key=True)
    sign_in: Mapped[str] = mapped_column(String(64))
    draft_number: Mapped[str] = mapped_column(String(32))
    address_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    screen_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_version: Mapped[int | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
