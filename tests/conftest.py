"""What every test run has: a folder, databases when asked for, and no way off this machine.

Flask stays out of here, so that the tests of the lower packages start without it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import network
from tests.support.databases import POSTGRESQL, SQLITE, Databases, close_run, open_run

RUN = pytest.StashKey[Path]()
OUTCOME = "outcome"
"""The name under which tests record a scenario with what became of it, for the table at the end of the run."""
KILL = "kill -9"


def pytest_configure(config: pytest.Config) -> None:
    """Give the run its folder; workers learn it from the process that started them."""
    network.watch()
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        del os.environ[name]  # The settings of whoever runs the tests are not those of the tests.
    worker_input = getattr(config, "workerinput", None)
    if worker_input is None:
        config.stash[RUN] = Path(tempfile.mkdtemp(prefix="kiosk-tests-"))
        open_run(config.stash[RUN], os.getpid())
    else:
        config.stash[RUN] = Path(worker_input["run_folder"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker the folder of the run."""
    node.workerinput["run_folder"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run started, once its workers are gone."""
    folder = config.stash.get(RUN, None)
    if folder is not None and not hasattr(config, "workerinput"):
        close_run(folder)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what became of the scenarios of the crash matrix, whichever process ran them."""
    found: Counter[str] = Counter()
    for report in itertools.chain.from_iterable(terminalreporter.stats.values()):
        if getattr(report, "when", "") == "teardown":
            found.update(value for name, value in report.user_properties if name == OUTCOME)
    if found:
        terminalreporter.section("crash matrix: scenarios and outcomes")
    for line, count in sorted(found.items()):
        terminalreporter.write_line(f"{count:>6}  {line}")
    kills = sum(count for line, count in found.items() if line.startswith(KILL))
    if found:
        rest = found.total() - kills
        terminalreporter.write_line(f"{kills} kills of real processes, {rest} scenarios in process")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases of a test by its marker."""
    if "database_kind" not in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database_kind", [SQLITE, POSTGRESQL])
    elif metafunc.definition.get_closest_marker("on_postgresql"):
        metafunc.parametrize("database_kind", [POSTGRESQL])


@pytest.fixture(autouse=True)
def stay_on_this_machine() -> Iterator[None]:
    """Fail a test that tried to leave this machine, even if its code swallowed the refusal."""
    network.attempts.clear()
    yield
    assert not network.attempts


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    """Throw-away databases of either kind."""
    return Databases(pytestconfig.stash[RUN])


@pytest.fixture
def database_kind() -> str:
    """``sqlite``, unless the marker ``both_databases`` or ``on_postgresql`` says otherwise."""
    return SQLITE


@pytest.fixture
def database_url(databases: Databases, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database for this test alone."""
    with databases.empty(database_kind, tmp_path) as url:
        yield url
