"""Addresses as hostile mail writes them."""

from __future__ import annotations

import pytest

from ingest.mail import address


def found(field: str) -> list[tuple[str, str]]:
    """Names and addresses of a field."""
    return [(one.name, one.address) for one in address.parse(field.encode()).addresses]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Ana García <ANA@B.Example>", [("Ana García", "ana@b.example")]),
        (
            '"García, Ana" <ana@b.example>, <c@d.example>',
            [("García, Ana", "ana@b.example"), ("", "c@d.example")],
        ),
        ('"a\\"b" <a@b.example>', [('a"b', "a@b.example")]),
        ("a@b.example (Ana)", [("Ana", "a@b.example")]),
        ("Group: a@b.example, d@e.example;", [("", "a@b.example"), ("", "d@e.example")]),
        ("undisclosed-recipients:;", []),
        ("pete(his account)@silly.test", [("his account", "pete@silly.test")]),
        ("<@relay.example,@two.example:a@b.example>", [("", "a@b.example")]),
        ("josé@exämple.example", [("", "josé@exämple.example")]),
        ("=?utf-8?q?J=C3=B8rn?= =?utf-8?q?_Dahl?= <j@d.example>", [("Jørn Dahl", "j@d.example")]),
        ("Kari <kari@[192.0.2.1]>", [("Kari", "kari@[192.0.2.1]")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("<>", []),
        ("a", []),
        ("", []),
    ],
)
def test_addresses_are_read_as_mail_programs_read_them(field: str, expected: list[tuple[str, str]]) -> None:
    """Names, quotes, comments, groups and routes, each as RFC 5322 or practice has them."""
    assert found(field) == expected


@pytest.mark.parametrize(
    "field",
    [
        "admin@corp.example <evil@evil.example>",
        '"admin@corp.example" <evil@evil.example>',
        "=?utf-8?q?admin=40corp=2Eexample_=3Cadmin=40corp=2Eexample=3E?= <evil@evil.example>",
        "=?utf-8?q?admin=40corp=2Eexample=3E=2C_x?= <evil@evil.example>",
        "\u202eadmin@corp.example <evil@evil.example>",
        "(admin@corp.example) <evil@evil.example>",
    ],
)
def test_the_angle_address_wins_over_every_disguise(field: str) -> None:
    """Whatever stands in the name, the sender is who the brackets say (CVE-2023-27043)."""
    assert [one for _, one in found(field)] == ["evil@evil.example"]


@pytest.mark.parametrize(
    "field",
    [
        "alice@example.org)bob@example.org",
        "alice@example.org(bob@example.org",
        "alice@example.org<bob@example.org",
        "alice@example.org@bob@example.org",
        "a@b.example\x00@evil.example",
        "alice@example.org bob@example.org",
    ],
)
def test_what_can_be_read_two_ways_is_nobody(field: str) -> None:
    """An ambiguous field names no one, with a defect, so that no contact is matched by it."""
    parsed = address.parse(field.encode())
    assert parsed.addresses == []
    assert "an address that is none" in parsed.defects


def test_two_addresses_in_one_mailbox_are_flagged() -> None:
    """A second address beside the angle address is said to be there."""
    assert (
        "an address field that says two things"
        in address.parse(b"admin@corp.example <evil@evil.example>").defects
    )


def test_the_same_address_beside_itself_is_no_defect() -> None:
    """Programs that repeat the address as the name are not suspect, and the repetition is no name."""
    parsed = address.parse(b"Ana@B.example <ana@b.example>")
    assert (parsed.addresses[0].name, list(parsed.defects)) == ("", [])


def test_bidi_and_invisible_signs_leave_a_name() -> None:
    """A name cannot turn the line around it."""
    assert found("\u202eevil\u200b name <a@b.example>") == [("evil name", "a@b.example")]
