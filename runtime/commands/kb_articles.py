"""``despacho kb import|list|show|search|export``: the articles of a desk."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING

import msgspec

from runtime.busy import counted
from runtime.cli import FAILED, OK, WRONG, Trouble, settings
from runtime.commands.kb import kb
from runtime.knowledge.files import files, read_folder, written
from runtime.listing import one_line, say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import articles
from store.search.keeper import FOLDER
from store.search.library import Library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.articles import Article, Kept


@kb.command(name="import")
def import_folder(folder: Path, *, dry_run: bool = False, json: bool = False) -> int:
    """Bring the articles of a folder or a Git checkout into the desk: new, changed and deleted ones.

    Articles are Markdown files with a front matter; those that are not in the folder any more are taken out,
    with all their versions kept. To do it again changes nothing.

    Exit codes: 0 done, 1 there is no desk, 2 the folder or a file is wrong: nothing is changed.

    Examples: `despacho kb import articles/` · `despacho kb import checkout --dry-run`

    Parameters
    ----------
    folder
        The folder with the articles.
    dry_run
        Say what would change, and change nothing.
    json
        One document: new, changed, same, deleted.
    """
    given = _given(folder)
    now = utc_now()
    with open_desk(settings()) as store:
        if dry_run:
            with store.reading() as connection:
                step = _foreseen(given, articles.everything(connection))
        else:
            with store.writing() as connection:
                step = articles.keep(connection, given, now)
                named = {(one.name, one.language) for one in given}
                step.deleted = len(articles.remove_others(connection, named, now))
    if json:
        say_json(step)
    else:
        would = "Would be: " if dry_run else ""
        say(f"{would}{step.new} new, {step.changed} changed, {step.deleted} deleted, {step.same} the same.")
    return OK


@kb.command(name="list")
def list_articles(*, language: str = "", json: bool = False) -> int:
    """List the articles.

    Examples: `despacho kb list` · `despacho kb list --language nb --json`

    Parameters
    ----------
    language
        Only those in this language.
    json
        One document.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        found = articles.everything(connection, language=language)
    if json:
        say_json([_summary(one) for one in found])
        return OK
    names = ("article", "language", "title", "audience", "version", "review")
    rows = [
        (a.name, a.language, one_line(a.title), a.audience, str(one.version), a.review)
        for one in found
        for a in (one.article,)
    ]
    say_table(names, rows)
    return OK


@kb.command
def show(article: str, *, language: str = "", json: bool = False) -> int:
    """Show an article with its versions, in each language that it is there in.

    Examples: `despacho kb show reset-password` · `despacho kb show reset-password --language es --json`

    Parameters
    ----------
    article
        Its name.
    language
        Only in this language.
    json
        One document.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        found = articles.find(connection, article, language)
        past = {
            one.article.language: articles.versions(connection, article, one.article.language)
            for one in found
        }
    if not found:
        message = f"There is no article {article!r}; `despacho kb list` lists them."
        raise Trouble(message)
    if json:
        say_json(
            [
                _summary(one) | {"body": one.article.body, "versions": past[one.article.language]}
                for one in found
            ]
        )
        return OK
    for one in found:
        say(written(one.article))
        for number, at, title, state in past[one.article.language]:
            say(f"version {number}  {at:%Y-%m-%d %H:%M} UTC  {state}  {one_line(title)}", "dim")
    return OK


@kb.command
def search(question: str, *, language: str = "en", public: bool = False, json: bool = False) -> int:
    """Ask the articles of one language, as a ticket would.

    Examples: `despacho kb search "reset my password"` · `despacho kb search contraseña --language es`

    Parameters
    ----------
    question
        The question.
    language
        Its language.
    public
        Leave internal articles out.
    json
        One document, with score, confidence, and the words that were found.
    """
    chosen = settings()
    with open_desk(chosen) as store:
        hits = Library(store, chosen.data / FOLDER).find(language, question, public=public)
    if json:
        say_json(
            [
                {"article": h.article, "title": h.title, "score": h.score, "confidence": h.confidence}
                | {"wording": h.wording, "words": h.shared}
                for h in hits
            ]
        )
    else:
        for hit in hits:
            words = ", ".join(hit.shared[:6])
            say(f"{hit.confidence:.2f}  {hit.article}  {one_line(hit.title)}  ({words})")
    return OK if hits else FAILED


@kb.command
def export(folder: Path, *, json: bool = False) -> int:
    """Write every article as a file that `kb import` reads back; the folder must be empty or not there.

    Example: `despacho kb export articles/`

    Parameters
    ----------
    folder
        Where to write.
    json
        One document: how many files.
    """
    if folder.exists() and any(folder.iterdir()):
        message = f"{folder} is not empty; name a new folder."
        raise Trouble(message, WRONG)
    with open_desk(settings()) as store, store.reading() as connection:
        found = [one.article for one in articles.everything(connection)]
    for article in found:
        path = folder / f"{article.name}.{article.language}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(article))
    if json:
        say_json({"files": len(found)})
    else:
        say(f"{len(found)} files")
    return OK


def _given(folder: Path) -> list[Article]:
    if not folder.is_dir():
        message = f"{folder} is no folder."
        raise Trouble(message, WRONG)
    there = files(folder)
    if not there:
        message = f"{folder} has no Markdown file: that would take every article out. Is it the right folder?"
        raise Trouble(message, WRONG)
    with counted("reading", len(there)) as step:
        return read_folder(folder, step)


def _foreseen(given: Sequence[Article], there: Sequence[Kept]) -> articles.Step:
    known = {(one.article.name, one.article.language): one.article for one in there}
    keys = {(one.name, one.language) for one in given}
    same = sum(known.get((one.name, one.language)) == one for one in given)
    new = len(keys - known.keys())
    return articles.Step(
        new=new, changed=len(given) - new - same, same=same, deleted=len(known.keys() - keys)
    )


def _summary(one: Kept) -> dict[str, object]:
    said = msgspec.structs.asdict(one.article)
    del said["body"]
    return said | {"version": one.version, "at": one.at}
