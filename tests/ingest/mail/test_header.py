"""Header values as real mails have them."""

from __future__ import annotations

import pytest

from ingest.mail import header, params


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?J=C3?= =?utf-8?q?=B8rn?=", "Jørn"),
        (b"=?utf-8?B?SsO4?=\r\n =?utf-8?Q?rn?=", "Jørn"),
        (b"=?iso-8859-1?Q?Sm=F8r?=\t=?utf-8?Q?br=C3=B8d?=", "Smørbrød"),
        (b"=?iso-8859-1*en?q?f=F8r?=", "før"),
        (b"=?utf-8?q?a b?= c", "a b c"),
        (b"=?utf-8?Q?why?_because?=", "why? because"),
        (b"=?utf-8?Q?open =?utf-8?Q?closed?=", "=?utf-8?Q?open closed"),
        (b"=?utf-8?B?4pyTIFF1b3RlZA==?=, rest", "✓ Quoted, rest"),
        (b"=?us-ascii?Q?f=F8r?=", "før"),
        (b"=?x-unknown?q?=C3=B8?=", "ø"),
        (b"=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        (b"a=?utf-8?q?b?=c", "abc"),
        ("blåbær".encode("latin-1"), "blåbær"),
        ("blåbær 😀".encode(), "blåbær 😀"),
    ],
)
def test_encoded_words_are_decoded_as_programs_write_them(raw: bytes, text: str) -> None:
    """Split letters, spaces, question marks, wrong labels, raw letters (RFC 2047 and beyond)."""
    assert header.text(raw) == text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"attachment; filename*=UTF-8''f%C3%B8r.pdf", "før.pdf"),
        (b"attachment; filename*=iso-8859-1'en'f%F8r.pdf", "før.pdf"),
        (b"attachment; filename*0*=utf-8''%E2%82; filename*1*=%AC; filename*2=\".pdf\"", "€.pdf"),
        (b"attachment; filename==?utf-8?q?f=C3=B8r=2Epdf?=", "før.pdf"),
        (b'attachment; filename="=?utf-8?q?f=C3=B8r?= =?utf-8?q?.pdf?="', "før.pdf"),
        (b'attachment; filename*0="=?utf-8?B?SsO4"; filename*1="cm4=?="', "Jørn"),
        (b"attachment; filename=my file.pdf", "my file.pdf"),
        (b'attachment; filename="a;b.pdf"; size=3', "a;b.pdf"),
        (b'attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
        (b'attachment; filename="C:\\dir\\x.pdf"', "C:\\dir\\x.pdf"),
        (b'attachment; filename="f\xf8r.pdf"', "før.pdf"),
        (b'attachment; filename="a.pdf', "a.pdf"),
    ],
)
def test_names_of_files_are_read_as_programs_write_them(raw: bytes, name: str) -> None:
    """Continued, labelled, encoded as words, unquoted and unclosed (RFC 2231, and what is not in it)."""
    assert params.parse(raw)[1]["filename"] == name
