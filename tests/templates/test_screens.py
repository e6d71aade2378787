"""The pictures of all mails: each is taken, and a browser shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.template_samples import mails
from tests.servers.missing import program
from tests.templates.screens import LANGUAGES, sheets, singles, take

if TYPE_CHECKING:
    from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"


def test_every_mail_has_a_picture_and_a_place_on_a_sheet() -> None:
    """In every language, once."""
    for language in LANGUAGES:
        assert [one.name for one in singles(language)] == [f"{language}/{name}" for name in mails()]
        whole = "".join(one.page for one in sheets(language))
        assert [whole.count(f">{name}</figcaption>") for name in mails()] == [1] * len(mails())


def test_a_sheet_is_shown_by_a_browser(tmp_path: Path) -> None:
    """As a picture of the size that was asked for."""
    sheet = next(sheets("en"))
    take(str(program("chromium", "chromium")), sheet, tmp_path, tmp_path)
    picture = (tmp_path / "en-1.png").read_bytes()
    size = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (picture[:8], *size) == (_PNG, sheet.width, sheet.height)
    assert len(picture) > 50_000, "the sheet is empty"
