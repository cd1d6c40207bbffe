"""The codes of people, organisations, items, cases and licences: parse, check, format, mask. Pure."""

from services_catalog.codes.cases import (
    NationalCaseNumber,
    check_case_number,
    check_foreign_case_number,
    compose_case_number,
    compose_national_case_number,
    parse_national_case_number,
)
from services_catalog.codes.checks import CodeInvalid, mod_11_2_check, mod_37_36_check
from services_catalog.codes.foreigners import (
    PermanentResidenceCard,
    TravelDocument,
    looks_like,
    parse_pr_card,
)
from services_catalog.codes.items import (
    BaseCode,
    ItemCode,
    LocalItemCode,
    compose_item_code,
    parse_base_code,
    parse_item_code,
    parse_local_item_code,
    parse_printed_code,
)
from services_catalog.codes.licences import LicenceIdentifier, parse_licence_identifier
from services_catalog.codes.masking import mask_case_number, mask_id, mask_name, mask_phone
from services_catalog.codes.names import (
    check_name,
    check_organisation_name,
    check_text,
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
from services_catalog.codes.persons import (
    CitizenId,
    normalise_id_number,
    parse_citizen_id,
    parse_residence_permit,
    upgrade_old_citizen_id,
)
from services_catalog.codes.private_use import suggest_standard
from services_catalog.codes.ratings import (
    evaluator_from_gbt39046,
    gbt39046_from_evaluator,
    is_negative_rating,
)

__all__ = [
    "BaseCode",
    "CitizenId",
    "CodeInvalid",
    "CreditCode",
    "ItemCode",
    "LicenceIdentifier",
    "LocalItemCode",
    "NationalCaseNumber",
    "PermanentResidenceCard",
    "TravelDocument",
    "check_case_number",
    "check_foreign_case_number",
    "check_name",
    "check_organisation_name",
    "check_text",
    "compose_case_number",
    "compose_item_code",
    "compose_national_case_number",
    "credit_code_check",
    "credit_code_from_body",
    "evaluator_from_gbt39046",
    "gbt39046_from_evaluator",
    "is_credit_code",
    "is_negative_rating",
    "looks_like",
    "mask_case_number",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mod_11_2_check",
    "mod_37_36_check",
    "normalise_id_number",
    "normalise_name",
    "organisation_check",
    "parse_base_code",
    "parse_citizen_id",
    "parse_credit_code",
    "parse_item_code",
    "parse_licence_identifier",
    "parse_local_item_code",
    "parse_national_case_number",
    "parse_pr_card",
    "parse_printed_code",
    "parse_residence_permit",
    "suggest_standard",
    "upgrade_old_citizen_id",
]
