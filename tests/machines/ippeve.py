"""``ippeveprinter`` of the CUPS project on loopback: another's idea of an IPP printer, and ``ipptool`` as its judge."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.machines.stage import free_port, wait_until

MISSING = [
    name
    for name in ("ippeveprinter", "ipptool", "dbus-daemon")
    if shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None
]
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={folder}/bus</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
COMMAND = """#!/bin/sh
# What happens inside the printer: reasons of the panel hold the paper back; then it is counted and comes out.
cd "{folder}"
echo "$IPP_MEDIA $IPP_SIDES $IPP_COPIES" > options
echo "$IPP_X_IMAGE_SHIFT $IPP_Y_IMAGE_SHIFT" > shift
touch begun
while [ -s panel ]; do
  held=$(cat panel); echo "STATE: +$held" >&2; sleep 0.05
done
[ -n "$held" ] && echo "STATE: -$held" >&2
while [ -e slow ]; do sleep 0.02; done
for copy in $(seq "${{IPP_COPIES:-1}}"); do
  count=$(($(cat count 2>/dev/null || echo 0) + 1))
  echo "$count" > count.new && mv count.new count
  cp "$1" "$count.pdf"
done
"""
SHIFTS = """
ATTR keyword media-supported iso_a4_210x297mm
ATTR keyword sides-supported one-sided
ATTR mimeMediaType document-format-supported application/pdf
ATTR integer x-image-shift-default 0
ATTR rangeOfInteger x-image-shift-supported -1000-1000
ATTR integer y-image-shift-default 0
ATTR rangeOfInteger y-image-shift-supported -1000-1000
"""
JOBS = """{{
 OPERATION Get-Jobs
 GROUP operation-attributes-tag
 ATTR charset attributes-charset utf-8
 ATTR naturalLanguage attributes-natural-language en
 ATTR uri printer-uri $uri
 ATTR keyword which-jobs {which}
 ATTR keyword requested-attributes job-id,job-state,job-name,media,sides,copies
 STATUS successful-ok
}}
"""
PRINT = """{{
 OPERATION Print-Job
 GROUP operation-attributes-tag
 ATTR charset attributes-charset utf-8
 ATTR naturalLanguage attributes-natural-language en
 ATTR uri printer-uri $uri
 ATTR mimeMediaType document-format application/pdf
 GROUP job-attributes-tag
 ATTR integer copies {copies}
 FILE $filename
 STATUS successful-ok
}}
"""


class EvePrinter:
    """One printer in a folder; it may be killed and switched on again."""

    def __init__(self, folder: Path, *, shifts: bool = False) -> None:
        self.folder = folder
        self._abilities = ["-2", "-f", "application/pdf"]
        if shifts:
            (folder / "abilities").write_text(SHIFTS)
            self._abilities = ["-a", str(folder / "abilities")]
        self.port = free_port()
        self.count_file = folder / "count"
        (folder / "spool").mkdir()
        command = folder / "print.sh"
        command.write_text(COMMAND.format(folder=folder))
        command.chmod(0o755)
        (folder / "bus.conf").write_text(BUS.format(folder=folder))
        self._bus = self._spawn(
            "dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile"
        )
        wait_until("the bus is there", (folder / "bus").exists)
        self._process: subprocess.Popen[bytes] | None = None
        self.switch_on()

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    def switch_on(self) -> None:
        """Start it and wait until it answers."""
        self._process = self._spawn(
            "ippeveprinter",
            "-r",
            "off",
            "-n",
            "localhost",
            "-p",
            str(self.port),
            "-c",
            str(self.folder / "print.sh"),
            "-d",
            str(self.folder / "spool"),
            *self._abilities,
            "test",
        )
        wait_until("the printer answers", lambda: "PASS" in self.ask("not-completed"))

    def kill(self) -> None:
        """Power cut: the printer and what moves inside it."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    def close(self) -> None:
        for process in (self._process, self._bus):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)

    def ask(self, which: str) -> str:
        """What ``ipptool`` says of the printer's jobs."""
        test = self.folder / f"{which}.test"
        test.write_text(JOBS.format(which=which))
        return self._judge(str(test))

    def print_by_judge(self, document: bytes, copies: int) -> str:
        """``ipptool`` itself prints; what it says of it."""
        test, file = self.folder / "print.test", self.folder / "judges-document"
        test.write_text(PRINT.format(copies=copies))
        file.write_bytes(document)
        return self._judge("-f", str(file), str(test))

    def _judge(self, *words: str) -> str:
        *options, test = words
        try:
            done = subprocess.run(
                ["ipptool", "-tv", "-T", "3", *options, self.uri, test],
                capture_output=True,
                text=True,
                check=False,
                timeout=20,
            )
        except subprocess.TimeoutExpired:
            return "ipptool got no answer"
        return done.stdout

    def papers(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.glob("*.pdf"))]

    def wait_for_begun(self) -> None:
        """Wait until a job is inside the printer."""
        wait_until("a job has begun", (self.folder / "begun").exists)

    def show(self, *reasons: str) -> None:
        """Put reasons on the panel, or clear it; returns once a job inside has had time to say so."""
        (self.folder / "panel").write_text(",".join(reasons))
        time.sleep(0.2)

    def _spawn(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/bus",
        }
        with (self.folder / "printer.log").open("ab") as log:
            return subprocess.Popen(
                words,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
