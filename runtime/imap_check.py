"""Signing in to an account by hand: what its server says, and what the desk would do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.imap import Then
from ingest.imap.account import NoCredentialsError
from ingest.imap.session import Selected, Session
from ingest.imap.speech import AnsweredNoError, GarbledError, LostError, RefusedError
from runtime.accounts import account_of
from runtime.rulebooks import Rulebooks
from store import imap as rows

if TYPE_CHECKING:
    from config.imap import ImapText
    from runtime.settings import Settings
    from store.engine import Store

_TOLD = ("IDLE", "MOVE", "UIDPLUS", "CONDSTORE", "AUTH=XOAUTH2")


def look(text: ImapText, settings: Settings, store: Store) -> dict[str, Any]:
    """Connect, sign in and open the folder by EXAMINE; ``says`` is what a person wants to know."""
    account = account_of(text, settings, Rulebooks(store))
    found: dict[str, Any] = {
        "name": text.name,
        "host": f"{text.host}:{text.port}",
        "folder": text.folder,
        "good": False,
    }
    try:
        with Session(account, account.sign_in()) as session:
            selected = session.select(writable=False)
            capabilities = [one for one in _TOLD if session.can(one)]
    except RefusedError as error:
        return found | {"says": f"the server refuses to let us in{_code(error)}: look at user and password"}
    except AnsweredNoError as error:
        return found | {"says": f"the folder cannot be opened{_code(error)}"}
    except (LostError, GarbledError, NoCredentialsError) as error:
        return found | {"says": str(error)}
    return found | {
        "good": True,
        "idle": "IDLE" in capabilities,
        "capabilities": capabilities,
        "validity": selected.validity,
        "next_uid": selected.next_uid,
        "count": selected.count,
        "says": _would(text, store, selected, movable="MOVE" in capabilities),
    }


def _would(text: ImapText, store: Store, selected: Selected, *, movable: bool) -> str:
    """What the next session of the desk would do."""
    with store.reading() as connection:
        folder = rows.current(connection, text.place_name)
    then = {
        Then.LEAVE: "are left as they are",
        Then.SEEN: "are marked as seen",
        Then.MOVE: f"are {'moved' if movable else 'copied, and deleted,'} to {text.to}",
    }[text.then]
    if folder is None:
        return (
            f"would begin with the next mail; the {selected.count} that are there stay as they are and become"
            f" no tickets. Mails that are taken {then}, once the folder has proved itself."
        )
    if folder.validity != selected.validity:
        return "the server numbers its mails anew; only what arrived since the last look would be taken"
    waiting = max(0, selected.next_uid - 1 - folder.uid)
    return f"up to {waiting} new mails would be taken. Mails that are taken {then}."


def _code(error: Exception) -> str:
    return f" ({error})" if str(error) else ""
