"""Desks that are wrong, and every mistake that must be told about each, with its place."""

from __future__ import annotations

import pytest

from config.loader import examine_files

NAME = 'name = "Acme"\n'
BOX = '[[mailbox]]\naddress = "support@acme.example"\n'
ANA = '[[agent]]\nid = "ana"\nname = "Ana"\naddress = "ana@acme.example"\n'

BROKEN: dict[str, tuple[str, list[tuple[int, int, str]]]] = {
    "no name": (BOX, [(1, 0, "name is missing")]),
    "empty name": (f'name = " "\n{BOX}', [(1, 8, "name is empty")]),
    "name of two lines": (f'name = "A\\nB"\n{BOX}', [(1, 8, "control characters")]),
    "a long name": (
        f'name = "{"a" * 201}"\n{BOX}',
        [(1, 8, "name is 201 characters long; expected at most 200")],
    ),
    "an agent without an address": (
        f'{NAME}{BOX}[[agent]]\nid = "a"\nname = "A"\n',
        [(4, 3, "address is missing")],
    ),
    "misspelt name": (f'nmae = "Acme"\n{BOX}', [(1, 1, "unknown key 'nmae'; expected one of name, ")]),
    "name is a number": (f"name = 3\n{BOX}", [(1, 8, "name is the number 3; expected a text in quotes")]),
    "no address": (NAME, [(1, 0, "the desk has no address; expected at least one [[mailbox]]")]),
    "plural": (
        f'{NAME}[[mailboxes]]\naddress = "support@acme.example"\n',
        [(2, 3, "unknown key 'mailboxes'")],
    ),
    "single brackets": (
        f'{NAME}[mailbox]\naddress = "support@acme.example"\n',
        [(2, 2, "mailbox is a table; expected a list of tables, each begun by [[mailbox]]")],
    ),
    "language without words": (
        f'{NAME}languages = ["en", "fr"]\n{BOX}',
        [(2, 20, "unsupported language 'fr'; expected one of en, es, nb; another language needs a folder")],
    ),
    "the other name of Norwegian": (
        f'{NAME}languages = ["no"]\n{BOX}',
        [(2, 14, "unsupported language 'no'; expected one of en, es, nb")],
    ),
    "language twice": (f'{NAME}languages = ["en", "en"]\n{BOX}', [(2, 20, "'en' is named twice")]),
    "no language": (f"{NAME}languages = []\n{BOX}", [(2, 13, "languages is empty")]),
    "languages is a text": (
        f'{NAME}languages = "en"\n{BOX}',
        [(2, 13, "languages is the text 'en'; expected a list of texts")],
    ),
    "language is a number": (
        f'{NAME}languages = ["en", 3]\n{BOX}',
        [(2, 20, "an element of languages is the number 3; expected a text in quotes")],
    ),
    "bad address": (
        f'{NAME}[[mailbox]]\naddress = "support at acme"\n',
        [(3, 11, "'support at acme' is no mail address")],
    ),
    "address with a tag": (
        f'{NAME}[[mailbox]]\naddress = "support+x@acme.example"\n',
        [(3, 11, "'support+x@acme.example' holds a +")],
    ),
    "unknown group": (
        f'{NAME}{BOX}group = "bill"\n[[group]]\nname = "billing"\n',
        [(4, 9, "unknown group 'bill'; expected one of billing. Did you mean 'billing'?")],
    ),
    "no group at all": (
        f'{NAME}{BOX}group = "bill"\n',
        [(4, 9, "unknown group 'bill'; expected one of (none)")],
    ),
    "mailbox twice": (
        f"{NAME}{BOX}{BOX}",
        [(5, 11, "'support@acme.example' is a mailbox already, in line 3")],
    ),
    "alias of another": (
        f'{NAME}{BOX}aliases = ["HELP@acme.example"]\n[[mailbox]]\naddress = "help@acme.example"\n',
        [(6, 11, "'help@acme.example' is a mailbox already, in line 4")],
    ),
    "bad alias before a double one": (
        f'{NAME}{BOX}aliases = ["x", "Support@acme.example"]\n',
        [
            (4, 12, "'x' is no mail address"),
            (4, 17, "'support@acme.example' is a mailbox already, in line 3"),
        ],
    ),
    "agent without id": (
        f'{NAME}{BOX}[[agent]]\nname = "Ana"\naddress = "ana@acme.example"\n',
        [(4, 3, "id is missing")],
    ),
    "id with a capital": (
        f'{NAME}{BOX}[[agent]]\nid = "Ana"\nname = "Ana"\naddress = "ana@acme.example"\n',
        [(5, 6, "'Ana' cannot be an agent's id")],
    ),
    "id too long": (
        f'{NAME}{BOX}[[agent]]\nid = "{"a" * 33}"\nname = "Ana"\naddress = "ana@acme.example"\n',
        [(5, 6, "cannot be an agent's id")],
    ),
    "id twice": (
        f'{NAME}{BOX}{ANA}[[agent]]\nid = "ana"\nname = "Ana B"\naddress = "b@acme.example"\n',
        [(9, 6, "agent 'ana' is there already, in line 5")],
    ),
    "agents with one address": (
        f'{NAME}{BOX}{ANA}[[agent]]\nid = "b"\nname = "B"\naddress = "ANA@acme.example"\n',
        [(11, 11, "'ana@acme.example' is an agent already, in line 7")],
    ),
    "agent at the desk's address": (
        f'{NAME}{BOX}[[agent]]\nid = "a"\nname = "A"\naddress = "support+a@acme.example"\n',
        [
            (
                7,
                11,
                "'support+a@acme.example' is a mailbox of the desk, in line 3: its mail would go in a circle",
            )
        ],
    ),
    "agent's language": (
        f'{NAME}languages = ["en"]\n{BOX}{ANA}languages = ["es"]\n',
        [(9, 14, "unsupported language 'es'; expected one of en")],
    ),
    "capacity": (
        f'{NAME}{BOX}{ANA}capacity = "3"\n',
        [(8, 12, "capacity is the text '3'; expected a whole number from 0 to 10000")],
    ),
    "negative capacity": (f"{NAME}{BOX}{ANA}capacity = -1\n", [(8, 12, "capacity is -1")]),
    "unknown agent": (
        f'{NAME}{BOX}{ANA}[[group]]\nname = "g"\nagents = ["anna"]\n',
        [(10, 11, "unknown agent 'anna'; expected one of ana. Did you mean 'ana'?")],
    ),
    "agent twice in a group": (
        f'{NAME}{BOX}{ANA}[[group]]\nname = "g"\nagents = ["ana", "ana"]\n',
        [(10, 18, "agent 'ana' is in this group already")],
    ),
    "group twice": (
        f'{NAME}{BOX}[[group]]\nname = "g"\n[[group]]\nname = "G"\n',
        [(7, 8, "group 'g' is there already, in line 5")],
    ),
    "bad zone": (
        f'{NAME}{BOX}[hours]\nzone = "europe/madrid"\nmon = "09:00-17:00"\n',
        [
            (
                5,
                8,
                "unknown time zone 'europe/madrid'; expected a zone like \"Europe/Madrid\". Did you mean",
            )
        ],
    ),
    "zone out of its folder": (
        f'{NAME}{BOX}[hours]\nzone = "../../etc/passwd"\nmon = "09:00-17:00"\n',
        [(5, 8, "unknown time zone")],
    ),
    "no days": (f'{NAME}{BOX}[hours]\nzone = "UTC"\n', [(4, 2, "no day has hours")]),
    "unknown day": (f'{NAME}{BOX}[hours]\nmonday = "09:00-17:00"\n', [(5, 1, "unknown key 'monday'")]),
    "a day twice": (
        f'{NAME}{BOX}[hours]\nmon-fri = "09:00-17:00"\nfri = "09:00-12:00"\n',
        [(6, 7, "fri has hours already")],
    ),
    "hours that end before they begin": (
        f'{NAME}{BOX}[hours]\nmon = "17:00-09:00"\ntue = ["9-17", "25:00-26:00"]\n',
        [
            (5, 7, "'17:00-09:00' are no opening hours"),
            (6, 8, "'9-17' are no opening hours"),
            (6, 16, "'25:00-26:00' are no opening hours"),
        ],
    ),
    "hours that overlap": (
        f'{NAME}{BOX}[hours]\nmon = ["09:00-13:00", "12:59-15:00"]\n',
        [(5, 23, "'12:59-15:00' overlaps the hours before it")],
    ),
    "limits": (
        f"{NAME}{BOX}[limits]\nsender_per_hour = true\nsender_per_week = 1\ndesk_per_hour = 1.5\n",
        [
            (5, 19, "sender_per_hour is true; expected a whole number"),
            (6, 1, "unknown key 'sender_per_week'"),
            (7, 17, "desk_per_hour is the number 1.5"),
        ],
    ),
    "deadline": (
        f'{NAME}{BOX}[deadlines]\nfirst_response = "8 hours"\n',
        [(5, 18, "first_response is '8 hours'; expected a duration like")],
    ),
    "loops": (
        f"{NAME}loops_after_received = 1\n{BOX}",
        [(2, 24, "loops_after_received is 1; expected a whole")],
    ),
    "a date for a name": (f"name = 2026-11-21\n{BOX}", [(1, 8, "name is a date or a time")]),
    "four mistakes in four places": (
        'nam = "Acme"\nlanguages = ["en", "xx"]\n[[mailbox]]\naddress = "a"\ngrup = "x"\n',
        [
            (1, 1, "unknown key 'nam'"),
            (2, 20, "unsupported language 'xx'"),
            (4, 11, "'a' is no mail address"),
            (
                5,
                1,
                "unknown key 'grup'; expected one of address, group, language, aliases, name, check, ",
            ),
        ],
    ),
    "a quote that is not closed": (f'name = "Acme\n{BOX}', [(1, 13, "this is not TOML: illegal character")]),
    "a list that is not closed": (
        f'{NAME}languages = ["en"\n',
        [(2, 18, "this is not TOML: unclosed array; expected a ] that closes the list")],
    ),
    "a key twice": (
        f'{NAME}name = "B"\n{BOX}',
        [(2, 11, "this is not TOML: cannot overwrite a value; expected each key once")],
    ),
    "no quotes": ("name = Acme\n", [(1, 8, "this is not TOML: invalid value; expected a value")]),
    "nested without end": (f"name = {'[' * 2000}", [(0, 0, "this is nested too deeply")]),
    "nested deeply": (
        f"{'.'.join('a' * 40)} = 1",
        [(1, 49, "this is nested too deeply; expected at most 24 levels")],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_every_mistake_of_a_desk_is_told_with_its_place(case: str) -> None:
    """Each broken desk yields exactly its mistakes, in order, with line, column and words."""
    text, expected = BROKEN[case]
    mistakes = examine_files({"desk.toml": text}).mistakes
    told = [(one.place.file, one.place.line, one.place.column) for one in mistakes]
    assert told == [("desk.toml", line, column) for line, column, _ in expected], list(map(str, mistakes))
    for mistake, (_, _, words) in zip(mistakes, expected, strict=True):
        assert words in str(mistake)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f'nmae = "Acme"\n{BOX}', "name"),
        (f'{NAME}languages = ["no"]\n{BOX}', "nb"),
        (f'{NAME}languages = ["ES"]\n{BOX}', "es"),
        (f'{NAME}[[mailboxes]]\naddress = "support@acme.example"\n', "mailbox"),
        (f'{NAME}{BOX}[hours]\nmonday = "09:00-17:00"\n', "mon"),
        (f"{NAME}{BOX}[limit]\n", "limits"),
        (f"{NAME}{BOX}[limits]\nsender_per_ours = 1\n", "sender_per_hour"),
    ],
)
def test_a_slip_is_told_what_was_meant(text: str, meant: str) -> None:
    """A word that is almost a known one comes with that one as a suggestion."""
    assert [one.did_you_mean for one in examine_files({"desk.toml": text}).mistakes] == [meant]
