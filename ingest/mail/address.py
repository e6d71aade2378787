"""Addresses out of a header (RFC 5322 section 3.4), read tolerantly and in linear time.

The address in angle brackets wins over anything that looks like one beside it, for the text beside it is
the sender's free choice (CVE-2023-27043). Encoded words are decoded after the structure is known, so that
nothing in a name can become structure; and a charset label decodes names only, for with one of EBCDIC's a
sender could write an address that whoever does not know the label reads as another.
"""

from __future__ import annotations

import re
from typing import Final

import idna

from events import domains
from events.message import Address
from ingest.mail import charset, guard, header

_TOKEN = re.compile(r'[^"(),:;<>\\\[\]]++|.', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)
_ANGLE = re.compile(r"<([^<>]{0,2000})>")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_SCHEME = re.compile(r"^(?:@[^:]{0,500}:|mailto:)", re.IGNORECASE)
"""A route (RFC 5322 section 4.4), or what web pages put before an address."""
_SPEC = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,128}@(?:[^\s@<>()\[\],;:\\\"]{1,255}|\[[0-9A-Fa-f.:IPv]{3,60}\])"
)
_QUOTED_SPEC = re.compile(r'"([^"\\\s@<>,;]{1,64})"@([^\s@<>()\[\],;:\\"]{1,255})')
_LIKE_SPEC: Final = "@"


class Found:
    """What one field said: the addresses in order, and the defects met."""

    def __init__(self, body_charset: str) -> None:
        """Names are read by ``body_charset`` where they are not UTF-8."""
        self.body_charset = body_charset
        self.addresses: list[Address] = []
        self.defects: dict[str, None] = {}
        self._read_two_ways = False

    @property
    def ambiguous(self) -> bool:
        """Whether the field names several, or something in it can be read in two ways."""
        return self._read_two_ways or len(self.addresses) != 1

    def doubt(self, defect: str) -> None:
        """Keep a defect that leaves it open who is meant."""
        self._read_two_ways = True
        self.note(defect)

    def note(self, defect: str) -> None:
        """Keep a defect once."""
        self.defects[defect] = None


class _Mailbox:
    """One mailbox while it is being read: words before, the angle address, words after."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.quoted: list[str] = []
        self.comments: list[str] = []
        self.angles: list[str] = []

    @property
    def empty(self) -> bool:
        return not self.angles and not "".join(self.words).strip() and not self.quoted


def parse(raw: bytes, body_charset: str = "") -> Found:
    """All mailboxes of a field, groups opened, at most `guard.RECIPIENTS`. Never raises.

    The addresses are the same whatever ``body_charset`` says: only names are read by it.
    Some programs encode the address along with the name; it is read then, and doubted.
    """
    line = charset.kept_open(raw[: guard.HEADER_LENGTH])
    found = _mailboxes(line, body_charset)
    if not found.addresses and "=?" in line and "@" not in line:
        found = _mailboxes(header.words(line), body_charset)
        found.doubt("an address inside an encoded word")
    return found


def _mailboxes(line: str, body_charset: str) -> Found:
    found = Found(body_charset)
    mailbox = _Mailbox()
    at = 0
    open_forms = {'"', "(", "<"}
    while at < len(line) and len(found.addresses) < guard.RECIPIENTS:
        sign = line[at]
        if sign in open_forms:
            end = _enclosed(line, at, mailbox)
            if end < 0:
                found.note("an address field with an unclosed sign")
                mailbox.words.append(" " if sign == "<" else sign)
                if sign != "<":
                    # Never closed: from here on it is only a sign, which also keeps the reading linear.
                    open_forms.discard(sign)
            at = end if end >= 0 else at + 1
            continue
        token = _TOKEN.match(line, at)
        text = token.group() if token else sign
        at += len(text)
        if text in {",", ";"}:
            _finish(mailbox, found)
            mailbox = _Mailbox()
        elif text == ":" and not mailbox.angles:
            # What stood before was a group's name.
            mailbox = _Mailbox()
        else:
            mailbox.words.append(text)
    _finish(mailbox, found)
    return found


def _enclosed(line: str, at: int, mailbox: _Mailbox) -> int:
    """Take a quoted string, a comment or an angle address; the offset behind it, or -1 if it never closes."""
    if line[at] == "(":
        end = _comment_end(line, at)
        if end > 0:
            mailbox.comments.append(line[at + 1 : end - 1])
        return end
    pattern = _QUOTED if line[at] == '"' else _ANGLE
    found = pattern.match(line, at)
    if found is None:
        return -1
    if pattern is _ANGLE:
        mailbox.angles.append(found.group(1))
    elif line.startswith("@", found.end()):
        mailbox.words.append(found.group())
    else:
        text = re.sub(r"\\(.)", r"\1", found.group(1))
        mailbox.quoted.append(text)
        mailbox.words.append("\x1a")
    return found.end()


def _comment_end(line: str, at: int) -> int:
    """The offset behind a comment that may nest, or -1."""
    depth = 0
    for found in _PARENTHESIS.finditer(line, at):
        sign = found.group()
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return found.end()
    return -1


def _finish(mailbox: _Mailbox, found: Found) -> None:
    """Make an address of what was read, or note why it is none."""
    if mailbox.empty:
        return
    beside = "".join(mailbox.words)
    if mailbox.angles:
        spec = _spec(mailbox.angles[-1])
        bare = [part for part in re.split(r"\s+", beside) if _SPEC.fullmatch(part)]
        if len(mailbox.angles) > 1:
            found.doubt("an address field that says two things")
        elif bare and [part.lower() for part in bare] != [spec]:
            found.note("an address field that says two things")
    else:
        spec, beside = _bare(beside)
    if not spec:
        found.doubt("an address that is none")
        return
    if _is_mixed(spec):
        found.note("a domain of mixed scripts")
    name = _name(mailbox, beside, found.body_charset)
    found.addresses.append(Address(spec, "" if name.lower() == spec else name))


def _bare(beside: str) -> tuple[str, str]:
    """The address of a mailbox without angle brackets, only where the whole text is one, and no name."""
    text = beside.replace("\x1a", " ").strip()
    spec = _spec(text)
    if spec:
        return spec, "\x1a" * beside.count("\x1a")
    single = [part for part in re.split(r"\s+", text) if _SPEC.fullmatch(part)]
    if len(single) == 1 and text.count(_LIKE_SPEC) == 1:
        return _spec(single[0]), text.replace(single[0], " ")
    return "", ""


def _name(mailbox: _Mailbox, beside: str, body_charset: str) -> str:
    """The display name, decoded; a comment stands in where there is none (RFC 822's old way)."""
    pieces = iter(mailbox.quoted)
    text = re.sub("\x1a", lambda _: next(pieces, ""), beside)
    if not text.strip() and mailbox.comments:
        text = mailbox.comments[0]
    text = charset.settled(text, body_charset)
    if "=?" in text:
        text = header.words(text)
    return header.one_line(text)[:200].strip(" '\"<>")


def _spec(text: str) -> str:
    """The address in lower case, invisible signs out; empty where it is not exactly one address."""
    text = charset.settled(_COMMENT.sub("", text) if "(" in text else text)
    text = _SCHEME.sub("", header.one_line(text))
    quoted = _QUOTED_SPEC.fullmatch(text)
    if quoted:
        text = f"{quoted.group(1)}@{quoted.group(2)}"
    if not _SPEC.fullmatch(text):
        return ""
    local, _, domain = text.lower().rstrip(".").rpartition("@")
    if not domain:
        # Nothing but dots.
        return ""
    return f"{local}@{domain if domain.isascii() else _in_a_labels(domain)}"


def _in_a_labels(domain: str) -> str:
    """An international domain as it travels (RFC 5891), so that one domain has one form; else as it is."""
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return domain


def _is_mixed(spec: str) -> bool:
    """Whether a label of the domain is written in several scripts."""
    domain = spec.rpartition("@")[2]
    international = domains.ACE in domain or not domain.isascii()
    return international and any(domains.is_mixed(label) for label in domain.split("."))
