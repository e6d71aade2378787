"""What is wrong with an operator's templates: syntax, unknown variables and parts, folders of nobody.

Each is filled in with sample values inside the cage in which it will run: trying one is no danger either.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import jinja2
import msgspec
from jinja2 import meta, nodes

from config.folder import scope_of, unscoped
from config.mistakes import in_order, listed, near
from config.types import Mistake, Place, Policy
from runtime.cage import Cage, CageError
from runtime.library import Library, sources
from runtime.sandbox import Sandbox
from runtime.template_samples import COMMON, documented, is_mail, values_for

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILTER = re.compile(r"No (?:filter|test) named '([^']{1,60})'")
_FRAME = {"content": False, "desk": False, "language": False, "ticket": True}


class TemplatesFound(msgspec.Struct, frozen=True):
    """``count`` templates, the ``mistakes`` in them, and ``notes`` on what will be ours in some language."""

    count: int
    mistakes: list[Mistake]
    notes: list[Mistake]


def examine_templates(policy: Policy) -> TemplatesFound:
    """All that can be said of a policy's templates, trying each included."""
    mistakes = template_mistakes(policy)
    wrong = {one.place.file for one in mistakes}
    cage = Cage()
    try:
        for name in policy.templates:
            if f"templates/{name}" not in wrong:
                mistakes += _tried(policy, name, cage)
    finally:
        cage.close()
    return TemplatesFound(len(policy.templates), in_order(mistakes), in_order(_lacking(policy)))


def template_mistakes(policy: Policy) -> list[Mistake]:
    """What can be seen without filling anything in."""
    found: list[Mistake] = []
    for name, text in policy.templates.items():
        found += _folder_mistakes(policy, name)
        try:
            tree = Sandbox({}, "en").parse(text)
            Sandbox({}, "en").compile(text)
        except jinja2.TemplateSyntaxError as error:
            place = Place(f"templates/{name}", error.lineno)
            found.append(Mistake(place, *_said(error)))
        except (RecursionError, MemoryError, ValueError, SyntaxError):
            found.append(Mistake(Place(f"templates/{name}"), "the template is too deep", "a plain text"))
        else:
            found += [*_variables(name, tree), *_parts(policy, name, tree)]
    return found


def known_variables(name: str) -> list[str]:
    """What the template in a file of this name may name."""
    reason = PurePosixPath(name).stem
    if unscoped(name) == "frame.html":
        return list(_FRAME)
    if f"en/{reason}.txt" not in sources():
        return [*COMMON, "body"]
    return list(dict.fromkeys([*documented(reason), *(COMMON if is_mail(reason) else ())]))


def _variables(name: str, tree: nodes.Template) -> Iterator[Mistake]:
    known = known_variables(name)
    for unknown in sorted(meta.find_undeclared_variables(tree) - set(known)):
        line = next((one.lineno for one in tree.find_all(nodes.Name) if one.name == unknown), 0)
        what = f"unknown variable {unknown!r}"
        yield Mistake(
            Place(f"templates/{name}", line), what, f"one of {listed(known, 30)}", near(unknown, known)
        )


def _parts(policy: Policy, name: str, tree: nodes.Template) -> Iterator[Mistake]:
    there = set(Library(policy.templates, [one] if (one := scope_of(name)) else []).names())
    for part in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        wanted = getattr(part, "template", None)
        if isinstance(wanted, nodes.Const) and wanted.value not in there:
            what = f"there is no template {wanted.value!r} to include"
            meant = near(str(wanted.value), there)
            yield Mistake(Place(f"templates/{name}", part.lineno), what, "one of the desk's or ours", meant)


def _folder_mistakes(policy: Policy, name: str) -> Iterator[Mistake]:
    kind, _, whose = scope_of(name).partition("/")
    mailboxes = [mailbox.address for mailbox in policy.desk.mailboxes]
    known = mailboxes if kind == "mailbox" else [group.name for group in policy.desk.groups]
    if kind and whose not in known:
        place = Place(f"templates/{name}")
        yield Mistake(place, f"no {kind} {whose!r}", f"one of {listed(known)}", near(whose, known))


def _tried(policy: Policy, name: str, cage: Cage) -> Iterator[Mistake]:
    library = Library(policy.templates, [one] if (one := scope_of(name)) else [])
    inner = unscoped(name)
    language = "en" if inner == "frame.html" else inner[:2]
    try:
        cage.text(library, language, inner, values_for(known_variables(name), language))
    except CageError as error:
        what = f"it fails with sample values ({error}), and ours would be sent"
        yield Mistake(
            Place(f"templates/{name}"), what, "a template that ends soon and only uses what is there"
        )


def _lacking(policy: Policy) -> Iterator[Mistake]:
    """Templates that exist in one of the desk's languages and not in another."""
    for name in policy.templates:
        inner = unscoped(name)
        if inner == "frame.html":
            continue
        prefix, reason = name[: len(name) - len(inner)], inner[3:]
        lacking = [one for one in policy.desk.languages if f"{prefix}{one}/{reason}" not in policy.templates]
        for language in lacking:
            ours = f"{language}/{reason}" in sources() or reason.endswith(".html")
            then = "ours is sent in it" if ours else f"{policy.desk.languages[0]} or English is sent in it"
            what = f"there is none in {language!r}: {then}"
            yield Mistake(
                Place(f"templates/{name}"), what, f"a file templates/{prefix}{language}/{reason} too"
            )


def _said(error: jinja2.TemplateSyntaxError) -> tuple[str, str, str]:
    name = _FILTER.search(error.message or "")
    if name:
        sandbox = Sandbox({}, "en")
        known = sorted({*sandbox.filters, *sandbox.tests})
        return f"unknown filter or test {name[1]!r}", "a template that can be read", near(name[1], known)
    said = (error.message or "the template cannot be read").rstrip(".")
    return said, "a template that can be read", ""
