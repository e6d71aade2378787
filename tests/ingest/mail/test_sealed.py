"""Encrypted and signed mail says what it is, and is kept as it came."""

from __future__ import annotations

import pytest

from tests.ingest.mail.letters import message, multipart

ENCRYPTED = "application/pkcs7-mime; name=smime.p7m"
PGP = multipart(
    "encrypted",
    "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
    "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----",
)


@pytest.mark.parametrize(
    ("field", "language", "line"),
    [
        (f"{ENCRYPTED}; smime-type=enveloped-data", "en", "[This message is encrypted (S/MIME)"),
        (ENCRYPTED, "es", "[Este mensaje está cifrado (S/MIME)"),
        (
            f"{ENCRYPTED}; smime-type=signed-data",
            "nb",
            "[Denne meldingen ligger inne i",
        ),
    ],
)
def test_smime_is_said_and_kept(field: str, language: str, line: str) -> None:
    """The words say that there are none to read, in the desk's language; the file is kept."""
    got = message(b"0\x80\x06", f"Content-Type: {field}", languages=(language, "en"))
    assert got.text.startswith(line)
    assert got.new_words == got.text
    assert [one.name for one in got.attachments] == ["smime.p7m"]
    assert got.defects[0].startswith("sealed: ")


def test_pgp_is_said_and_kept() -> None:
    """PGP/MIME keeps its ciphertext as a file, without the part that only tells the version."""
    got = message(*PGP)
    assert got.text.startswith("[This message is encrypted (PGP)")
    assert [one.name for one in got.attachments] == ["encrypted.asc"]


def test_an_encrypted_text_keeps_its_armour() -> None:
    """What an agent must decrypt is below the line that says so."""
    armour = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"
    got = message(armour)
    assert got.text.startswith("[This message is encrypted (PGP)")
    assert got.text.endswith(armour)


def test_an_encrypted_file_beside_a_letter_hides_nothing() -> None:
    """Who writes plain words and encloses a sealed file is read as anybody."""
    body, field = multipart(
        "mixed",
        "Content-Type: text/plain\r\n\r\nHello, see the file.",
        f"Content-Type: {ENCRYPTED}\r\nContent-Disposition: attachment\r\n\r\nx",
    )
    assert message(body, field).text == "Hello, see the file."
