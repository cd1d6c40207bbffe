"""One table of counts; what is counted is a kind, so that every picture reads the same rows."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base


class Figure(Base):
    """How many of one kind in a month (``2026-11``, Asia/Shanghai) between two divisions, for one item.

    ``from_division`` is where it was received or printed, ``to_division`` where it was decided. Item 0 stands for
    what belongs to none.
    """

    __tablename__ = "figure_month"
    __table_args__ = (
        UniqueConstraint("month", "kind", "from_division", "to_division", "item_seq"),
        Index("ix_figure_month_from", "from_division", "month"),
        Index("ix_figure_month_to", "to_division", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    kind: Mapped[str] = mapped_column(String(16))
    from_division: Mapped[str] = mapped_column(String(6))
    to_division: Mapped[str] = mapped_column(String(6))
    item_seq: Mapped[int]
    count: Mapped[int]
