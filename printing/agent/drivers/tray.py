"""A printer that puts PDF files into a folder, with a page counter that survives a power cut as a real one's does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from printing.agent.drivers import JAM, FeedTicket
from printing.agent.errors import Jammed, NotFed
from printing.agent.files import sync_folder, write_durably
from printing.agent.journal import Watcher
from printing.wire import PrinterReport


class TrayPrinter:
    """Moves one file per job into ``tray``. The move is one rename: paper is either inside the printer or out.

    ``orders`` records how each sheet was asked for, one JSON line each. ``panel`` is a text file with IPP reasons by
    which a person or a test opens the door or takes the paper out. Where the file ``next-jams`` lies, the next sheet
    gets stuck on its way, and the panel says so until somebody clears it.
    """

    def __init__(
        self,
        tray: Path,
        watcher: Watcher = lambda _: None,
        shift_mm: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self._tray = tray
        self._shift_mm = shift_mm
        self._inside = tray / ".printer"
        self._watcher = watcher
        self._inside.mkdir(parents=True, exist_ok=True)

    @property
    def panel(self) -> Path:
        """Where the reasons stand that keep this printer from working."""
        return self._inside / "panel"

    @property
    def next_jams(self) -> Path:
        """Where this file lies, the next sheet gets stuck."""
        return self._inside / "next-jams"

    @property
    def orders(self) -> Path:
        """Where each sheet's order stands."""
        return self._inside / "orders.jsonl"

    def report(self) -> PrinterReport:
        reasons = self._reasons()
        state = "stopped" if reasons else "idle"
        return PrinterReport(state, reasons or ("none",), self._settled_count())

    def come_to_rest(self) -> bool:
        return True

    def feed(self, ticket: FeedTicket) -> None:
        if reasons := self._reasons():
            raise NotFed(reasons[0])
        if self.next_jams.exists():
            self.panel.write_text(JAM, encoding="utf-8")
            self.next_jams.unlink()
            raise Jammed(JAM)
        self._move_paper(ticket)

    def _move_paper(self, ticket: FeedTicket) -> None:
        count = self._settled_count()
        sheet = self._inside / "moving.pdf"
        write_durably(sheet, ticket.path.read_bytes())
        self._write_order(ticket)
        self._write_count(count, moving=ticket.pages)
        self._watcher("before-paper")
        os.rename(sheet, self._tray / f"{count + ticket.pages:06d}-{ticket.name}.pdf")
        sync_folder(self._tray)
        self._watcher("after-paper")
        self._write_count(count + ticket.pages, moving=0)

    def _write_order(self, ticket: FeedTicket) -> None:
        order = {
            "name": ticket.name,
            "media": ticket.media,
            "sides": ticket.sides,
            "shift_mm": self._shift_mm,
        }
        with self.orders.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(order) + "\n")

    def _settled_count(self) -> int:
        """Pages printed so far. After a power cut, a sheet that is no longer inside has been counted as out."""
        known = self._read_count()
        count, moving = int(known["count"]), int(known["moving"])
        if moving:
            count += 0 if (self._inside / "moving.pdf").exists() else moving
            (self._inside / "moving.pdf").unlink(missing_ok=True)
            self._write_count(count, moving=0)
        return count

    def _read_count(self) -> dict[str, Any]:
        path = self._inside / "counter.json"
        if not path.exists():
            return {"count": 0, "moving": 0}
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return known

    def _write_count(self, count: int, *, moving: int) -> None:
        text = json.dumps({"count": count, "moving": moving})
        write_durably(self._inside / "counter.json", text.encode())

    def _reasons(self) -> tuple[str, ...]:
        if not self.panel.exists():
            return ()
        return tuple(self.panel.read_text(encoding="utf-8").split())
