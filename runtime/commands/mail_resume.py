"""``despacho mail resume``: let a mailbox whose automatic mail is paused answer again."""

from __future__ import annotations

from runtime.cli import OK, settings
from runtime.commands.mail import mail
from runtime.listing import say, say_json
from runtime.named_mailbox import mailbox_named, policy_of
from runtime.open_desk import open_desk
from runtime.paused import resume as let_go_on
from runtime.wiring import utc_now


@mail.command
def resume(mailbox: str, *, json: bool = False) -> int:
    """Let a mailbox whose automatic mail is paused answer again; running desks do so at once.

    A mailbox is paused where many answers in an hour go to addresses that had several already. What was held
    back meanwhile is not sent later: the tickets say so. Where the loop goes on, it is paused again: block
    its sender first, in `[spam]` of desk.toml.

    Exit codes: 0 it answers, now or before, 2 no such mailbox.

    Examples: `despacho mail resume support@acme.example` · `despacho mail resume support@acme.example --json`

    Parameters
    ----------
    mailbox
        Its address, or an alias of it.
    json
        Print one document: mailbox, and whether it was paused.
    """
    with open_desk(settings()) as store:
        address = mailbox_named(policy_of(store), mailbox)
        with store.writing() as connection:
            was_paused = let_go_on(connection, address, utc_now())
    if json:
        say_json({"mailbox": address, "was_paused": was_paused})
    else:
        says = (
            "answers again. What was held back stays so; its tickets say why"
            if was_paused
            else "is not paused"
        )
        say(f"{address} {says}.")
    return OK
