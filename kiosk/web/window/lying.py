"""The draft that lies open at this desk, and what of it every page of the visit shows."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.casework import drafts
from kiosk.casework.draft_queries import get_draft, require_open
from kiosk.casework.drafts import DraftView
from kiosk.casework.form_checks import form_faults
from kiosk.catalogue import catalogue
from kiosk.identity.authorisations import find_grant
from kiosk.identity.models import Authorisation, Person
from kiosk.identity.provider import Identity
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.pages.questions import input_name
from services_catalog.codes import mask_id
from services_catalog.forms import Form
from services_catalog.items import PublishedItem


@dataclass(frozen=True)
class Lying:
    """An open draft: what is in it, the item, its form, and the person whose card lies here.

    With an ``authority`` that person is an agent, and somebody else applies.
    """

    draft: DraftView
    item: PublishedItem
    form: Form
    owner: Identity
    authority: Authorisation | None

    @property
    def number(self) -> str:
        return self.draft.number

    @property
    def masked_number(self) -> str:
        """The number of the card as it may stand on a screen that others can see."""
        return mask_id(self.owner.document_number)

    @property
    def labels(self) -> dict[str, str]:
        """What the questions are called, by the names of their inputs."""
        return {input_name(field.key): field.label for field in self.form.fields}

    def faults(self) -> dict[str, list[str]]:
        """What the form still lacks."""
        return form_faults(self.form, self.draft.content.get("form") or {})


def lying(number: str) -> Lying:
    """The draft at this desk. Raises NotFound, DraftSubmitted."""
    actor = current_actor()
    with reading() as session:
        draft = get_draft(session, number, actor, now())
        require_open(draft)
        owner = session.get_one(Person, draft.owner_id)
        named = (draft.content or {}).get("authorisation")
        authority = find_grant(session, named) if named else None
    held = catalogue()
    return Lying(
        drafts.view_draft(number, actor=actor, now=now()),
        held.items[draft.item_seq],
        held.forms[draft.item_seq],
        Identity(owner.name, owner.document_type, owner.document_number, owner.phone),
        authority,
    )
