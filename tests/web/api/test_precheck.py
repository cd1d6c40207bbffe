"""The clerk learns before receiving what the deciding place will say."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from kiosk.catalog_desk.offerings import change_offering
from kiosk.identity.actors import SYSTEM
from services_catalog.material_rules import MaterialRule
from services_catalog.offerings import OfferingTerms
from tests.support.clocks import StandingClock
from tests.support.sample_drafts import CARD, CONTENT, FORM, PAPERS, begun, handed_in

ClientFor = Callable[[str], FlaskClient]
WUHOU = "成都市武侯区行政审批局"


def checked(client: FlaskClient, **changes: object) -> dict[str, object]:
    draft = begun(client, **changes)["number"]
    answer = client.get(f"/api/v1/drafts/{draft}/precheck")
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json
    return told


def test_a_complete_draft_is_ready_and_the_past_is_told(client_for: ClientFor) -> None:
    told = checked(client_for("clerk.shapingba"), applicant=CARD)
    assert (told["ready"], told["form"], told["problem"]) == (True, {}, None)
    assert told["authority_name"] == WUHOU
    assert (told["received"], told["corrected"]) == (84, 40)
    assert told["summary"] == (
        "表单和材料已齐全，可以收件。过去 12 个月该局答复 84 件，其中退回补正 40 件。"
    )
    cautions = told["cautions"]
    assert isinstance(cautions, list)
    first = cautions[0]
    assert first["count"] == max(caution["count"] for caution in cautions)
    assert first["share"] == round(first["count"] / 40, 3)
    assert f"其中 {first['count']} 件因“{first['reason']}”" in first["words"]
    assert not any(caution["touches"] for caution in cautions)


def test_faults_and_missing_papers_are_named_and_past_reasons_pointed_at(
    client_for: ClientFor,
) -> None:
    form = {name: value for name, value in FORM.items() if name != "business_scope"}
    content = {**CONTENT, "form": form, "papers": PAPERS[1:]}
    told = checked(client_for("zhang"), content=content)
    assert told["ready"] is False
    assert set(told["form"]) == {"form.business_scope"}  # type: ignore[call-overload]
    materials, cautions = told["materials"], told["cautions"]
    assert isinstance(materials, list)
    assert isinstance(cautions, list)
    lacking = [paper["lacking"] for paper in materials if paper["lacking"]]
    assert lacking == [f"缺少“{PAPERS[0]['name']}”"]
    touched = {caution["subject"] for caution in cautions if caution["touches"]}
    assert touched == {"business_scope", "公司登记(备案)申请书"}


def test_the_deciding_places_own_rules_count(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    terms = OfferingTerms(
        local_materials=("承诺书",),
        material_rules=(MaterialRule("公司章程", copies=2, note="原件"),),
        justification="某文第三条",
    )
    with app.app_context():
        code = authority_code(client_for)
        change_offering(37, code, terms, clock.now().date(), actor=SYSTEM, now=clock.now())
    told = checked(client_for("clerk.shapingba"), applicant=CARD)
    materials = told["materials"]
    assert isinstance(materials, list)
    assert [paper["lacking"] for paper in materials if paper["lacking"]] == [
        "“公司章程”要 2 份，现有 1 份",
        "缺少“承诺书”",
    ]
    assert (told["local_materials"], told["local_reason"]) == (["承诺书"], "某文第三条")


def authority_code(client_for: ClientFor) -> str:
    answer = client_for("zhang").get("/api/v1/items/37/route?district=510107")
    code: str = answer.json["authority_code"]
    return code


def test_an_empty_draft_says_what_is_unknown(client_for: ClientFor) -> None:
    told = checked(client_for("zhang"), content={})
    assert (told["ready"], told["authority_name"]) == (False, None)
    assert told["problem"]
    assert (told["received"], told["cautions"]) == (0, [])


def test_both_provinces_stand_side_by_side(client_for: ClientFor) -> None:
    told = checked(client_for("zhang"))
    provinces = told["provinces"]
    assert isinstance(provinces, list)
    rows = {row["field"]: row for row in provinces}
    assert set(rows) == {"materials", "conditions", "legal_days", "legal_unit", "promised_days"}
    assert rows["legal_days"]["sichuan"] == rows["legal_days"]["chongqing"] == "3"
    assert not any(row["differs"] for row in rows.values())


def test_nobody_else_looks_and_a_case_is_no_draft(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    draft = begun(zhang)["number"]
    path = f"/api/v1/drafts/{draft}/precheck"
    assert client_for("li").get(path).status_code == 404
    assert client_for("officer.wuhou").get(path).status_code == 403
    assert handed_in(zhang, draft).status_code == 201
    assert zhang.get(path).json["code"] == "draft-submitted"
