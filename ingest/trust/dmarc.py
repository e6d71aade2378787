"""DMARC policies (RFC 7489, RFC 9091): what a domain's owner asks for where nothing vouches for a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ingest.trust.domains import organisation
from ingest.trust.tags import number, read_tags

if TYPE_CHECKING:
    from ingest.trust.names import Questions

_REQUESTS: Final = frozenset({"none", "quarantine", "reject"})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner of ``domain`` asks for; ``strict`` ones must match it to the letter."""

    domain: str
    request: str
    strict_dkim: bool = False
    strict_spf: bool = False

    @property
    def is_enforced(self) -> bool:
        """Whether the owner wants mail stopped that nobody vouches for."""
        return self.request != "none"


def find_policy(domain: str, questions: Questions) -> Policy | None:
    """The policy for mail from a domain: its own, else its organisation's; ``None`` where there is none.

    Raises `UnansweredError`.
    """
    tags = _published(domain, questions)
    if tags is not None:
        return _policy(domain, tags, ("p",))
    above = organisation(domain)
    tags = _published(above, questions) if above != domain else None
    if tags is None:
        return None
    # RFC 9091 section 3.2: np= is for names that do not exist, which only forgers write from.
    absent = "np" in tags and not questions.exists(domain)
    return _policy(above, tags, ("np", "sp", "p") if absent else ("sp", "p"))


def _published(domain: str, questions: Questions) -> dict[str, bytes] | None:
    """The one DMARC record of a domain; several count as none (RFC 7489 section 6.6.3)."""
    found = [tags for text in questions.texts(f"_dmarc.{domain}") if (tags := _read(text)) is not None]
    return found[0] if len(found) == 1 else None


def _read(text: bytes) -> dict[str, bytes] | None:
    if text.partition(b";")[0].replace(b" ", b"") != b"v=DMARC1":
        return None
    tags = read_tags(text)
    if tags is None or not ("p" in tags or "rua" in tags):
        return None
    return tags


def _policy(domain: str, tags: dict[str, bytes], names: tuple[str, ...]) -> Policy:
    written = next((tags[name] for name in names if name in tags), b"none").decode("latin-1").lower()
    request = written if written in _REQUESTS else "none"
    share = number(tags.get("pct", b"100"))
    if share is not None and share < 100:  # noqa: PLR2004 - per cent
        # The rest is to get the next lower request (RFC 7489 section 6.6.4); a mail here gets it always.
        request = {"reject": "quarantine"}.get(request, "none")
    return Policy(
        domain=domain,
        request=request,
        strict_dkim=tags.get("adkim", b"r").lower() == b"s",
        strict_spf=tags.get("aspf", b"r").lower() == b"s",
    )
