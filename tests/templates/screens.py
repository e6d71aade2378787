"""Every mail in every language as a browser shows it: `python -m tests.templates.screens build/screens`.

Each is a picture of its own, `es/acknowledged.png`, and six at a time stand on a sheet, `es-1.png`: to look
at after a template or the frame has changed. Needs Chromium (Debian: `chromium`).
"""

from __future__ import annotations

import argparse
import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runtime.busy import counted
from runtime.render import Renderer
from runtime.template_samples import letter_for, mails

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("en", "es", "nb")
WIDTH, HEIGHT = 640, 1160
"""Of one mail, in pixels: as wide as mail programs show it, and high enough for the longest."""
_ON_SHEET, _ACROSS = 6, 3
_SECONDS = 90
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--run-all-compositor-stages-before-draw",
)
_CELL = '<figure><figcaption>{name}</figcaption><iframe srcdoc="{page}"></iframe></figure>'
_SHEET = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; background: #ccc; font: 16px/24px sans-serif; }}
figure {{ float: left; margin: 8px; }}
iframe {{ border: 0; width: {width}px; height: {height}px; background: #fff; }}
</style>{cells}"""


def main() -> int:
    """0 where every picture was taken, 2 where there is no browser to take them."""
    parser = argparse.ArgumentParser(description="Take a picture of every mail in every language.")
    parser.add_argument("into", type=Path, help="a folder for the pictures")
    parser.add_argument("--sheets", action="store_true", help="the sheets alone")
    given = parser.parse_args()
    program = shutil.which("chromium")
    if program is None:
        sys.stderr.write("chromium is not installed (Debian package: chromium)\n")
        return 2
    wanted = [one for language in LANGUAGES for one in sheets(language)]
    if not given.sheets:
        wanted += [one for language in LANGUAGES for one in singles(language)]
    with counted("taking pictures", len(wanted)) as step, tempfile.TemporaryDirectory() as profile:
        for picture in wanted:
            take(program, picture, given.into, Path(profile))
            step()
    sys.stdout.write(f"{len(wanted)} pictures written into {given.into}\n")
    return 0


class Picture(NamedTuple):
    """A page that is to be shown, under a file name without its ending, and its size in pixels."""

    name: str
    page: str
    width: int
    height: int


def singles(language: str) -> Iterator[Picture]:
    """Each mail with sample values."""
    for name, page in _pages(language).items():
        yield Picture(f"{language}/{name}", page, WIDTH, HEIGHT)


def sheets(language: str) -> Iterator[Picture]:
    """All mails, six beside each other with their names above."""
    pages = [*_pages(language).items()]
    for number, first in enumerate(range(0, len(pages), _ON_SHEET), 1):
        some = pages[first : first + _ON_SHEET]
        cells = "".join(_CELL.format(name=name, page=html.escape(page)) for name, page in some)
        sheet = _SHEET.format(width=WIDTH, height=HEIGHT, cells=cells)
        size = ((WIDTH + 16) * _ACROSS, (HEIGHT + 48) * (_ON_SHEET // _ACROSS))
        yield Picture(f"{language}-{number}", sheet, *size)


def _pages(language: str) -> dict[str, str]:
    renderer = Renderer()
    try:
        return {name: renderer.words(letter_for(name, language), {}).html for name in mails()}
    finally:
        renderer.close()


def take(program: str, picture: Picture, into: Path, profile: Path) -> None:
    """Let the browser show a page and write what it looks like; raises where it does not."""
    target = (into / f"{picture.name}.png").resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    page = profile / "page.html"
    page.write_text(picture.page, encoding="utf-8")
    size = f"--window-size={picture.width},{picture.height}"
    own = (f"--user-data-dir={profile / 'browser'}", size, f"--screenshot={target}", page.as_uri())
    subprocess.run([program, *_OPTIONS, *own], check=True, capture_output=True, timeout=_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
