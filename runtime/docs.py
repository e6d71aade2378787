"""``make docs``: write the parts of README.md and docs/ that the code knows better than any writer.

Such a part stands between ``<!-- made by make docs: name -->`` and ``<!-- end of name -->``. Everything
around it is written by hand and left alone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runtime import docs_tables
from runtime.cli import find_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[1]

PARTS: dict[str, Callable[[], str]] = {
    "commands": docs_tables.commands,
    "chains": docs_tables.chains,
    "settings": docs_tables.settings,
    "limits": docs_tables.limits,
    "fields": docs_tables.fields,
    "operators": docs_tables.operators,
    "actions": docs_tables.actions,
    "reasons": docs_tables.reasons,
    "retries": docs_tables.retries,
    "smtp-bounds": docs_tables.smtp_bounds,
    "templates": docs_tables.templates,
}
"""Every generated part by the name that pages ask for it."""

_PART = re.compile(
    r"(?P<begin><!-- made by make docs: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end of (?P=name) -->)",
    re.DOTALL,
)


class UnknownPartError(ValueError):
    """A page asks for a part that nobody makes; the text names it."""


def refreshed(text: str, parts: Mapping[str, Callable[[], str]] = PARTS) -> str:
    """A page with its generated parts as the code is now; raises `UnknownPartError`."""

    def anew(found: re.Match[str]) -> str:
        if found["name"] not in parts:
            raise UnknownPartError(found["name"])
        return f"{found['begin']}{parts[found['name']]().strip()}\n{found['end']}"

    return _PART.sub(anew, text)


def pages(root: Path = ROOT) -> list[Path]:
    """The pages of a checkout that people read."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def main() -> None:
    """Refresh every page and say which ones changed."""
    if not (ROOT / "docs").is_dir():
        sys.exit("There is no docs folder beside the packages: run this in a checkout.")
    find_commands()
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = refreshed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} is new\n")


if __name__ == "__main__":
    main()
