"""Bytes to text, whatever their label says: aliases, then a ladder that always ends in text."""

from __future__ import annotations

import codecs
import functools
from typing import Final

_DETECT: Final = frozenset({
    "", "us-ascii", "ascii", "unknown-8bit", "default", "x-unknown", "unknown", "8bit", "7bit", "binary",
    "none", "charset", "default_charset", "utf", "user-defined", "x-user-defined", "ansi_x3.4-1968",
    "iso646-us",
})  # fmt: skip
"""Labels that say nothing: the bytes decide."""

_ALIASES: Final = {
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949", "gb2312":
    "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb2312_charset": "gb18030", "cp936": "gb18030",
    "unicode-1-1-utf-7": "utf-7", "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "x-sjis":
    "cp932", "shift_jis": "cp932", "sjis": "cp932", "windows-31j": "cp932", "ms_kanji": "cp932",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso_8859-1":
    "cp1252", "ansi": "cp1252", "windows1252": "cp1252", "x-ansi": "cp1252", "iso-2022-jp":
    "iso2022_jp_ext", "cp-850": "cp850", "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "utf8mb4":
    "utf-8", "unicode-2-0-utf-8": "utf-8", "utf-8;": "utf-8", "x-utf-8": "utf-8", "tis-620": "cp874",
    "big5": "cp950",
}  # fmt: skip

_NOT_TEXT: Final = frozenset({
    "idna", "punycode", "unicode_escape", "raw_unicode_escape", "rot13", "undefined", "base64", "bz2",
    "hex", "quopri", "uu", "zlib", "mbcs", "oem",
})  # fmt: skip
"""Codecs of Python that are no charset of any mail."""

_STATEFUL: Final = frozenset({"utf-7", "iso2022_jp_ext", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2",
                              "iso2022_jp_3", "iso2022_jp_2004", "iso2022_kr", "hz"})  # fmt: skip
"""Charsets that say other letters with ASCII bytes alone."""

_DAMAGE: Final = 10
"""Letters beyond ASCII that must be whole for each that is not."""
_SAMPLE: Final = 16 * 1024


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text, and a defect or an empty string; no NUL or lone surrogate comes out. Never raises.

    The ladder: the declared charset where it fits (bytes that are valid UTF-8 are UTF-8 whatever their
    single-byte label says), or nearly fits; what the bytes look like; windows-1252 with replacements.
    """
    codec = lookup(declared)
    if data.isascii() and codec not in _STATEFUL and not codec.startswith(("utf-16", "utf-32")):
        return clean(data.decode("ascii")), ""
    if codec and not _is_unicode(codec) and codec not in _STATEFUL:
        text = _attempt(data, "utf-8")
        if text is not None:
            return clean(text), ""
    for candidate in (codec, "utf-8"):
        text = _attempt(data, candidate) if candidate else None
        if text is not None:
            return clean(text), ""
    damaged = _nearly(data, codec or "utf-8")
    if damaged is not None:
        return clean(damaged), f"damaged text in {_shown(declared)}"
    return clean(_guess(data)), f"charset guessed for {_shown(declared)}"


def decode_header(data: bytes, body_charset: str = "") -> str:
    """Text of raw eight-bit header bytes: UTF-8, else the body's charset, else windows-1252; no guessing."""
    if data.isascii():
        return data.decode("ascii")
    for candidate in ("utf-8", lookup(body_charset)):
        text = _attempt(data, candidate) if candidate else None
        if text is not None:
            return text
    return data.decode("cp1252", "replace")


def kept_open(data: bytes) -> str:
    """Raw header bytes as text in which what is not UTF-8 stands undecoded until `settled` reads it."""
    return data.decode("utf-8", "surrogateescape")


def settled(text: str, body_charset: str = "") -> str:
    """A piece of what `kept_open` gave, with the bytes that it left read as `decode_header` reads them."""
    if text.isascii() or not _has_surrogate(text):
        return text
    return decode_header(text.encode("utf-8", "surrogateescape"), body_charset)


@functools.lru_cache(maxsize=512)
def lookup(declared: str) -> str:
    """The Python codec for a charset label, or an empty string where the label says nothing we know."""
    label = declared.strip().strip("\"'").lower()[:64]
    if label in _DETECT or not label.isascii() or "\x00" in label:
        return ""
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _NOT_TEXT else {"iso8859-1": "cp1252", "ascii": ""}.get(name, name)


def clean(text: str) -> str:
    """The text with U+FFFD for NUL and lone surrogates, which no database and no JSON takes."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _is_unicode(codec: str) -> bool:
    return codec.startswith("utf")


def _attempt(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _nearly(data: bytes, codec: str) -> str | None:
    """The text where few of its letters are damaged, as where a long one was cut; ``None`` for another."""
    try:
        text = data.decode(codec, "replace")
    except (LookupError, ValueError):
        return None
    lost = text.count("\ufffd")
    letters = sum(not sign.isascii() for sign in text) - lost
    return text if lost * _DAMAGE < letters else None


def _guess(data: bytes) -> str:
    import chardet  # noqa: PLC0415 - slow to import, and most mails never need it

    found = chardet.detect(data[:_SAMPLE])
    codec = lookup(str(found.get("encoding") or ""))
    text = _attempt(data, codec) if codec else None
    return text if text is not None else data.decode("cp1252", "replace")


def _shown(declared: str) -> str:
    return (
        "".join(letter for letter in declared[:40] if letter.isascii() and letter.isprintable())
        or "no charset"
    )
