"""``despacho kb draft``: a solved ticket becomes a draft of an article, without the people in it."""

from __future__ import annotations

from runtime.cli import OK, WRONG, Trouble, err, settings
from runtime.commands.kb import kb
from runtime.commands.tickets import TicketNumber, no_ticket
from runtime.knowledge.draft import DraftError, draft
from runtime.listing import say, say_json
from runtime.open_desk import open_desk
from runtime.policy_in_force import policy_in_force
from runtime.saving import save
from store import views


@kb.command(name="draft")
def write_draft(ticket: TicketNumber, /, *, out: str = "", json: bool = False) -> int:
    """Make a draft of an article from a solved ticket with a resolution: what was asked, wrong, and done.

    Names of its requester and of agents, mail and street addresses, telephone, card, account and order
    numbers, tokens in links and signatures are taken out, and it is said how many. Read it once more all the
    same: no program knows every name. `kb import` takes it, internal until you write `audience: public`.

    Exit codes: 0 a draft was made, 1 there is no such ticket, or no resolution on it, 2 the call is wrong.

    Examples: `despacho kb draft 12` · `despacho kb draft 12 --out articles/reset-password.md`

    Parameters
    ----------
    ticket
        The ticket's number.
    out
        A new file to write to, or a folder; by default standard output.
    json
        Print a JSON object instead: title, text, and how much of each kind was removed.
    """
    if json and out:
        raise Trouble("One of them: --out writes the file, --json prints it.", WRONG)
    chosen = settings()
    with open_desk(chosen) as store:
        policy = policy_in_force(chosen, store)
        with store.reading() as connection:
            view = views.ticket(connection, ticket)
    if view is None:
        raise no_ticket(ticket)
    agents = [agent.name for agent in policy.desk.agents] if policy is not None else []
    try:
        made = draft(view, agents)
    except DraftError as error:
        raise Trouble(str(error)) from error
    if json:
        say_json({"ticket": ticket, "title": made.title, "text": made.text, "removed": made.removed})
        return OK
    if out:
        save(made.text.encode(), out, f"ticket-{ticket}.{view.ticket.language}.md")
    else:
        say(made.text.rstrip("\n"))
    err.print(f"Taken out: {made.said}. Read it once more before you publish it.", style="dim", markup=False)
    if view.answer is not None:
        known = f"#{ticket} was answered by {view.answer.article} already: perhaps that one is to be changed."
        err.print(known, style="yellow", markup=False, soft_wrap=True)
    return OK
