"""Pictures of pages, drawn by poppler's ``pdftoppm``: what a reader will see, not what we believe to have written."""

from __future__ import annotations

import shutil
import subprocess

from printing.errors import PrintingError

TOOL = "pdftoppm"
PATIENCE_S = 60


class PictureToolMissing(PrintingError):
    """The program that draws pictures of pages is not installed, or could not read the page."""

    code = "picture-tool-missing"


def can_draw() -> bool:
    """Whether the program is installed here."""
    return shutil.which(TOOL) is not None


def picture_of(data: bytes, *, dpi: int = 100, page: int = 1, light: bool = False) -> bytes:
    """Return one page (counted from 1) of a PDF as PNG, or ``light`` as JPEG: a background of fine lines is heavy.

    Raises PictureToolMissing.
    """
    tool = shutil.which(TOOL)
    if tool is None:
        raise PictureToolMissing(f"{TOOL} is not installed (Debian: apt install poppler-utils)")
    place = ["-f", str(page), "-l", str(page), "-singlefile"]
    kind = ["-jpeg", "-jpegopt", "quality=60"] if light else ["-png"]
    done = subprocess.run(
        [tool, *kind, "-r", str(dpi), *place, "-"],
        input=data,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode or not done.stdout:
        raise PictureToolMissing(f"{TOOL}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
