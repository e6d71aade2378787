"""``despacho policy``: check the operator's files, put them to work as a version, and list the versions."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING

import msgspec
from cyclopts import App

from runtime.cli import OK, WRONG, Trouble, app, err, out, settings
from runtime.listing import ago, clock, counted, say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.policy_check import Verdict, examine_policy
from runtime.wiring import utc_now
from store import policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.types import Mistake
    from store.policies import StoredPolicy

policy = App(name="policy", help="Check the policy, put it to work, and list its versions.")
app.command(policy)


@policy.command
def check(folder: Path | None = None, *, json: bool = False) -> int:
    """Say everything that is wrong with a policy, and run the tests beside its rules. Changes nothing.

    Exit codes: 0 without mistakes, 2 with some.

    Examples: `despacho policy check` · `despacho policy check ./policy` · `despacho policy check --json`

    Parameters
    ----------
    folder
        The policy's folder; by default the one that the settings name.
    json
        One document: good, mistakes, warnings, and what was counted.
    """
    chosen = folder or settings().policy
    verdict = examine_policy(chosen)
    if json:
        say_json(_as_json(verdict))
    else:
        _tell(verdict, chosen)
    return WRONG if verdict.mistakes else OK


@policy.command
def apply(folder: Path | None = None, *, yes: bool = False, json: bool = False) -> int:
    """Check a policy and put it in force as a new version; running desks take it within 2 seconds.

    A policy with mistakes, or with a test that fails, is refused and the version in force stays.
    On a terminal you are shown which files change and asked; `--yes` does not ask.

    Exit codes: 0 applied or already in force, 1 not applied, 2 the policy has mistakes.

    Examples: `despacho policy apply` · `despacho policy apply ./policy --yes`

    Parameters
    ----------
    folder
        The policy's folder; by default the one that the settings name.
    yes
        Do not ask.
    json
        One document: version and whether it is new.
    """
    known = settings()
    chosen = folder or known.policy
    verdict = examine_policy(chosen)
    if verdict.mistakes:
        return _refuse(verdict, chosen, json=json)
    with open_desk(known) as store:
        with store.reading() as connection:
            standing = policies.fetch(connection, policies.current_version(connection))
        if not (yes or json) and _differs(standing, verdict) and sys.stdin.isatty():
            _confirm(standing, verdict)
        with store.writing() as connection:
            version, new = policies.apply(connection, verdict.policy.files, author=author(), now=utc_now())
    if json:
        say_json({"version": version, "new": new})
    elif new:
        say(f"Version {version} is in force; running desks take it within 2 seconds.")
    else:
        say(f"Nothing to do: these files are already version {version}.")
    return OK


@policy.command
def history(*, json: bool = False) -> int:
    """List the versions that were applied, the one in force first.

    Examples: `despacho policy history` · `despacho policy history --json`

    Parameters
    ----------
    json
        A list of version, at, author, digest.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        rows = policies.history(connection)
    if json:
        say_json(
            [{"version": row.id, "at": row.at, "author": row.author, "digest": row.digest} for row in rows]
        )
        return OK
    if not rows:
        say("No policy was applied yet; `despacho policy apply` does it.")
        return OK
    now = utc_now()
    lines = [(row.id, clock(row.at), ago(row.at, now), row.author, row.digest) for row in rows]
    say_table(("version", "applied", "ago", "by", "digest"), lines, right=("version",))
    return OK


def _tell(verdict: Verdict, folder: Path) -> None:
    for mistake in verdict.mistakes:
        say(mistake)
    for warning in verdict.warnings:
        say(f"{warning} (only a warning)", style="yellow")
    if verdict.mistakes:
        err.print(
            f"{folder}: {counted(len(verdict.mistakes), 'mistake')}",
            style="red",
            markup=False,
            soft_wrap=True,
        )
    else:
        say(f"{folder} is good: {_counts(verdict)}", style="green")


def _counts(verdict: Verdict) -> str:
    desk = verdict.policy.desk
    return ", ".join(
        (
            counted(len(desk.mailboxes), "mailbox", "mailboxes"),
            counted(len(desk.agents), "agent"),
            counted(len(verdict.policy.rules), "rule"),
            f"{counted(verdict.tests, 'test')} passed",
        )
    )


def _as_json(verdict: Verdict) -> dict[str, object]:
    desk = verdict.policy.desk
    return {
        "good": not verdict.mistakes,
        "mistakes": as_mistakes(verdict.mistakes),
        "warnings": as_mistakes(verdict.warnings),
        "mailboxes": len(desk.mailboxes),
        "agents": len(desk.agents),
        "rules": len(verdict.policy.rules),
        "tests": verdict.tests,
    }


def as_mistakes(mistakes: Sequence[Mistake]) -> list[dict[str, object]]:
    """Mistakes as documents have them."""
    return [
        {
            **msgspec.structs.asdict(mistake.place),
            "what": mistake.what,
            "expected": mistake.expected,
            "did_you_mean": mistake.did_you_mean,
        }
        for mistake in mistakes
    ]


def _refuse(verdict: Verdict, folder: Path, *, json: bool) -> int:
    if json:
        say_json({**_as_json(verdict), "version": None, "new": False})
        return WRONG
    for mistake in verdict.mistakes:
        say(mistake)
    count = counted(len(verdict.mistakes), "mistake")
    err.print(f"{folder}: {count}; nothing was applied.", style="red", markup=False, soft_wrap=True)
    return WRONG


def _differs(standing: StoredPolicy | None, verdict: Verdict) -> bool:
    return standing is None or standing.digest != policies.digest_of(verdict.policy.files)


def _confirm(standing: StoredPolicy | None, verdict: Verdict) -> None:
    """Show which files change and ask; raises `Trouble` where the answer is not yes."""
    before, after = standing.files if standing else {}, verdict.policy.files
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            word = "added" if name not in before else "removed" if name not in after else "changed"
            say(f"  {word:<8} {name}")
    say(_counts(verdict))
    try:
        answer = out.input("Apply it? [y/N] ", markup=False).strip().lower()
    except EOFError:
        answer = ""
    if answer not in {"y", "yes", "s", "sí", "si", "j", "ja"}:
        raise Trouble("Nothing was applied.")


def author() -> str:
    """Who applies, as the machine knows them; a container may not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
