"""Where settings are written: a file, the environment, and files that hold one secret each.

The environment comes before the file. An empty variable means "the default", whatever the file says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from config.mistakes import PolicyError, listed, near
from config.positions import Document, read
from config.types import Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PREFIX = "DESPACHO_"
"""What the names of our variables begin with."""

FILE = "despacho.toml"
"""The settings file, in the working folder unless ``DESPACHO_SETTINGS`` names another."""

_POINTER = f"{PREFIX}SETTINGS"
_SECRET_FILE = "_file"  # noqa: S105 - the end of a key's name
_LARGEST_SECRET = 65_536


class Written(msgspec.Struct, frozen=True):
    """The text of one setting, where it stands, and the folder at which its relative paths begin."""

    text: str
    place: Place
    folder: Path


class Sources:
    """Gathers what is written for the settings `names`; each of `secrets` may stand in a file of its own.

    `mistakes` takes what is wrong with the sources themselves; no mistake repeats a value.
    """

    def __init__(self, names: Collection[str], secrets: Collection[str], mistakes: list[Mistake]) -> None:
        self._names = names
        self._secrets = secrets
        self._known = [*names, *(f"{name}{_SECRET_FILE}" for name in secrets)]
        self._mistakes = mistakes

    def gather(self, environ: Mapping[str, str], cwd: Path) -> dict[str, Written]:
        """What is written, by the setting's name."""
        return self._from_file(environ, cwd) | self._from_environment(environ, cwd)

    def _from_environment(self, environ: Mapping[str, str], cwd: Path) -> dict[str, Written]:
        found: dict[str, Written] = {}
        for variable, text in sorted(environ.items()):
            if not variable.startswith(PREFIX) or variable == _POINTER:
                continue
            name = variable.removeprefix(PREFIX).lower()
            if name in self._known and variable.isupper():
                self._take(found, name, Written(text.strip(), Place(variable), cwd))
            else:
                self._unknown(Place(variable), "unknown variable", name, PREFIX)
        return found

    def _from_file(self, environ: Mapping[str, str], cwd: Path) -> dict[str, Written]:
        pointed = environ.get(_POINTER, "").strip()
        path = cwd / (pointed or FILE)
        document = self._document(path, required=bool(pointed))
        found: dict[str, Written] = {}
        for name, value in (document.values if document else {}).items():
            if name not in self._known:
                self._unknown(document.key(name), f"unknown key {name!r}", name)
            elif isinstance(value, str | int) and not isinstance(value, bool):
                self._take(found, name, Written(str(value).strip(), document.value(name), path.parent))
            else:
                self._wrong(document.value(name), f"{name} is neither a text nor a whole number")
        return found

    def _document(self, path: Path, *, required: bool) -> Any:
        if not path.is_file():
            if required:
                self._wrong(Place(_POINTER), "there is no such file", "a settings file")
            return None
        try:
            document: Document = read(path.name, path.read_text(encoding="utf-8"))
        except PolicyError as error:
            self._mistakes.extend(error.mistakes)
        except (OSError, UnicodeDecodeError):
            self._wrong(Place(path.name), "the file cannot be read", "TOML in UTF-8")
        else:
            return document
        return None

    def _take(self, found: dict[str, Written], key: str, written: Written) -> None:
        """Note one setting, from the file that holds it if the key says so."""
        name = key.removesuffix(_SECRET_FILE)
        if key not in self._names:
            if not written.text:
                return
            written = self._inside(written)
        if name in found and found[name].text:
            self._wrong(written.place, "given twice", f"either {name} or {name}{_SECRET_FILE}")
        found[name] = written

    def _inside(self, written: Written) -> Written:
        path = written.folder / written.text
        try:
            if path.stat().st_size > _LARGEST_SECRET:
                self._wrong(written.place, "the file is too large", f"at most {_LARGEST_SECRET} bytes")
            else:
                return msgspec.structs.replace(written, text=path.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            self._wrong(written.place, "the file cannot be read", "a file of text that holds the secret")
        return msgspec.structs.replace(written, text="")

    def _unknown(self, place: Place, what: str, name: str, prefix: str = "") -> None:
        names = ["settings", *self._known] if prefix else self._known
        known = {each: f"{prefix}{each.upper()}" if prefix else each for each in names}
        meant = known.get(near(name, known), "")
        # All of them is a long list; who misspelt one does not need it.
        self._wrong(place, what, "" if meant else f"one of {listed(known.values(), most=len(known))}", meant)

    def _wrong(self, place: Place, what: str, expected: str = "", meant: str = "") -> None:
        self._mistakes.append(Mistake(place, what, expected, meant))
