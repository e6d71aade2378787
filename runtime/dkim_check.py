"""What is wrong with the DKIM keys of a policy, as only reading them can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.types import Mistake

if TYPE_CHECKING:
    from config.types import Policy


def dkim_mistakes(policy: Policy) -> list[Mistake]:
    """A mistake for each key that cannot be read here and now, with its place."""
    if not policy.dkim:
        return []
    # Only here: a policy without keys loads no cryptography.
    from runtime.dkim_key import NoKeyError, read_key  # noqa: PLC0415

    found = []
    for text in policy.dkim:
        try:
            read_key(text)
        except NoKeyError as error:
            what = f"the key {text.selector!r} of {text.domain} cannot be used: {error}"
            found.append(
                Mistake(text.place, what, "a private key: PEM (RSA, Ed25519), or 32 bytes in base64")
            )
    return found
