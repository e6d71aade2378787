"""``despacho mail``: read mails without a desk, and say what is found in them; others add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from lingua import IsoCode639_1

from config import loader
from runtime.cli import FAILED, OK, WRONG, Trouble, app, err, settings
from runtime.examine import bare, given
from runtime.examine.bare import Form  # noqa: TC001 - cyclopts reads the annotations
from runtime.examine.explain import explain as explain_mail
from runtime.listing import one_line, say, say_json_line
from runtime.show.mail import print_mail, watched

if TYPE_CHECKING:
    from config.types import Policy
    from runtime.examine.given import Given

mail = App(
    name="mail",
    help="Read mails without a desk and say how true that is; look after mailboxes that are paused, and mail "
    "that was held back.",
)
app.command(mail)

Files = Annotated[str, Parameter(allow_leading_hyphen=True, name="FILE")]


@mail.command
def explain(*file: Files, languages: str = "", json: bool = False) -> int:
    """Say what the desk would read in mails: who wrote, what is new, what it is and why, and what is odd.

    Needs no desk and changes nothing. With `--json` one object a mail: file, subject, from_addr, from_name,
    to, date, message_id, in_reply_to, references, kind, kind_because, bounce (recipients, status, permanent),
    language, text, new_words, attachments (name, type, size), trust, defects.

    Exit codes: 0 all were read, 1 a file could not be opened, 2 the call is wrong.

    Examples: `despacho mail explain mail.eml` · `despacho mail explain --json ./mails > mails.jsonl` ·
    `despacho mail explain - < mail.eml`

    Parameters
    ----------
    file
        Mails, folders of mails, or - for standard input.
    languages
        Among which to tell the language of a mail, as in en,es,nb. By default the policy's.
    json
        Print JSON Lines: one object a mail, times in UTC.
    """
    policy = loader.load(settings().policy)
    chosen = chosen_languages(languages, policy)
    places = _places(file)
    failed = 0
    for place in watched(places):
        found = given.read(place)
        if found.trouble:
            failed += _complain(found)
            continue
        explained = explain_mail(found.data, found.name, chosen, policy.smtp.authserv_id)
        if json:
            say_json_line(explained)
        else:
            print_mail(explained)
    return FAILED if failed else OK


@mail.command
def new_words(
    *file: Files,
    form: Annotated[Form, Parameter(name="--format")] = "text",
    json: bool = False,
) -> int:
    """Print the new words of bare bodies: without quotes and signature.

    The charset is UTF-8 where the bytes are that, else detected.

    Exit codes: 0 all were read, 1 a file could not be opened, 2 the call is wrong.

    Examples: `despacho mail new-words body.txt` · `despacho mail new-words --format html - < body.html`

    Parameters
    ----------
    file
        Bodies, folders of bodies, or - for standard input.
    form
        What the bodies are: text or html.
    json
        Print JSON Lines: file, new_words, and whether the cut is certain.
    """
    places = _places(file)
    failed = 0
    for place in places:
        found = given.read(place)
        if found.trouble:
            failed += _complain(found)
            continue
        words = bare.new_words(found.data, form)
        if json:
            say_json_line({"file": found.name, "new_words": words.text, "certain": words.certain})
        else:
            if len(places) > 1:
                say(f"{one_line(found.name)}:", "bold")
            say(words.text)
    return FAILED if failed else OK


def chosen_languages(written: str, policy: Policy) -> tuple[str, ...]:
    """The languages that the call names, else the policy's; raises `Trouble` for one that cannot be told."""
    if not written:
        return policy.desk.languages
    codes = tuple(dict.fromkeys(code.strip().lower() for code in written.split(",") if code.strip()))
    for code in codes:
        try:
            IsoCode639_1.from_str(code)
        except ValueError:
            raise Trouble(
                f"{code!r} is no language that can be told; write codes as in en,es,nb.", WRONG
            ) from None
    return codes


def _places(names: tuple[str, ...]) -> list[given.Place]:
    if not names:
        raise Trouble("Name a mail, a folder of mails, or - for standard input.", WRONG)
    return given.find(names)


def _complain(found: Given) -> int:
    """Say that a file could not be read; gives back the one that it is."""
    err.print(f"{one_line(found.name)}: {found.trouble}", style="red", markup=False, soft_wrap=True)
    return 1
