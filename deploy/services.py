"""Runs the whole service on one machine: ``python -m deploy.services run``.

Web server, worker and printing agent of the demo machine, on one instance folder and one port.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.lifeline import tied_to_this_process
from deploy.supervisor import Service, Supervisor

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0
STOP_SECONDS = 40.0
LOOK_SECONDS = 0.25  # Between two questions whether the service is ready.
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


class ServicesFailed(RuntimeError):
    """The services did not come up; the text says why, with the last lines they wrote."""


class PortTaken(ServicesFailed):
    """Another program listens on the port."""


@dataclass(frozen=True)
class Place:
    """Where an installation lives: its instance folder, and the address it serves."""

    instance: Path
    port: int
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        return {
            **os.environ,
            "KIOSK_INSTANCE": str(self.instance),
            "KIOSK_PORT": str(self.port),
            "KIOSK_HOST": self.host,
            "PYTHONUNBUFFERED": "1",
        }


def place_from(environment: Mapping[str, str]) -> Place:
    """The place that the settings name. Raises ServicesFailed for a port that is none."""
    text = environment.get("KIOSK_PORT") or "8080"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ServicesFailed(f"KIOSK_PORT 应为 1 至 65535 的数字，现为 {text!r}")
    instance = Path(environment.get("KIOSK_INSTANCE") or ROOT / "instance").resolve()
    return Place(instance, int(text), environment.get("KIOSK_HOST") or "127.0.0.1")


def services_of() -> list[Service]:
    """The web server and the worker."""
    web = (sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn_settings.py")
    return [Service("web", web), Service("worker", (*FLASK, "worker"))]


def find_agent(place: Place) -> Service | None:
    """The printing agent, where ``flask setup`` has left the configuration of a machine."""
    config = place.instance / "machine" / "agent.toml"
    if not config.exists():
        return None
    return Service("agent", (sys.executable, "-m", "printing.agent", "--config", str(config)))


def run(place: Place) -> int:
    """Set up, serve until told to stop; answers the exit status."""
    require_free_port(place)
    done = subprocess.run((*FLASK, "setup"), cwd=ROOT, env=place.environment(), check=False)
    if done.returncode:
        return done.returncode
    herald = Herald(place)
    return Supervisor(services_of(), ROOT, place.environment(), herald.each_turn).run()


class Herald:
    """Waits until the service is ready, then starts the agent and says where to go and who can sign in."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._deadline = time.monotonic() + START_SECONDS
        self._next_look = 0.0
        self._announced = False

    def each_turn(self, supervisor: Supervisor) -> None:
        """Announce once; give up on a service that does not come up."""
        if self._announced or time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_SECONDS
        if answers(self._place, "/health/ready"):
            self._announced = True
            agent = find_agent(self._place)
            if agent is not None:
                supervisor.add(agent)
            for line in announcement(self._place):
                supervisor.say(line)
        elif time.monotonic() > self._deadline:
            supervisor.say(f"{START_SECONDS:.0f} 秒内没有就绪，请查看上面的输出")
            supervisor.stop(exit_status=1)


def announcement(place: Place) -> list[str]:
    """The address, and the demo logins where there are any."""
    lines = ["", f"服务已就绪：{place.url}/    停止：Ctrl-C"]
    logins = place.instance / "demo" / "logins.json"
    if logins.exists():
        lines.append("演示账号：")
        lines += [
            _login_line(place, login) for login in json.loads(logins.read_text(encoding="utf-8"))
        ]
    return [*lines, ""]


def _login_line(place: Place, login: Mapping[str, Any]) -> str:
    secret = f"{login.get('login', ''):<18} {login.get('password', ''):<14}"
    who = "，".join(str(login[key]) for key in ("name", "place") if login.get(key))
    return f"  {login.get('role', ''):<9} {secret} {place.url}{login.get('url', '/'):<8} {who}"


def answers(place: Place, path: str = "/health/live") -> bool:
    """Whether the service answers 200 there."""
    connection = http.client.HTTPConnection(place.host, place.port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def require_free_port(place: Place) -> None:
    """Raises PortTaken, with words on what to do."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            whose = "本服务已在运行" if answers(place) else "被其他程序占用"
            raise PortTaken(
                f"端口 {place.port} {whose} (port in use: {error.strerror})；"
                "换一个端口：KIOSK_PORT=8081 make run"
            ) from error


@contextmanager
def running_services(instance: Path | str, port: int) -> Iterator[str]:
    """The address of a running service: one that answers on ``port`` already, else one of our own.

    Our own is set up and started on ``instance``, writes to ``services.log`` there, and is stopped at
    the end. Raises ServicesFailed if it does not come up.
    """
    place = Place(Path(instance).resolve(), port)
    if answers(place):
        yield place.url
        return
    place.instance.mkdir(parents=True, exist_ok=True)
    log = place.instance / "services.log"
    process = _start_supervisor(place, log)
    try:
        _wait_until_ready(place, process, log)
        yield place.url
    finally:
        _stop_supervisor(process)


def _start_supervisor(place: Place, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.services", "run"],
            cwd=ROOT,
            env=place.environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tied_to_this_process(),  # noqa: PLW1509 - a few async-signal-safe calls
        )


def _wait_until_ready(place: Place, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 2 * START_SECONDS
    while not answers(place, "/health/ready"):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            raise ServicesFailed("服务没有启动成功：\n" + "\n".join(tail))
        time.sleep(0.1)


def _stop_supervisor(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(arguments: list[str]) -> int:
    """The command line: ``run``."""
    if arguments != ["run"]:
        sys.stderr.write("usage: python -m deploy.services run\n")
        return 2
    try:
        return run(place_from(os.environ))
    except ServicesFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
