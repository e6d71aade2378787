"""Addresses as hostile mail writes them."""

from __future__ import annotations

import pytest

from ingest.mail import address


def parse(field: str) -> address.Found:
    """A field as the wire has it."""
    return address.parse(field.encode())


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
        ('"García, Ana" ana@b.example', [("García, Ana", "ana@b.example")]),
        ("Ana <ana@b.example>>", [("Ana", "ana@b.example")]),
        ("<mailto:ana@b.example>", [("", "ana@b.example")]),
        ("undisclosed-recipients:;", []),
        ("pete(his account)@silly.test", [("his account", "pete@silly.test")]),
        ("<@relay.example,@two.example:a@b.example>", [("", "a@b.example")]),
        ("josé@exämple.example", [("", "josé@xn--exmple-cua.example")]),
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


@pytest.mark.parametrize(
    ("field", "address", "shown"),
    [
        ("a@Blåbær.example", "a@xn--blbr-roah.example", "a@blåbær.example"),
        ("a@xn--blbr-roah.example", "a@xn--blbr-roah.example", "a@blåbær.example"),
        ("a@straße.example", "a@xn--strae-oqa.example", "a@straße.example"),
        ("a@例え.example", "a@xn--r8jz45g.example", "a@例え.example"),
        ("a@xn--å.example", "a@xn--å.example", "a@xn--å.example"),
        ("a@xn--zz--.example", "a@xn--zz--.example", "a@xn--zz--.example"),
    ],
)
def test_an_international_domain_has_one_form(field: str, address: str, shown: str) -> None:
    """However it is written it is compared in A-labels (RFC 5891), and people read its own letters."""
    (one,) = parse(field).addresses
    assert (one.address, one.shown) == (address, shown)


def test_a_domain_of_mixed_scripts_is_flagged_and_shown_as_it_travels() -> None:
    """A Cyrillic letter among Latin ones imitates another domain."""
    found = parse("a@p\u0430ypal.example")
    assert "a domain of mixed scripts" in found.defects
    assert found.addresses[0].shown == found.addresses[0].address == "a@xn--pypal-4ve.example"
    assert not parse("a@blåbær.example").defects


@pytest.mark.parametrize(
    ("field", "ambiguous"),
    [
        ("Ana <a@b.example>", False),
        ("ana@old.example <a@b.example>", False),
        ("a@b.example, c@d.example", True),
        ("<a@b.example> <c@d.example>", True),
        ("a@b.example, nonsense@", True),
        ("", True),
    ],
)
def test_a_field_that_names_one_person_is_told_from_others(field: str, *, ambiguous: bool) -> None:
    """Several addresses, none, and two ways to read one are ambiguous; a name that looks like one is not."""
    assert parse(field).ambiguous is ambiguous


def test_an_address_inside_an_encoded_word_is_read_and_doubted() -> None:
    """Broken programs encode the whole mailbox: it is shown, and nobody is taken for it."""
    got = parse("=?utf-8?B?QW5hIDxhbmFAYi5leGFtcGxlPg==?=")
    assert [(one.name, one.address) for one in got.addresses] == [("Ana", "ana@b.example")]
    assert got.ambiguous


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


HIDDEN = "kari@customer.example".encode("cp037")
"""An address of EBCDIC's, which is no ASCII."""


@pytest.mark.parametrize("label", ["", "cp037", "cp500", "utf-16", "iso-8859-1", "shift_jis"])
@pytest.mark.parametrize(
    "field",
    [
        HIDDEN + b" <mallory@evil.example>",
        b"<" + HIDDEN + b">, mallory@evil.example",
        HIDDEN,
        b'"B\xf8rge" <b\xf8rge@b\xe5ll.example>',
    ],
)
def test_no_label_decides_an_address(field: bytes, label: str) -> None:
    """Who is meant is the same whatever charset the mail names: its sender is checked without it."""
    found, plain = address.parse(field, label), address.parse(field)
    assert [one.address for one in found.addresses] == [one.address for one in plain.addresses]
    assert (found.ambiguous, found.defects) == (plain.ambiguous, plain.defects)
    assert "kari@customer.example" not in {one.address for one in found.addresses}


def test_a_label_reads_a_name() -> None:
    """What people read of a sender is in the letters of the mail's own charset, quoted or not."""
    for name in ("Ганна", '"Ганна"'):
        [one] = address.parse(f"{name} <hanna@customer.example>".encode("koi8-u"), "koi8-u").addresses
        assert (one.address, one.name) == ("hanna@customer.example", "Ганна")


def test_a_domain_of_dots_is_none() -> None:
    """Without its dots nothing is left of such a domain, and an address without one is none."""
    assert address.parse(b"a@.").addresses == []
    assert [one.address for one in address.parse(b"a@b.example.").addresses] == ["a@b.example"]
