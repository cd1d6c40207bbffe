"""Keeps a picture of every page at three sizes in ``instance/screens/``, for looking at: ``make screens``.

Ends with the number of pictures, and with exit status 1 if a page answered with an error, sticks out sideways, or has
no picture.
"""

from __future__ import annotations

import os
import shutil
import sys

from playwright.sync_api import Page, sync_playwright
from werkzeug.exceptions import HTTPException

from deploy.services import Place, place_from, running_services
from kiosk.app import create_app
from tests.browser import tour

NOT_PAGES = {
    "static",
    "district.home",
    "district_figures.export",
    "district_figures.export_items",
    "district_figures.export_places",
    "district_layouts.show_pdf",
    "district_layouts.show_picture",
    "district_layouts.show_sheet",
    "offline_verifier.download",
    "public.draft",
    "touch.draft",
    "touch.state",
    "window_mirror.claim",
}
"""Files, and addresses that lead on to a page."""
NOT_FOR_PEOPLE = ("/api", "/health", "/metrics")


class Album(tour.Tour):
    """Takes the pictures."""

    taken = 0

    def look(self, page: Page, size: str, name: str) -> None:
        target = self.place.instance / "screens" / size / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target, full_page=True)
        self.taken += 1


def main() -> int:
    """Take the pictures on the instance of ``make run``, whose service may be running already."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("no chromium found (Debian: apt install chromium fonts-noto-cjk)\n")
        return 2
    place = place_from(os.environ)
    shutil.rmtree(place.instance / "screens", ignore_errors=True)
    with running_services(place.instance, place.port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"]
        )
        album = Album(browser, place, tuple(tour.SIZES))
        for part in tour.PARTS:
            part(album)
        browser.close()
    faults = album.faults + [f"{endpoint}: no picture" for endpoint in unseen(place, album.paths)]
    print("\n".join([*faults, f"{album.taken} pictures, {len(faults)} faults"]))
    return 1 if faults else 0


def unseen(place: Place, paths: set[str]) -> list[str]:
    """The pages of the application that none of the paths leads to."""
    app = create_app({"INSTANCE": str(place.instance)})
    addresses = app.url_map.bind("localhost")
    seen = set()
    for path in paths:
        try:
            seen.add(addresses.match(path)[0])
        except HTTPException:
            continue  # The page that is not there.
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(NOT_FOR_PEOPLE)
    }
    return sorted(pages - seen - NOT_PAGES)


if __name__ == "__main__":
    sys.exit(main())
