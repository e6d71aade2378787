"""Tables of old tickets: each row alone, with its line where something is wrong."""

from __future__ import annotations

import io

import pytest

from ingest.archive.rows import TableError, read_rows
from ingest.mail import Context, read

HEAD = "id;Date;Email;name;phone;subject;body;status\n"


def _rows(text: str) -> list[tuple[str, str]]:
    found = read_rows(io.StringIO(text), "t.csv", mailbox="support@acme.example", most=10_000)
    return [(one.place, one.refused) for one in found]


def test_wrong_rows_name_their_line_and_all_that_is_wrong() -> None:
    """Rows before and behind are read; a text over several lines counts its lines."""
    text = (
        HEAD
        + '1;2024-05-31;kari@customer.example;Kari;;Bremser;"Hei\nhei";solved\n'
        + "2;yesterday;nobody;;;;;gone\n"
        + ";;;Ola Dahl;+47 12;Klage;;\n"
        + ";;;;;Klage;;\n"
    )
    rows = _rows(text)
    assert [place for place, _ in rows] == ["t.csv:3", "t.csv:4", "t.csv:5", "t.csv:6"]
    assert [bool(refused) for _, refused in rows] == [False, True, False, True]
    for word in ("neither a subject nor a text", "'yesterday'", "'nobody'", "'gone'"):
        assert word in rows[1][1]
    assert "nobody is named" in rows[3][1]


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "subject;subject\n1;2\n", 'subject\n"no end'])
def test_a_table_that_cannot_be_read_says_why(text: str) -> None:
    """Without known columns there is nothing to go by."""
    if text.endswith("end"):
        assert len(_rows(text)) == 1
        return
    with pytest.raises(TableError):
        _rows(text)


def test_a_row_becomes_the_mail_that_it_might_have_been() -> None:
    """The same row is the same bytes; another word is another contact."""
    text = (
        "date,from,name,subject,text\n2024-05-31T14:30:00+02:00,Kari@Customer.example,Kåri,Bremser,Hei æøå\n"
    )

    def found(of: str) -> tuple[str, bytes]:
        [one] = read_rows(io.StringIO(of), "t.csv", mailbox="support@acme.example", most=10_000)
        return one.key, one.raw

    key, raw = found(text)
    assert found(text) == (key, raw)
    assert found(text.replace("æøå", "oh"))[0] != key
    [one] = read_rows(io.StringIO(text), "t.csv", mailbox="support@acme.example", most=10_000)
    assert one.at is not None
    context = Context(
        channel="import",
        source_key=key,
        mailbox="support@acme.example",
        received_at=one.at,
        raw_key="",
        languages=("nb",),
    )
    message = read(raw, context)
    assert (message.sender.address, message.sender.name) == ("kari@customer.example", "Kåri")
    assert (message.subject, message.text.strip()) == ("Bremser", "Hei æøå")
    assert message.sent_at is not None
    assert message.sent_at.isoformat() == "2024-05-31T12:30:00+00:00"
