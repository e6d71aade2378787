"""A policy from its files: everything that is wrong in any of them is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.channels import read_channels
from config.desk import read_desk
from config.dkim import read_dkim
from config.folder import check_names, language_of, read_files, template_of
from config.form import read_form
from config.imap import read_imap
from config.mistakes import PolicyError, in_order
from config.phrases import read_phrases
from config.positions import Document, read
from config.rules import read_rules
from config.types import DeskText, Mistake, Place, Policy, RuleText, SenderCheck, SmtpText
from config.webhooks import read_webhooks
from config.webhooks_out import read_outgoing_webhooks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from config.vocabulary import Phrases

LANGUAGES = ("en", "es", "nb")
"""The languages that Despacho has words for; a policy's ``templates/<code>`` folder adds one."""


class Reading(msgspec.Struct, frozen=True):
    """What could be read of a policy, and what is wrong with it; only without mistakes may it be used.

    The policy of a wrong reading serves to look for further mistakes, in its rules.
    """

    policy: Policy
    mistakes: list[Mistake]


def load(folder: Path) -> Policy:
    """The policy in ``folder``; raises `PolicyError` with every mistake of all its files."""
    return _sound(examine(folder))


def load_files(files: Mapping[str, str]) -> Policy:
    """The policy whose files have these texts, by name; raises `PolicyError` like `load`."""
    return _sound(examine_files(files))


def examine(folder: Path) -> Reading:
    """Reads the policy in ``folder`` as far as it can be read; raises nothing for what is wrong in it."""
    mistakes: list[Mistake] = []
    files = read_files(folder, mistakes)
    if mistakes and not files:
        return Reading(Policy(desk=DeskText(name="")), mistakes)
    unreadable = {mistake.place.file for mistake in mistakes}
    reading = examine_files(files, unreadable=unreadable)
    return Reading(reading.policy, in_order([*mistakes, *reading.mistakes]))


def examine_files(files: Mapping[str, str], *, unreadable: set[str] | None = None) -> Reading:
    """Reads a policy from texts; what is in ``unreadable`` has been complained about already."""
    mistakes = check_names(files)
    templates = {found[1]: files[name] for name in files if (found := template_of(name))}
    languages = list(dict.fromkeys([*LANGUAGES, *sorted(filter(None, map(language_of, templates)))]))
    desk = DeskText(name="")
    rules: tuple[RuleText, ...] = ()
    if desk_document := _document("desk.toml", files, mistakes):
        desk = read_desk(desk_document, languages, mistakes)
    elif "desk.toml" not in files and "desk.toml" not in (unreadable or ()):
        mistakes.append(Mistake(Place("desk.toml"), "the file is missing", "a file that describes the desk"))
    if document := _document("rules.toml", files, mistakes):
        rules = read_rules(document, mistakes)
    policy = Policy(desk=desk)
    if document := _document("channels.toml", files, mistakes):
        policy = _with_channels(policy, document, mistakes)
    if desk_document:
        mistakes += _unstamped(desk, policy.smtp, desk_document)
    # Without its desk a rule's groups and agents would all seem unknown.
    known = rules if desk_document else ()
    policy = msgspec.structs.replace(
        policy,
        phrases=_phrases(files, desk.languages if desk_document else languages, mistakes),
        rules=known,
        templates=templates,
        files=dict(files),
    )
    return Reading(policy, in_order(mistakes))


def _with_channels(policy: Policy, document: Document, mistakes: list[Mistake]) -> Policy:
    return msgspec.structs.replace(
        policy,
        smtp=read_channels(document, mistakes),
        webhooks=read_webhooks(document, policy.desk, mistakes),
        imap=read_imap(document, policy.desk, mistakes),
        dkim=read_dkim(document, policy.desk, mistakes),
        form=read_form(document, policy.desk, mistakes),
        outgoing_webhooks=read_outgoing_webhooks(document, mistakes),
    )


def _phrases(files: Mapping[str, str], languages: Collection[str], mistakes: list[Mistake]) -> Phrases:
    document = _document("phrases.toml", files, mistakes)
    return read_phrases(document, languages, mistakes) if document else {}


def _unstamped(desk: DeskText, smtp: SmtpText, document: Document) -> list[Mistake]:
    """Where stamps of senders or of spam are to be read, and nothing says whose stamps count."""
    if smtp.authserv_id:
        return []
    what, expected = "nothing says which MX is ours", "authserv_id under [smtp] in channels.toml"
    places = [
        document.value("mailbox", index, "check")
        for index, mailbox in enumerate(desk.mailboxes)
        if mailbox.check is SenderCheck.HEADERS
    ]
    places += [document.value("spam", "read")] if desk.spam.read else []
    return [Mistake(place, what, expected) for place in places]


def _document(name: str, files: Mapping[str, str], mistakes: list[Mistake]) -> Document | None:
    if name not in files:
        return None
    try:
        return read(name, files[name].removeprefix("\ufeff"))
    except PolicyError as error:
        mistakes.extend(error.mistakes)
        return None


def _sound(reading: Reading) -> Policy:
    if reading.mistakes:
        raise PolicyError(reading.mistakes)
    return reading.policy
