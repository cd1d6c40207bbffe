"""Versions of an item in the database: drafted, reviewed by another, published, retired, never overlapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from services_catalog import versions
from services_catalog.errors import (
    EffectiveInPast,
    ReviewerIsAuthor,
    UnknownItem,
    VersionImmutable,
    VersionStepRefused,
    VersionUnchanged,
)
from services_catalog.forms import form_for
from services_catalog.items import form_to_content
from services_catalog.loading import load_catalogue
from services_catalog.models import CatalogState, ItemVersion, ServiceItem
from services_catalog.orm import Base
from services_catalog.queries import find_item, get_item, get_pinned_item
from tests.support.sample_items import published_items

TODAY = date(2026, 3, 2)
Begin = sessionmaker[Session]


def content(**changes: Any) -> dict[str, Any]:
    item = published_items()[37]
    told = {name: value for name, value in vars(item).items() if not name.startswith("version")}
    told = {name: list(v) if isinstance(v, tuple) else v for name, v in told.items()}
    del told["cancelled_reason"]
    return {**told, "form": form_to_content(form_for(item)), **changes}


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables = [t for t in Base.metadata.sorted_tables if t.name.startswith("catalog_")]
    Base.metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        session.add(ServiceItem(seq=37, name="开分公司"))
        yield session
    engine.dispose()


def put_in_force(session: Session, first: date, **changes: Any) -> ItemVersion:
    version = versions.draft(session, 37, content(**changes), author="a", effective_from=first)
    versions.submit_for_review(version)
    versions.publish(session, version, reviewer="b", today=TODAY)
    return version


def test_a_version_goes_from_draft_to_published_and_is_in_force_from_its_date(
    session: Session,
) -> None:
    first = put_in_force(session, TODAY)
    later = put_in_force(session, TODAY + timedelta(days=10), note="改")
    found = [
        versions.find_version_in_force(session, 37, TODAY + timedelta(days=day))
        for day in (-1, 0, 9, 10)
    ]
    assert found == [None, first, first, later]
    assert versions.standing(first, TODAY + timedelta(days=10)) == "retired"
    assert versions.standing(first, TODAY) == versions.standing(later, TODAY) == "published"
    assert versions.find_version_before(session, later) is first


def test_the_author_does_not_review(session: Session) -> None:
    version = versions.draft(session, 37, content(), author="a", effective_from=TODAY)
    versions.submit_for_review(version)
    with pytest.raises(ReviewerIsAuthor):
        versions.publish(session, version, reviewer="a", today=TODAY)


def test_whoever_rewrites_a_draft_becomes_its_author(session: Session) -> None:
    version = versions.draft(session, 37, content(), author="a", effective_from=TODAY)
    versions.rewrite(version, content(note="改"), author="b", first=TODAY)
    versions.submit_for_review(version)
    with pytest.raises(ReviewerIsAuthor):
        versions.publish(session, version, reviewer="b", today=TODAY)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("content", {}),
        ("digest", "0"),
        ("author", "c"),
        ("reviewer", "c"),
        ("effective_from", TODAY - timedelta(days=1)),
        ("version", 9),
    ],
)
def test_what_is_published_stays(session: Session, column: str, value: Any) -> None:
    version = put_in_force(session, TODAY)
    with pytest.raises(VersionImmutable):
        setattr(version, column, value)
    with pytest.raises(VersionImmutable):
        versions.rewrite(version, content(), author="a", first=TODAY)


def test_steps_out_of_turn_are_refused(session: Session) -> None:
    version = versions.draft(session, 37, content(), author="a", effective_from=TODAY)
    for step in (
        lambda: versions.publish(session, version, reviewer="b", today=TODAY),
        lambda: versions.send_back(version),
        lambda: versions.retire(session, version, last_day=TODAY, today=TODAY),
    ):
        with pytest.raises(VersionStepRefused):
            step()
    versions.submit_for_review(version)
    with pytest.raises(VersionStepRefused):
        versions.rewrite(version, content(), author="b", first=TODAY)
    versions.send_back(version)
    assert version.status == "draft"


def test_nothing_is_published_into_the_past_or_without_a_difference(session: Session) -> None:
    with pytest.raises(EffectiveInPast):
        put_in_force(session, TODAY - timedelta(days=1))
    put_in_force(session, TODAY)
    with pytest.raises(VersionUnchanged):
        put_in_force(session, TODAY + timedelta(days=1))
    with pytest.raises(UnknownItem):
        versions.draft(session, 999, content(), author="a", effective_from=TODAY)


def test_a_retired_item_has_no_version_in_force(session: Session) -> None:
    version = put_in_force(session, TODAY)
    versions.retire(session, version, last_day=TODAY + timedelta(days=3), today=TODAY)
    assert versions.find_version_in_force(session, 37, TODAY + timedelta(days=3)) is version
    assert versions.find_version_in_force(session, 37, TODAY + timedelta(days=4)) is None
    with pytest.raises(EffectiveInPast):
        versions.retire(session, version, last_day=TODAY - timedelta(days=1), today=TODAY)


def test_each_change_renames_the_catalogue(session: Session) -> None:
    names = []
    for day, note in enumerate("一二三"):
        put_in_force(session, TODAY + timedelta(days=day), note=note)
        names.append(session.scalar(select(CatalogState.digest)))
    assert len(set(names)) == 3


steps = st.lists(
    st.tuples(st.sampled_from(["publish", "retire"]), st.integers(0, 20)), min_size=1, max_size=8
)


@given(steps)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_versions_never_overlap(session: Session, acts: list[tuple[str, int]]) -> None:
    for number, (act, day) in enumerate(acts):
        on = TODAY + timedelta(days=day)
        if act == "publish":
            put_in_force(session, on, note=f"{number}")
        elif version := versions.find_version_in_force(session, 37, on):
            versions.retire(session, version, last_day=on, today=TODAY)
    known = versions.list_versions(session, 37)
    for day in range(-2, 25):
        on = TODAY + timedelta(days=day)
        holding = [version for version in known if versions.span_of(version).holds_on(on)]
        assert len(holding) <= 1
        assert versions.find_version_in_force(session, 37, on) == next(iter(holding), None)
    session.rollback()
    session.add(ServiceItem(seq=37, name="开分公司"))


@pytest.mark.both_databases
def test_a_case_keeps_the_form_of_its_version(begin: Begin) -> None:
    with begin.begin() as session:
        load_catalogue(session, today=TODAY)
    with begin.begin() as session:
        pinned = get_item(session, 37, TODAY)
        assert pinned.form == form_for(pinned)
        changed = dict(session.get_one(ItemVersion, pinned.version_id).content)
        changed["form"] = {**changed["form"], "fields": changed["form"]["fields"][:3]}
        version = versions.draft(session, 37, changed, author="a", effective_from=TODAY)
        versions.submit_for_review(version)
        versions.publish(session, version, reviewer="b", today=TODAY)
    with begin() as session:
        present = get_item(session, 37, TODAY)
        assert present.form is not None
        assert len(present.form.fields) == 3
        assert get_pinned_item(session, pinned.version_id).form == pinned.form
        assert find_item(session, 37, TODAY - timedelta(days=1)) == pinned


def test_a_file_does_not_undo_what_editors_published(
    begin: Begin, spoil: Callable[..., None], folder: Any
) -> None:
    with begin.begin() as session:
        load_catalogue(session, folder, today=TODAY)
    with begin.begin() as session:
        words = dict(get_content(session) | {"note": "编辑改过"})
        version = versions.draft(session, 37, words, author="a", effective_from=TODAY)
        versions.submit_for_review(version)
        versions.publish(session, version, reviewer="b", today=TODAY)
    with begin.begin() as session:
        assert load_catalogue(session, folder, today=TODAY).changed == 0
    spoil("catalogue_311.csv", "promised_days", "2")
    with begin.begin() as session:
        assert load_catalogue(session, folder, today=TODAY).changed == 1
        assert get_item(session, 37, TODAY).note == "编辑改过"
        assert versions.list_versions(session, 37)[-1].status == "draft"


def get_content(session: Session) -> dict[str, Any]:
    found = versions.find_version_in_force(session, 37, TODAY)
    assert found is not None
    return found.content


@pytest.fixture
def spoil(folder: Any) -> Callable[..., None]:
    """Change one cell of item 37 in a shipped file."""

    def change(name: str, column: str, value: str) -> None:
        path = folder / name
        head, *lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        place = head.strip().split(",").index(column)
        for number, line in enumerate(lines):
            if line.startswith("37,"):
                cells = line.split(",")
                cells[place] = value
                lines[number] = ",".join(cells)
        path.write_text("".join([head, *lines]), encoding="utf-8")

    return change
