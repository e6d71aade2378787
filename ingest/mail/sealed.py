"""Mail that only its addressee's key opens: found, and said in a line that stands in place of the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.mail.mime import Part

_SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP_BEGINS: Final = "-----BEGIN PGP MESSAGE-----"
_SIGNED: Final = "signed-data"
_WORDS: Final = {
    "en": "[This message is encrypted ({how}) and is kept as it came.]",
    "es": "[Este mensaje está cifrado ({how}) y se guarda tal como llegó.]",
    "nb": "[Denne meldingen er kryptert ({how}) og er tatt vare på slik den kom.]",
}
_SIGNED_WORDS: Final = {
    "en": "[This message is wrapped in its signature ({how}) and is kept as it came.]",
    "es": "[Este mensaje está dentro de su firma ({how}) y se guarda tal como llegó.]",
    "nb": "[Denne meldingen ligger inne i signaturen sin ({how}) og er tatt vare på slik den kom.]",
}


def kind(root: Part, text: str) -> str:
    """``S/MIME``, ``signed S/MIME``, ``PGP`` or an empty string: how the letter is sealed, if it is."""
    for part in root.walk():
        if part.type in _SMIME:
            return "signed S/MIME" if part.parameters.get("smime-type", "").lower() == _SIGNED else "S/MIME"
        if part.type == "application/pgp-encrypted":
            return "PGP"
    return "PGP" if is_armour(text) else ""


def is_armour(text: str) -> bool:
    """Whether the letter is nothing but an encrypted text."""
    return text.lstrip().startswith(_PGP_BEGINS)


def words(sealed: str, languages: tuple[str, ...]) -> str:
    """The line for a reader, in the first of the desk's languages that has one."""
    table = _SIGNED_WORDS if sealed.startswith("signed") else _WORDS
    language = next((code for code in languages if code in table), "en")
    return table[language].format(how=sealed.removeprefix("signed "))
