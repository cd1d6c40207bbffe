"""Counts by month: of both databases the same, counted twice the same, with the day of the office."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.casework.correction_models import Correction
from kiosk.casework.models import Case
from kiosk.clock import office_date
from kiosk.figures.counting import Kind, count_month, count_recent, months_back
from kiosk.figures.models import Figure
from kiosk.figures.office_day import OfficeDay
from kiosk.figures.queries import (
    ItemLine,
    PlaceLine,
    Stream,
    items_of,
    months_of,
    places_of,
    streams,
)
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading, unit_of_work
from kiosk.voices.ratings import Given, rate
from tests.support.clocks import StandingClock
from tests.support.sample_cases import granted, officer_of, received

pytestmark = pytest.mark.both_databases


def counts() -> dict[tuple[str, str, str], int]:
    with reading() as session:
        rows = session.scalars(select(Figure)).all()
        return {(row.kind, row.from_division, row.to_division): row.count for row in rows}


def test_cases_are_counted_where_received_and_decided(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        granted(clock)
        received(clock)
        count_recent(now=clock.now())
        count_recent(now=clock.now())
        here = ("500106", "510107")
        assert counts() == {
            (Kind.RECEIVED, *here): 2,
            (Kind.DECIDED, *here): 1,
            (Kind.ON_TIME, *here): 1,
        }


def test_late_is_late_from_midnight_of_the_office_on(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, _, _ = granted(clock)
        due = office_date(clock.now())
        midnight = datetime.combine(due + timedelta(days=1), datetime.min.time(), UTC) - timedelta(
            hours=8
        )
        for decided_at, on_time in ((midnight - timedelta(seconds=1), True), (midnight, False)):
            with unit_of_work() as session:
                case = session.scalars(select(Case).where(Case.number == number)).one()
                case.decided_at, case.promised_due_on = decided_at, due
            count_recent(now=clock.now())
            assert any(kind == Kind.ON_TIME for kind, _, _ in counts()) is on_time


def test_a_district_sees_what_it_did_for_others_and_others_for_it(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        granted(clock)
        count_recent(now=clock.now())
        months = months_back(office_date(clock.now()), 2)
        with reading() as session:
            here = months_of(session, "500106", months)[-1]
            there = months_of(session, "510107", months)[-1]
            assert (here.for_others, here.for_us, here.decided) == (1, 0, 0)
            assert (there.for_others, there.for_us, there.decided, there.on_time) == (0, 1, 1, 1)
            assert months_of(session, "500106", months)[0].for_others == 0
            assert items_of(session, "510107", months, 5) == [ItemLine(37, 1, 1, 1, 0, 0, 0)]
            assert places_of(session, "500106", months) == [PlaceLine("510107", 1, 0)]
            assert places_of(session, "510107", months, 1) == [PlaceLine("500106", 0, 1)]
            assert places_of(session, "510104", months) == []
            assert streams(session, months, 2) == [Stream("50", "51", 1)]
            assert streams(session, ["1999-01"], 2) == []


def test_second_corrections_and_ratings_count_for_the_place_that_answers(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        rated, _, _ = granted(clock)
        twice = received(clock).number
        officer = officer_of(twice)
        with unit_of_work() as session:
            case_id = session.scalars(select(Case.id).where(Case.number == twice)).one()
            for position in (1, 2):
                session.add(
                    Correction(
                        case_id=case_id, position=position, notified_on=office_date(clock.now()),
                        notified_at=clock.now(), notified_by=officer.number, days=5, paper_number=f"D{position}",
                    )
                )  # fmt: skip
        with reading() as session:
            person = session.scalars(select(Case.applicant_id).where(Case.number == rated)).one()
        applicant = Actor(Role.CITIZEN, "applicant", "申请人", person_id=person)
        rate(rated, Given("handling", 1, (108, 115)), actor=applicant, now=clock.now())
        count_recent(now=clock.now())
        months = months_back(office_date(clock.now()), 1)
        with reading() as session:
            (there,) = months_of(session, "510107", months)
            (line,) = items_of(session, "510107", months)
        assert (there.corrected_twice, there.rated, there.dissatisfied) == (1, 1, 1)
        assert (line.received, line.corrected_twice, line.rated, line.dissatisfied) == (2, 1, 1, 1)


def test_the_office_day_is_that_of_shanghai(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        received(clock)
        for hour, day in ((15, date(2026, 3, 31)), (16, date(2026, 4, 1))):
            with unit_of_work() as session:
                case = session.scalars(select(Case)).one()
                case.received_at = datetime(2026, 3, 31, hour, tzinfo=UTC)
            with reading() as session:
                assert session.scalars(select(OfficeDay(Case.received_at))).one() == day
            assert count_month(f"{day:%Y-%m}") == 1


def test_months_go_back_over_the_turn_of_the_year() -> None:
    assert months_back(date(2026, 1, 31), 3) == ["2025-11", "2025-12", "2026-01"]


def test_what_is_no_month_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError):
        count_month("2026-13")
