"""Seals and keys in their keeper's hands: stopped at once, given new keys, warned of in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from kiosk.app import create_app
from kiosk.errors import SettingsInvalid
from kiosk.licences.sealing import seal_document
from printing.verify import judge_pdf
from tests.integration.licences.real_seals import NAME, Bureau
from tests.support.clocks import StandingClock
from tests.support.instances import Prepared


@pytest.fixture
def bureau(app: Flask, clock: StandingClock, tmp_path: Path) -> Bureau:
    """The keeper's desk, with a demonstration seal that was used once."""
    bureau = Bureau.of(app, clock, tmp_path)
    sealed(bureau, clock)
    return bureau


@pytest.fixture
def elsewhere(prepared: Prepared, clock: StandingClock) -> Iterator[Flask]:
    """The same installation in another process, as far as one process can show it."""
    app = create_app(prepared.settings())
    app.extensions["clock"] = clock
    yield app
    app.extensions["database"].dispose()


def sealed(bureau: Bureau, clock: StandingClock) -> str:
    number = bureau.paper(clock)
    with bureau.app.app_context():
        seal_document(number, now=clock.now())
    return number


def keys(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["keys", *arguments])


def test_a_stopped_seal_is_refused_at_the_very_next_sealing(
    bureau: Bureau, clock: StandingClock, elsewhere: Flask
) -> None:
    waiting = bureau.paper(clock)
    stopped = keys(elsewhere, "stop", bureau.code, "--reason", "密钥可能泄露")
    assert stopped.exit_code == 0, stopped.output
    with bureau.app.app_context():
        assert seal_document(waiting, now=clock.now()) == "blocked"
    assert bureau.row(waiting).problem == "seal-stopped"
    assert "已停用（密钥可能泄露）" in keys(bureau.app, "list").output
    assert keys(bureau.app, "rotate", bureau.code).exit_code == 0
    with bureau.app.app_context():
        assert (
            seal_document(waiting, now=clock.now()) == "blocked"
        )  # A new key alone lifts nothing.
    assert keys(bureau.app, "resume", bureau.code, "--reason", "已换用新密钥").exit_code == 0
    with bureau.app.app_context():
        assert seal_document(waiting, now=clock.now()) == "sealed"


class StoppedMeanwhile:
    """A timestamp authority that takes its time; while it is asked, the seal's keeper stops the seal."""

    def __init__(self, elsewhere: Flask, code: str) -> None:
        self._elsewhere, self._code = elsewhere, code

    def token(self, digest: bytes) -> bytes:
        keys(self._elsewhere, "stop", self._code, "--reason", "密钥可能泄露")
        return b""


def test_a_seal_stopped_while_a_paper_is_being_signed_lets_no_paper_out(
    bureau: Bureau, clock: StandingClock, elsewhere: Flask
) -> None:
    waiting = bureau.paper(clock)
    ports = bureau.app.extensions["sealing"]
    slow = StoppedMeanwhile(elsewhere, bureau.code)
    bureau.app.extensions["sealing"] = replace(ports, timestamps=slow)
    with bureau.app.app_context():
        assert seal_document(waiting, now=clock.now()) == "blocked"
    row = bureau.row(waiting)
    assert (row.problem, row.file_digest, row.container) == ("seal-stopped", None, None)


def test_a_new_key_is_used_at_once_everywhere_and_old_papers_stay_genuine(
    bureau: Bureau, clock: StandingClock, elsewhere: Flask
) -> None:
    old = sealed(bureau, clock)
    assert keys(elsewhere, "rotate", bureau.code).exit_code == 0
    new = sealed(bureau, clock)
    roots = bureau.app.extensions["keys"].trust_roots()
    signers = set()
    for number in (old, new):
        assert judge_pdf(bureau.file_of(number), roots, clock.now()).genuine
        signers.add(bureau.row(number).container[-200:])
    assert (bureau.row(new).state, len(signers)) == ("sealed", 2)
    certificates = bureau.app.extensions["keys"].folder.glob(f"{bureau.code}-*.pem")
    assert len(list(certificates)) == 2


def test_another_key_than_the_registered_one_seals_nothing(
    bureau: Bureau, clock: StandingClock, elsewhere: Flask
) -> None:
    store = bureau.app.extensions["keys"]
    (key_file,) = store.folder.glob(f"{bureau.code}-*.p12")
    key_file.unlink()
    elsewhere.extensions["keys"].rotate(bureau.code, NAME, clock.now())
    waiting = bureau.paper(clock)
    with elsewhere.app_context():
        assert seal_document(waiting, now=clock.now()) == "blocked"
    assert bureau.row(waiting).problem == "seal-certificate-differs"
    told = keys(elsewhere, "list")
    assert (told.exit_code, "没有对应的密钥" in told.output) == (1, True)


def test_the_keeper_is_warned_before_a_seal_ends(bureau: Bureau, clock: StandingClock) -> None:
    calm = keys(bureau.app, "list")
    assert (calm.exit_code, "演示样章" in calm.output) == (0, True)
    assert keys(bureau.app, "list", "--within", "2000").exit_code == 1
    clock.advance(days=5 * 365 - 30)
    soon = keys(bureau.app, "list")
    assert (soon.exit_code, "即将到期" in soon.output) == (1, True)
    clock.advance(days=60)
    assert "已过期" in keys(bureau.app, "list").output
    assert keys(bureau.app, "rotate", bureau.code).exit_code == 0
    assert keys(bureau.app, "list").exit_code == 0


def test_what_can_not_be_done_is_said(bureau: Bureau) -> None:
    assert "not-found" in keys(bureau.app, "stop", "nobody", "--reason", "x").output
    assert "not-found" in keys(bureau.app, "rotate", "nobody").output
    assert "input-invalid" in keys(bureau.app, "stop", bureau.code, "--reason", " ").output
    assert "input-invalid" in keys(bureau.app, "resume", bureau.code, "--reason", "").output


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PKCS11_MODULE": "/lib.so"}, "须同时设置"),
        ({"TIMESTAMP_URL": "ftp://tsa"}, "时间戳服务"),
        ({"TIMESTAMP_URL": "http://tsa", "TIMESTAMP_TIMEOUT_S": "soon"}, "时间戳服务"),
        ({"SM2_KEY": "/nowhere/key.pem"}, "KIOSK_SM2_KEY"),
    ],
)
def test_settings_that_can_not_work_stop_the_start(
    prepared: Prepared, settings: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        create_app(prepared.settings(**settings))


def test_the_life_of_a_seal_is_counted_from_its_new_key(
    bureau: Bureau, clock: StandingClock
) -> None:
    clock.advance(days=100)
    keys(bureau.app, "rotate", bureau.code)
    seal = bureau.seal()
    assert seal is not None
    assert seal.valid_to - clock.now() == timedelta(days=365 * 5)
