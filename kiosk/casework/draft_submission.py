"""What a draft says, put together as the body of an application; nothing of it was checked before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kiosk.casework.draft_models import Upload
from kiosk.casework.draft_queries import get_draft, list_uploads, require_open
from kiosk.casework.errors import ItemVersionChanged
from kiosk.casework.receipt import DraftInHand, Material, Submission
from kiosk.casework.versions_since import changes_since, missing_of
from kiosk.errors import StaleVersion
from kiosk.identity.actors import Actor, Role
from kiosk.identity.models import Person
from kiosk.uow import reading

ANSWERS = ("form", "delivery", "postal", "pickup_machine", "registrar")
PAPERS = "papers"


@dataclass(frozen=True)
class ReadDraft:
    """A draft that is about to be handed in: the body its answers make, and its files."""

    in_hand: DraftInHand
    item_version: int
    body: dict[str, Any]
    uploads: list[Upload]

    def complete(self, submission: Submission) -> Submission:
        """The submission of the body, with the draft it comes from and its files as materials."""
        files = tuple(
            Material(upload.name, "electronic", upload.pages, upload.digest)
            for upload in self.uploads
        )
        return replace(
            submission,
            draft=self.in_hand,
            item_version=self.item_version,
            materials=(*submission.materials, *files),
        )


def read_draft(
    number: str, *, version: int, actor: Actor, now: datetime, insists: bool = False
) -> ReadDraft:
    """The draft as it will be handed in; at a window its owner is the applicant.

    Raises NotFound, DraftSubmitted, StaleVersion, and ItemVersionChanged if the item was published anew since.
    """
    with reading() as session:
        draft = get_draft(session, number, actor, now)
        require_open(draft)
        if draft.version != version:
            raise StaleVersion("这份草稿在别处改过，请重新打开后再提交")
        uploads = list_uploads(session, draft)
        owner = session.get_one(Person, draft.owner_id)
    content = draft.content or {}
    _require_current(draft.item_seq, draft.item_version, content)
    body = {name: content[name] for name in ANSWERS if name in content}
    body |= {"item": draft.item_seq, "materials": content.get(PAPERS, [])}
    body |= _persons(content, owner, actor)
    files = frozenset(upload.number for upload in uploads)
    in_hand = DraftInHand(number, version, files, insists)
    return ReadDraft(in_hand, draft.item_version, body, uploads)


def _require_current(seq: int, begun_with: int, content: dict[str, Any]) -> None:
    """Raises ItemVersionChanged, which asks only for the difference."""
    changes = changes_since(seq, begun_with)
    if changes:
        missing = missing_of(seq, content.get("form") or {}, changes)
        raise ItemVersionChanged([change.words for change in changes], missing)


def _persons(content: dict[str, Any], owner: Person, actor: Actor) -> dict[str, Any]:
    """The card that opened the draft is the applicant's, or the agent's where an authorisation is named."""
    card = _card_of(owner) if actor.role is Role.CLERK else None
    authorisation = content.get("authorisation")
    if authorisation is None:
        return {} if card is None else {"applicant": card}
    told = {"authorisation": authorisation, "applicant": content.get("principal")}
    return told if card is None else told | {"agent": card}


def _card_of(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "document_type": person.document_type,
        "document_number": person.document_number,
        "phone": person.phone,
    }
