"""``despacho why``: which rules matched a ticket, and why the others did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts import App

from config.mistakes import listed, near
from runtime.cli import FAILED, OK, Trouble, app, settings
from runtime.commands.tickets import TicketNumber, no_ticket
from runtime.listing import clock, one_line, say, say_json
from runtime.open_desk import open_desk
from runtime.show.decisions import body_of
from store import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.legends import TraceView


why_app = App(name="why", help="Why a ticket is where it is, and why it is due when it is.")
app.command(why_app)


@why_app.default
def why(ticket: TicketNumber, rule: str = "", /, *, json: bool = False) -> int:
    """Say for each rule whether it matched a ticket, and if not, which condition did not hold and why.

    Every time that the rules ran is told by itself: as the ticket opened, at each reply, change and deadline.

    Exit codes: 0 the rule matched at some time, or none was named, 1 it never did, or there is none such.

    Examples: `despacho why 12` · `despacho why 12 "Invoices go to billing"` · `despacho why 12 --json`

    Parameters
    ----------
    ticket
        The ticket's number.
    rule
        Only this rule, by its name.
    json
        A list of at, on, policy_version, rule, matched, actions or why, field, operator.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        view = views.ticket(connection, ticket)
    if view is None:
        raise no_ticket(ticket)
    found = [one for trace in view.traces for one in _verdicts(trace)]
    if rule:
        found = _of(rule, found, ticket)
    if json:
        say_json(found)
    else:
        _tell(found)
    return OK if not rule or any(one["matched"] for one in found) else FAILED


def _verdicts(trace: TraceView) -> Iterator[dict[str, Any]]:
    """What became of each rule at one time, in the order of the policy as far as that is known."""
    body = body_of(trace)
    rules = body.get("rules", {})
    told = {"at": trace.at, "on": body.get("on", ""), "policy_version": trace.policy_version}
    for one in rules.get("matched", ()):
        yield told | {"rule": one["rule"], "matched": True, "actions": one["actions"]}
    for one in rules.get("missed", ()):
        missed = {key: one.get(key, "") for key in ("why", "field", "operator")}
        yield told | {"rule": one["rule"], "matched": False} | missed


def _of(rule: str, found: list[dict[str, Any]], ticket: int) -> list[dict[str, Any]]:
    """What became of one rule; its name may be written in any case."""
    names = dict.fromkeys(one["rule"] for one in found)
    wanted = next((name for name in names if name.casefold() == rule.casefold()), "")
    if not wanted:
        meant = near(rule, names)
        hint = f" Did you mean {meant!r}?" if meant else f" There ran: {listed(names, 30)}."
        raise Trouble(f"No rule {rule!r} ran on ticket {ticket}.{hint}")
    return [one for one in found if one["rule"] == wanted]


def _tell(found: list[dict[str, Any]]) -> None:
    if not found:
        say("No rule ran on this ticket.")
    head = None
    for one in found:
        if head != (one["at"], one["on"]):
            head = (one["at"], one["on"])
            on = f" on {one['on']}" if one["on"] else ""
            say(f"{clock(one['at'])}{on}, policy version {one['policy_version']}", "bold")
        if one["matched"]:
            done = ", ".join(f"{name} = {value}" for name, value in one["actions"].items())
            say(f"  + {one['rule']}: {one_line(done) or 'no action'}", "green")
        else:
            say(f"  - {one['rule']}: {one_line(one['why'])}")
