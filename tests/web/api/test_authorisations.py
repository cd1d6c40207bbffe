"""Agents act with a recorded authority, in its time and scope, and the receipt says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from deploy.demo import branch_form
from kiosk.demo import PEOPLE
from kiosk.identity.models import Person
from kiosk.uow import reading
from tests.support.clocks import StandingClock
from tests.support.sample_drafts import CONTENT, begun, handed_in

ClientFor = Callable[[str], FlaskClient]
GRANTS, CASES = "/api/v1/authorisations", "/api/v1/cases"
ZHANG, LI = (
    {"name": person["name"], "document_type": "111", "document_number": person["document_number"]}
    for person in PEOPLE[:2]
)
FORM = branch_form(PEOPLE[0], "510107", "武侯大道")
COMPANY = {
    "name": FORM["parent_name"],
    "document_type": "001",
    "document_number": FORM["parent_uscc"],
}


def grant(**changes: Any) -> dict[str, Any]:
    return {"principal": ZHANG, "agent": LI, "valid_to": "2026-12-31", **changes}


def granted(client: FlaskClient, **changes: Any) -> str:
    answer = client.post(GRANTS, json=grant(**changes))
    assert answer.status_code == 201, answer.text
    number: str = answer.json["number"]
    return number


def application(authorisation: str, applicant: Any = ZHANG) -> dict[str, Any]:
    form = {"item": 37, "form": FORM, "applicant": applicant}
    return form | {"authorisation": authorisation}


def company_case(client_for: ClientFor, **changes: Any) -> Any:
    clerk = client_for("clerk.shapingba")
    changes = {"principal": COMPANY, "capacity": "法定代表人", **changes}
    return client_for("li").post(CASES, json=application(granted(clerk, **changes), None))


def test_an_agent_applies_for_a_company_and_the_receipt_says_so(client_for: ClientFor) -> None:
    receipt = company_case(client_for)
    assert receipt.status_code == 201, receipt.text
    assert receipt.json["agent"] == LI["name"]
    assert receipt.json["authorisation"].startswith("WT")
    shown = client_for("li").get(f"{CASES}/{receipt.json['number']}").json
    assert (shown["subject_name"], shown["agent"]) == (COMPANY["name"], LI["name"])
    page = client_for("li").get(f"/my/{receipt.json['number']}/receipt").text
    assert f"{LI['name']}（授权已核验）" in page


def test_a_draft_is_handed_in_by_an_agent_at_a_window(client_for: ClientFor) -> None:
    clerk = client_for("clerk.shapingba")
    number = granted(clerk, principal=COMPANY, capacity="负责人")
    content = {**CONTENT, "authorisation": number}
    draft = begun(clerk, content=content, applicant=LI)["number"]
    receipt = handed_in(clerk, draft)
    assert receipt.status_code == 201, receipt.text
    assert receipt.json["agent"] == LI["name"]


def test_who_gives_no_authority_gets_none(client_for: ClientFor) -> None:
    zhang = client_for("zhang")
    other = zhang.post(GRANTS, json=grant(principal=LI, agent=ZHANG))
    assert (other.status_code, other.json["code"]) == (403, "principal-unproven")
    company = zhang.post(GRANTS, json=grant(principal=COMPANY, capacity="法定代表人"))
    assert company.json["code"] == "principal-unproven"
    oneself = zhang.post(GRANTS, json=grant(agent=ZHANG))
    assert oneself.json["fields"] == {"agent": ["不用授权给自己"]}
    backwards = zhang.post(GRANTS, json=grant(valid_from="2027-01-01"))
    assert set(backwards.json["fields"]) == {"valid_to"}
    assert client_for("officer.wuhou").post(GRANTS, json=grant()).status_code == 403


def test_an_authority_holds_in_its_time_and_scope_only(
    app: Flask, client_for: ClientFor, clock: StandingClock
) -> None:
    codes = {}
    for why, changes in {
        "other item": {"item": 38},
        "other act": {"scope": "collect"},
        "other principal": {"principal": ZHANG, "capacity": "本人"},
        "not yet": {"valid_from": "2026-12-01"},
    }.items():
        refused = company_case(client_for, **changes)
        codes[why] = (refused.status_code, refused.json["code"])
    assert codes == {
        "other item": (403, "authorisation-out-of-scope"),
        "other act": (403, "authorisation-out-of-scope"),
        "other principal": (403, "authorisation-out-of-scope"),
        "not yet": (403, "authorisation-expired"),
    }
    li = client_for("li")
    unknown = li.post(CASES, json=application("WTX", None))
    assert (unknown.status_code, unknown.json["code"]) == (403, "authorisation-unknown")
    clerk = client_for("clerk.shapingba")
    short = granted(clerk, principal=COMPANY, valid_to=clock.now().date().isoformat())
    clock.advance(days=2)
    late = client_for("li").post(CASES, json=application(short, None))
    assert late.json["code"] == "authorisation-expired"


def test_a_person_lets_somebody_apply_and_takes_it_back(app: Flask, client_for: ClientFor) -> None:
    zhang, li = client_for("zhang"), client_for("li")
    number = granted(zhang)
    assert [a["number"] for a in li.get(GRANTS).json["authorisations"]] == [number]
    assert li.post(f"{GRANTS}/{number}/revocation").status_code == 404
    body = application(number, {**ZHANG, "name": "张冒名"})
    applied, again = (
        li.post(CASES, json=body, headers={"Idempotency-Key": "pressed-twice"}) for _ in range(2)
    )
    assert applied.status_code == 201, applied.text
    assert again.json == applied.json
    with app.app_context(), reading() as session:
        names = session.scalars(select(Person.name)).all()
    assert "张冒名" not in names  # An agent does not rename whom they act for.
    case = zhang.get(f"{CASES}/{applied.json['number']}")
    assert (case.status_code, case.json["agent"]) == (200, LI["name"])
    assert li.get(f"{CASES}/{applied.json['number']}").status_code == 200
    assert client_for("ouyang").get(f"{CASES}/{applied.json['number']}").status_code == 404
    assert zhang.post(f"{GRANTS}/{number}/revocation").status_code == 204
    refused = li.post(CASES, json=application(number))
    assert refused.json["code"] == "authorisation-expired"


def test_a_window_needs_both_card_and_authority_of_an_agent(client_for: ClientFor) -> None:
    clerk = client_for("clerk.shapingba")
    body = {"item": 37, "form": FORM, "applicant": ZHANG, "agent": LI}
    refused = clerk.post(CASES, json=body)
    assert set(refused.json["fields"]) == {"authorisation"}
