"""``despacho templates``: look at the mails that the desk writes, and check changes to them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from rich.progress import Progress

from config.loader import LANGUAGES, examine
from config.mistakes import listed, near
from runtime.cli import OK, WRONG, app, err, settings
from runtime.commands.policy import as_mistakes
from runtime.listing import counted, say, say_bytes, say_json
from runtime.render import Renderer
from runtime.template_check import examine_templates
from runtime.template_samples import is_mail, letter_for, mails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.types import Policy
    from runtime.render import Words

templates = App(name="templates", help="Look at the mails that the desk writes, and check changes to them.")
app.command(templates)


@templates.command(name="preview")
def preview(
    name: str = "",
    *,
    language: str = "en",
    html: bool = False,
    mailbox: str = "",
    group: str = "",
    every: Annotated[bool, Parameter(name="--all", negative="")] = False,
    into: Path | None = None,
    policy: Path | None = None,
    json: bool = False,
) -> int:
    """Print a mail as it would be written now, with sample values. Sends nothing and changes nothing.

    Without a name it lists the mails there are. With `--all` it writes all of them in all languages, as text
    and as HTML, into the folder `--into`: to look at in a browser, or to compare with those of another day.

    Exit codes: 0 printed or written, 2 there is no such mail, language or folder.

    Examples: `despacho templates preview` · `despacho templates preview acknowledged --language es` ·
    `despacho templates preview solved --html` · `despacho templates preview --all --into ./looks`

    Parameters
    ----------
    name
        Which mail, like acknowledged.
    language
        Its language, like en, es or nb.
    html
        The HTML part; by default the text part.
    mailbox
        As mail of this mailbox, whose own templates come first.
    group
        As mail about a ticket of this group.
    every
        Every mail of ours in every language of ours, both parts; needs `--into`.
    into
        Write files `<language>/<name>.txt` and `.html` into this folder instead of printing.
    policy
        The policy's folder with the templates; by default the one that the settings name, where there is one.
    json
        One document: name, language, text, html; or the names.
    """
    found = examine(policy or settings().policy).policy
    overrides, scopes = found.templates, _scopes(mailbox, group)
    known = sorted(
        {*mails(), *(PurePosixPath(one).stem for one in overrides if is_mail(PurePosixPath(one).stem))}
    )
    if not name and not every:
        if json:
            say_json(known)
        else:
            say("\n".join(known))
        return OK
    wrong = _wrong(name, known, found, mailbox, group) or _needs(every=every, into=into)
    if wrong:
        err.print(wrong, markup=False, soft_wrap=True)
        return WRONG
    if every and into is not None:
        return _write_all(mails(), overrides, scopes, into)
    renderer = Renderer()
    words = renderer.words(letter_for(name, language, scopes), overrides)
    renderer.close()
    if into is not None:
        _write(into / language / name, words)
        say(f"Written: {into / language / name}.txt and .html")
    elif json:
        say_json({"name": name, "language": language, "text": words.text, "html": words.html})
    else:
        say_bytes(((words.html if html else words.text) + "\n").encode())
    return OK


@templates.command(name="check")
def check(folder: Path | None = None, *, json: bool = False) -> int:
    """Check an operator's templates: syntax, unknown variables, missing languages. Changes nothing.

    Each template is also filled in with sample values, inside the cage in which it will run. `despacho policy
    check` says the mistakes too; the notes about languages only stand here.

    Exit codes: 0 sound, 2 mistakes.

    Examples: `despacho templates check` · `despacho templates check ./policy --json`

    Parameters
    ----------
    folder
        The policy's folder; by default the one that the settings name.
    json
        One document: mistakes and notes, each a list of file, line, what, expected, did_you_mean.
    """
    found = examine_templates(examine(folder or settings().policy).policy)
    if json:
        say_json({"mistakes": as_mistakes(found.mistakes), "notes": as_mistakes(found.notes)})
        return WRONG if found.mistakes else OK
    for one in (*found.mistakes, *found.notes):
        err.print(str(one), markup=False, soft_wrap=True)
    if found.mistakes:
        return WRONG
    say(f"{counted(found.count, 'template')} of yours, all sound.")
    return OK


def _scopes(mailbox: str, group: str) -> tuple[str, ...]:
    named = (f"mailbox/{mailbox}" if mailbox else "", f"group/{group}" if group else "")
    return tuple(one for one in named if one)


def _needs(*, every: bool, into: Path | None) -> str:
    return "--all needs a folder to write into: --into FOLDER." if every and into is None else ""


def _wrong(name: str, known: Sequence[str], policy: Policy, mailbox: str, group: str) -> str:
    """What of that which was named there is not, or an empty string."""
    asked = (
        ("mail", name, known),
        ("mailbox", mailbox, [one.address for one in policy.desk.mailboxes]),
        ("group", group, [one.name for one in policy.desk.groups]),
    )
    for what, value, there in asked:
        if value and value not in there:
            meant = near(value, there)
            hint = f"Did you mean {meant!r}?" if meant else f"There are: {listed(there, 40)}."
            return f"There is no {what} {value!r}. {hint}"
    return ""


def _write_all(
    names: Sequence[str], overrides: Mapping[str, str], scopes: tuple[str, ...], into: Path
) -> int:
    renderer = Renderer()
    every = [(language, name) for language in LANGUAGES for name in names]
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        for language, name in progress.track(every, description="writing"):
            _write(into / language / name, renderer.words(letter_for(name, language, scopes), overrides))
    renderer.close()
    say(f"{counted(len(every), 'mail')} written into {into}, each as .txt and .html.")
    return OK


def _write(path: Path, words: Words) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for ending, part in ((".txt", words.text), (".html", words.html)):
        path.with_name(path.name + ending).write_text(part + "\n", encoding="utf-8")
