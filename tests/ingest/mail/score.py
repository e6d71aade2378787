"""Prints how true the reading of mail is, against a manifest of real messages with known answers.

    python tests/ingest/mail/score.py /path/to/manifest.jsonl [--misses FACT] [--by-source]

One line of the manifest is one message: ``id``, ``kind`` (``eml``, ``text``, ``html``), ``path`` beside the
manifest, and ``expect`` with the facts that are known. No test needs this file or the messages.
"""

from __future__ import annotations

import argparse
import collections
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from events.message import Kind, Message
from ingest.mail import Context, guard, html, newwords, quoting, read

CONTEXT = Context(
    channel="file",
    source_key="score",
    mailbox="support@desk.example",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
    raw_key="score",
    languages=("en", "es", "nb"),
)
REPORTS = {Kind.BOUNCE, Kind.DELAY}
SLOW = 1.0


class Score:
    """Counts of right and asked by kind of fact, and the misses."""

    def __init__(self) -> None:
        self.right: collections.Counter[str] = collections.Counter()
        self.asked: collections.Counter[str] = collections.Counter()
        self.misses: dict[str, list[str]] = collections.defaultdict(list)

    def ask(self, fact: str, *, right: bool, where: str) -> None:
        """Count one fact."""
        self.asked[fact] += 1
        self.right[fact] += right
        if not right:
            self.misses[fact].append(where)

    def lines(self, shown: str) -> list[str]:
        """The table, with the misses of the facts whose names begin so."""
        lines: list[str] = []
        for fact in sorted(self.asked):
            asked, right = self.asked[fact], self.right[fact]
            lines.append(f"{fact:32} {right:5}/{asked:<5} {100 * right / asked:6.1f}%\n")
            if shown and fact.startswith(shown):
                lines.extend(f"    {miss}\n" for miss in self.misses[fact])
        return lines


def folded(text: str) -> str:
    """The text with white space folded: how replies are compared."""
    return " ".join(text.split())


def ask_words(score: Score, expect: dict[str, Any], words: str, where: str, kind: str) -> None:
    """Compare new words with what the manifest knows about them."""
    if "reply" in expect:
        wanted, got = folded(expect["reply"]), folded(words)
        score.ask(
            f"{kind} reply exact",
            right=wanted == got,
            where=f"{where}\n   want {wanted[-160:]!r}\n   got  {got[-160:]!r}",
        )
        have = collections.Counter(got.split())
        lost = sum((collections.Counter(wanted.split()) - have).values())
        score.ask(f"{kind} reply keeps the words", right=lost <= 0.05 * len(wanted.split()), where=where)
    for piece in expect.get("reply_contains", ()):
        score.ask(f"{kind} reply contains", right=folded(piece) in folded(words), where=f"{where} {piece!r}")
    for piece in expect.get("reply_not_contains", ()):
        score.ask(
            f"{kind} reply leaks not", right=folded(piece) not in folded(words), where=f"{where} {piece!r}"
        )
    if "reply_html_nows" in expect:
        wanted = "".join(html.to_text(expect["reply_html_nows"], guard.Meter()).split())
        score.ask(
            f"{kind} reply exact",
            right=wanted == "".join(words.split()),
            where=f"{where} want {wanted!r} got {words!r}",
        )
    if "reply_match" in expect:
        right = matches(expect["reply_match"], words)
        score.ask(
            f"{kind} reply matches", right=right, where=f"{where} {expect['reply_match']!r} {words[-100:]!r}"
        )


def ask_message(score: Score, expect: dict[str, Any], message: Message, where: str) -> None:
    """Compare a message with what the manifest knows about it."""
    report = message.bounce
    names = [found.name for found in message.attachments]
    known: dict[str, Any] = {
        "subject": folded(message.subject),
        "from_addr": message.sender.address,
        "from_name": message.sender.name,
        "message_id": message.message_id.strip("<>"),
        "attachments": len(names),
        "attachment_names": sorted(names),
        "text_body": folded(message.text),
        "is_bounce": message.kind in REPORTS,
        "is_auto": message.kind is not Kind.HUMAN,
        "is_auto_reply": message.kind is Kind.AUTO_REPLY,
        "is_feedback": message.kind is Kind.ARF,
        "bounce_count": len(report.recipients) if report else 0,
        "bounce_recipients": sorted(report.recipients) if report else [],
        "is_temporary": bool(report) and not report.permanent if report else False,
    }
    for fact, got in known.items():
        if fact in expect:
            wanted = normal(expect[fact])
            score.ask(
                fact,
                right=wanted == normal(got),
                where=f"{where} {message.kind} {message.kind_because} want {wanted!r:.200} got {got!r:.200}",
            )
    statuses = [status for status in expect.get("bounce_status") or () if ".0.9" not in status]
    if statuses and message.kind in REPORTS:
        score.ask(
            "bounce_status",
            right=bool(report and report.status in statuses),
            where=f"{where} {statuses} {report and report.status}",
        )


def matches(pattern: str | list[str], words: str) -> bool:
    """Whether the pattern, or the pattern with flags, is found."""
    if isinstance(pattern, str):
        return re.search(pattern, words, re.DOTALL) is not None
    return all(re.search(one, words, re.DOTALL) is not None for one in pattern)


def normal(value: Any) -> Any:
    """Facts as they are compared: text folded and in lower case where an address, lists sorted."""
    if isinstance(value, str):
        return folded(value).strip("<>").lower()
    return sorted(str(item).lower() for item in value) if isinstance(value, list) else value


def main() -> None:
    """Read everything that the manifest names, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("manifest", type=Path)
    arguments.add_argument("--misses", default="")
    arguments.add_argument("--by-source", action="store_true", help="new words of each source by itself")
    chosen = arguments.parse_args()
    score = Score()
    slowest = 0.0
    for line in chosen.manifest.read_bytes().splitlines():
        entry = msgspec.json.decode(line)
        raw = (chosen.manifest.parent / entry["path"]).read_bytes()
        started = time.perf_counter()
        words = examine(score, entry, raw)
        slowest = max(slowest, time.perf_counter() - started)
        kind = f"{entry['source']:10} {entry['kind']}" if chosen.by_source else entry["kind"]
        ask_words(score, entry["expect"], words, entry["id"], kind)
    sys.stdout.write("".join(score.lines(chosen.misses)) + f"slowest message {slowest * 1000:.0f} ms\n")


def examine(score: Score, entry: dict[str, Any], raw: bytes) -> str:
    """Read one message by its kind; the new words of it."""
    if entry["kind"] == "eml":
        message = read(raw, CONTEXT)
        score.ask(
            "read",
            right=not any(defect.startswith("unreadable") for defect in message.defects),
            where=entry["id"],
        )
        score.ask(
            "not guarded",
            right=not any(defect.startswith("guard") for defect in message.defects),
            where=f"{entry['id']} {message.defects}",
        )
        ask_message(score, entry["expect"], message, entry["id"])
        return message.new_words
    text = raw.decode("utf-8", "replace")
    return newwords.of_html(text).text if entry["kind"] == "html" else quoting.new_words(text).text


if __name__ == "__main__":
    main()
