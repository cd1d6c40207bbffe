"""Agents: who may let somebody act for them, and what an agent must hold when an application is received."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.models import Case, CaseAgent
from kiosk.casework.receipt import Submission
from kiosk.errors import Forbidden, InputInvalid
from kiosk.identity.actors import Actor, Role
from kiosk.identity.authorisations import (
    APPLY,
    SCOPES,
    Grant,
    list_grants,
    record_grant,
    require_grant,
    revoke_grant,
)
from kiosk.identity.commands import meet_person
from kiosk.identity.errors import AuthorisationOutOfScope, PrincipalUnproven
from kiosk.identity.models import Authorisation
from kiosk.identity.provider import Identity
from kiosk.identity.queries import document_digest, get_identity, get_person_digest
from kiosk.licences.models import Licence, LicenceRelease
from kiosk.uow import reading

SELF = "本人"
REPRESENTING = ("法定代表人", "负责人", "经营者")
CAPACITIES = (SELF, *REPRESENTING)


def authorise(grant: Grant, *, actor: Actor, now: datetime) -> Authorisation:
    """Record an authority. A citizen gives their own or that of a company whose licence names them; a window records
    what a signed paper says.

    Raises InputInvalid, Forbidden, PrincipalUnproven.
    """
    if grant.scope not in SCOPES or grant.valid_to < grant.valid_from:
        raise InputInvalid("有内容需要改正", fields={"valid_to": ["有效期的结束日期早于开始日期"]})
    if grant.principal.digest == grant.agent.digest:
        raise InputInvalid("有内容需要改正", fields={"agent": ["不用授权给自己"]})
    if actor.role is Role.CITIZEN:
        with reading() as session:
            _require_principal(session, grant, actor)
    elif actor.role is not Role.CLERK:
        raise Forbidden("授权由本人或窗口登记")
    return record_grant(grant, actor=actor, now=now)


def revoke(number: str, *, actor: Actor, now: datetime) -> None:
    """End an authority: by its principal, or by whoever recorded it. Raises NotFound."""
    principal = None
    if actor.role is Role.CITIZEN:
        with reading() as session:
            principal = get_person_digest(session, actor)
    revoke_grant(number, principal, actor=actor, now=now)


def list_authorisations(actor: Actor) -> list[Authorisation]:
    """What a citizen gave and holds, newest first."""
    with reading() as session:
        return list_grants(session, get_person_digest(session, actor))


def with_principal(
    session: Session, submission: Submission, subject: str | None, now: datetime
) -> Submission:
    """The submission, if its agent holds an authority in force of the applicant or of the organisation it is for.

    The applicant's name is the recorded one, not what the agent typed. ``subject`` is the digest of whom the result
    is for. Raises AuthorisationUnknown, AuthorisationNotInForce, AuthorisationOutOfScope.
    """
    agent, number = submission.agent, submission.authorisation
    if agent is None or number is None:
        return submission
    holder = document_digest(agent.document_type, agent.document_number)
    seq = submission.item_seq
    found = require_grant(session, number, holder, scope=APPLY, item_seq=seq, now=now)
    applicant = submission.applicant
    own = document_digest(applicant.document_type, applicant.document_number)
    if found.principal_digest == own and own != holder:
        recorded = replace(applicant, name=found.principal_name or applicant.name, phone=None)
        return replace(submission, applicant=recorded)
    if found.principal_digest == subject and own == holder:
        return submission
    raise AuthorisationOutOfScope("这份授权不是本次申请人或申请单位出具的")


def enter_agent(session: Session, case: Case, submission: Submission, now: datetime) -> None:
    """Note with the case who handed it in for somebody else."""
    agent, number = submission.agent, submission.authorisation
    if agent is None or number is None:
        return
    person_id = case.applicant_id
    if agent != submission.applicant:
        person_id = meet_person(session, agent, now).id
    session.add(
        CaseAgent(case_id=case.id, person_id=person_id, name=agent.name, authorisation=number)
    )


def _require_principal(session: Session, grant: Grant, actor: Actor) -> None:
    """The citizen is the principal, or the registry names them in that capacity on a licence of the principal."""
    identity: Identity = get_identity(session, actor)
    mine = document_digest(identity.document_type, identity.document_number)
    if grant.principal.digest == mine and grant.capacity == SELF:
        return
    named = (
        select(LicenceRelease.id)
        .join(Licence, Licence.id == LicenceRelease.licence_id)
        .where(
            Licence.holder_digest == grant.principal.digest,
            LicenceRelease.person_digest == mine,
            LicenceRelease.capacity == grant.capacity,
        )
    )
    if grant.capacity not in REPRESENTING or session.scalar(named.limit(1)) is None:
        raise PrincipalUnproven("登记簿里没有您代表该单位的记录，请带授权书到窗口登记")
