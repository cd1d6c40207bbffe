"""What the deciding authority does about a paper whose sealing was refused."""

from __future__ import annotations

from datetime import datetime

from kiosk.casework.permissions import require_deciding
from kiosk.casework.queries import get_case
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor
from kiosk.licences import sealing
from kiosk.licences.queries import get_document
from kiosk.uow import reading


def seal_again(number: str, paper: str, *, actor: Actor, now: datetime) -> None:
    """Have a blocked paper of the case sealed once more, after its cause is gone.

    Raises NotFound, WrongPlace, Forbidden, NotBlocked.
    """
    with reading() as session:
        case = get_case(session, number)
        require_deciding(case, actor)
        if get_document(session, paper).case_number != number:
            raise NotFound("没有这份文书")
    sealing.seal_again(paper, actor=actor, now=now)
