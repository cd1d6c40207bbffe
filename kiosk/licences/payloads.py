"""What the QR code on a licence says, with the holder masked."""

from __future__ import annotations

from kiosk.licences.models import Licence
from printing.documents import Document
from printing.qr import LicencePayload, encode
from printing.signing import Signer
from services_catalog.codes import mask_name

ORGANISATION = "001"


def qr_text_for(licence: Licence, document: Document, signer: Signer) -> str:
    """The signed payload of one copy; an organisation's name is public, a person's is masked."""
    public = licence.holder_type == ORGANISATION
    payload = LicencePayload(
        identifier=licence.identifier,
        holder=licence.holder_name if public else mask_name(licence.holder_name),
        licence_name=licence.name,
        issuer=licence.authority_name,
        issued_on=licence.issued_on,
        expires_on=licence.expires_on,
        copy_label=document.copy_label or "",
    )
    return encode(payload, signer)
