"""Whom a mail did not reach, from the prose of the systems that write no standard report.

Nearly all of them put the address first on its line, behind a label, or behind "to" or "for", above a copy of
the returned mail; so those places are looked at in this order, and no program is known by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.mail.late import late

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH: Final = 32 * 1024
_COUNT: Final = 100
_SPEC: Final = r"[^\s<>()\[\],;:\\\"'|=@\u3000-\u9fff\uff00-\uffef]{1,64}@[A-Za-z0-9][\w.-]{0,254}[\w]"
_OPEN: Final = r"[<\[(\"']{0,3}(?:smtp:|mailto:|rfc822;[ \t]?)?[<\"']?"
_CLOSE: Final = r"[>\])\"']{0,3}"

_COPY = re.compile(
    r"""(?imx)
    ^[ \t>*=_-]{0,12}(?:
        (?:below\ (?:this\ line\ )?is|here\ is|the\ following\ is|this\ is)\ a\ copy
        | (?:the\ )?(?:original|returned|unsent|undelivered|bounced)\ (?:(?:e-?)?mail|message|text)
          (?:\ (?:headers?|follows?|text|body))*
        | (?:the\ )?(?:message|text)\ (?:headers?|body|text)\ (?:follows?|of\ the)
        | your\ (?:original\ )?message\ (?:was|follows|reads)
        | start\ of\ (?:the\ )?(?:original|returned)
        | original-message
    )[^\n]{0,80}$
    | ^[> \t]{0,8}(?:received|return-path|message-id|dkim-signature|mime-version|delivered-to|x-mailer)[ \t]?:
    """
)
_INTRODUCED = re.compile(
    r"(?i)\b(?:following|these|this) (?:e-?mail )?(?:recipients?|address(?:es)?|users?|destinations?)"
    r"|\bdid not reach\b|\b(?:could|can) ?not be (?:reached|delivered)\b"
)
_ALIAS = re.compile(r"\((?:expanded|generated|originally sent to|ultimately generated)\b[^()]{0,400}\)")
_FIRST = re.compile(rf"(?m)^[ \t>*.\u2022-]{{0,40}}{_OPEN}({_SPEC}){_CLOSE}(?=[\s:,;.([<-]|$)")
_REPLY = late(
    lambda: re.compile(
        rf"(?im)^[ \t]{{0,8}}(?:<<<[ \t]*)?\d{{3}}[ -](?:\d\.\d{{1,3}}\.\d{{1,3}} )?<?({_SPEC})>?\.\.\."
    )
)
_COMMAND = late(lambda: re.compile(rf"(?i)\b(?:rcpt to[ \t]{{0,4}}:|smtp=)[ \t]{{0,4}}<?({_SPEC})>?"))
_LABEL = late(
    lambda: re.compile(
        r"(?im)^[ \t*>-]{0,40}(?:(?:failed|final|original|intended|target|invalid|bad|unknown)[ \t])?"
        r"(?:e?-?mail[ \t])?(?:recipients?|address(?:es)?|user|mailbox|account|destinatarios?"
        r"|destinataire|empf\u00e4nger|mottaker|adressat|\u5b9b\u5148|\u6536\u4ef6\u4eba)(?:[ \t]address)?"
        rf"(?:\(s\))?[ \t]{{0,8}}[:=\uff1a][ \t]{{0,40}}{_OPEN}({_SPEC})"
    )
)
_AFTER = late(
    lambda: re.compile(
        r"(?i)\b(?:to|for|recipient|address|user|mailbox|account|deliver(?:ing|y)?|an|a|para|til|pour|\u00e0)(?:\(s\))?"
        rf"[ \t]{{0,4}}:?\s{{1,8}}{_OPEN}({_SPEC})"
    )
)
_ANY = re.compile(rf"(?<![\w.@/-])({_SPEC})")
_ROBOT = re.compile(
    r"^(?:mailer-daemon|postmaster|abuse|help(?:desk)?|support|no-?reply|[\w.-]*-(?:admin|request|owner))@"
)

_PLACES: Final = (_FIRST, _LABEL, _REPLY, _COMMAND, _AFTER)


def cut(text: str) -> str:
    """What the system says, without the copy of the returned mail below it."""
    text = text[:_LENGTH]
    named = _ANY.search(text)
    copy = _COPY.search(text, named.end()) if named else None
    return text[: copy.start()] if copy else text


def recipients(said: str, ours: frozenset[str]) -> tuple[str, ...]:
    """The addresses that a report names, in lower case; those of ``ours`` only where there is no other."""
    said = _ALIAS.sub(" ", said)
    introduced = _INTRODUCED.search(said)
    looked_at = [said[introduced.end() :], said] if introduced else [said]
    found = [_addresses(place.findall(text)) for text in looked_at for place in _PLACES]
    others = (kept for every in found if (kept := _without(every, ours.__contains__)))
    return next(others, ()) or next(filter(None, found), ())


def mentioned(said: str, ours: frozenset[str]) -> tuple[str, ...]:
    """Every address in what a report says, but ours and those that people are to write to."""
    every = _addresses(_ANY.findall(said))
    return _without(every, lambda address: address in ours or _ROBOT.match(address) is not None)


def _without(addresses: tuple[str, ...], left_out: Callable[[str], object]) -> tuple[str, ...]:
    return tuple(address for address in addresses if not left_out(address))


def _addresses(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.lower().strip("'.") for address in found))[:_COUNT]
