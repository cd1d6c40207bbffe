"""The codes of people, organisations, items, cases and licences: parse, check, format, mask. Pure."""

from services_catalog.codes.checks import CodeInvalid, mod_37_36_check
from services_catalog.codes.licences import LicenceIdentifier, parse_licence_identifier
from services_catalog.codes.names import (
    check_name,
    check_text,
    mask_id,
    mask_name,
    mask_phone,
    normalise_name,
)
from services_catalog.codes.organisations import (
    CreditCode,
    credit_code_check,
    credit_code_from_body,
    is_credit_code,
    organisation_check,
    parse_credit_code,
)
from services_catalog.codes.persons import CitizenId, parse_citizen_id

__all__ = [
    "CitizenId",
    "CodeInvalid",
    "CreditCode",
    "LicenceIdentifier",
    "check_name",
    "check_text",
    "credit_code_check",
    "credit_code_from_body",
    "is_credit_code",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mod_37_36_check",
    "normalise_name",
    "organisation_check",
    "parse_citizen_id",
    "parse_credit_code",
    "parse_licence_identifier",
]
