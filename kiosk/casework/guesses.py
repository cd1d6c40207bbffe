"""Query codes and the codes of drafts are six digits: whoever guesses is stopped before a code can be found.

A number that no case bears is counted alike, so that nobody learns from it which numbers exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kiosk.casework.errors import QueryCodeWrong, TooManyGuesses
from kiosk.casework.models import QueryGuess
from kiosk.errors import KioskError
from kiosk.privacy import keyring
from kiosk.uow import reading, unit_of_work

MOST_GUESSES = 5
PAUSE = timedelta(minutes=15)


@contextmanager
def counted_guess(
    number: str,
    *,
    now: datetime,
    kind: str = "case-number",
    wrong: type[KioskError] = QueryCodeWrong,
) -> Iterator[None]:
    """Count a wrong code for what bears this number; after five there is a pause since the last one.

    Raises TooManyGuesses, also for a right code, and ``wrong`` as the block does.
    """
    digest = keyring().digest(kind, number)
    with reading() as session:
        guess = session.get(QueryGuess, digest)
    if guess is not None and guess.wrong >= MOST_GUESSES and guess.last_at > now - PAUSE:
        raise TooManyGuesses("输错次数过多，请 15 分钟后再试")
    try:
        yield
    except wrong:
        _count(digest, now)
        raise


def forget_guesses(session: Session, before: datetime) -> None:
    """Drop the counts that nobody added to since that moment."""
    session.execute(delete(QueryGuess).where(QueryGuess.last_at < before))


def _count(digest: str, now: datetime) -> None:
    with unit_of_work() as session:
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        first = (sqlite.insert if on_sqlite else postgresql.insert)(QueryGuess)
        entered = first.values(number_digest=digest, wrong=0, last_at=now)
        session.execute(entered.on_conflict_do_nothing())
        guess = session.get_one(QueryGuess, digest, with_for_update=True)
        fresh = guess.last_at <= now - PAUSE
        guess.wrong, guess.last_at = 1 if fresh else guess.wrong + 1, now
