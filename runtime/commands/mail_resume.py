"""``despacho mail resume``: let a mailbox whose automatic mail is paused answer again."""

from __future__ import annotations

from runtime.cli import OK, settings
from runtime.commands.mail import mail
from runtime.listing import counted, say, say_json
from runtime.named_mailbox import mailbox_named, policy_of
from runtime.open_desk import open_desk
from runtime.paused import resume as let_go_on
from runtime.wiring import utc_now
from store import withheld


@mail.command
def resume(mailbox: str, *, json: bool = False) -> int:
    """Let a mailbox whose automatic mail is paused answer again; running desks do so at once.

    A mailbox is paused where many answers in an hour go to addresses that had several already. What was held
    back meanwhile is not sent by itself: `despacho mail held` lists it. Where the loop goes on, it is paused
    again: block its sender first, in `[spam]` of desk.toml.

    Exit codes: 0 it answers, now or before, 2 no such mailbox.

    Examples: `despacho mail resume support@acme.example` · `despacho mail resume support@acme.example --json`

    Parameters
    ----------
    mailbox
        Its address, or an alias of it.
    json
        Print one document: mailbox, whether it was paused, and how many mails are held back.
    """
    with open_desk(settings()) as store:
        address = mailbox_named(policy_of(store), mailbox)
        with store.writing() as connection:
            was_paused = let_go_on(connection, address, utc_now())
            held = withheld.count(connection)
    if json:
        say_json({"mailbox": address, "was_paused": was_paused, "held": held})
    else:
        say(f"{address} {'answers again' if was_paused else 'is not paused'}.")
        if held:
            say(f"{counted(held, 'mail')} held back; `despacho mail held` lists what it is and what to do.")
    return OK
