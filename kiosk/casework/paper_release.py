"""The last look before paper moves: may this person still have this paper at this instant?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.identity.models import Person
from kiosk.licences.errors import LicenceNotValid, NotReleasedToYou, SealStopped
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Seal
from kiosk.licences.queries import get_document, get_licence, may_collect
from printing.job_models import PrintJob


def require_release(session: Session, job: PrintJob, now: datetime) -> None:
    """Check licence, seal and person again. Raises LicenceNotValid, SealStopped, NotReleasedToYou, NotFound.

    A paper that is no original, such as a receipt, states what was true when it was sealed: nothing can revoke it.
    """
    if job.original_key is None:
        get_document(session, job.licence_identifier)
        return
    licence = get_licence(session, job.licence_identifier)
    if status_on(licence, office_date(now)) is not Status.VALID:
        raise LicenceNotValid("这份证照目前不是有效状态，不能打印")
    seals = select(Seal).where(Seal.authority_code == licence.authority_code)
    if any(seal.stopped_at is not None for seal in session.scalars(seals)):
        raise SealStopped("发证机关的印章已停用，暂不能打印")
    person = session.scalar(select(Person).where(Person.number == job.requested_by))
    if person is None or not may_collect(session, licence, person.document_digest, now):
        raise NotReleasedToYou("这份证照只能由持证人、负责人或登记在案的代理人领取")
