"""Words that were signed as text (RFC 9580 section 7): what is signed, without the armour around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BEGIN: Final = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE: Final = "-----BEGIN PGP SIGNATURE-----"
_END: Final = "-----END PGP SIGNATURE-----"
_HASH: Final = "Hash:"


def without_armour(lines: Sequence[str]) -> Iterator[str]:
    """The lines without those of the armour, and without the dashes that it put before dashes."""
    signed = at_head = inside = False
    for line in lines:
        bare = line.rstrip()
        if bare == _BEGIN:
            signed = at_head = True
        elif bare == _SIGNATURE and signed:
            inside = True
        elif bare == _END and inside:
            signed = inside = False
        elif at_head and bare.startswith(_HASH):
            continue
        elif not inside:
            at_head = False
            yield line.removeprefix("- ") if signed else line
