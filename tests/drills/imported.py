"""``python -m tests.drills.imported``: kill an import again and again, and count what it took.

An mbox is written, `despacho import` is started on it, killed at random, and started again, until one run
ends by itself. There must be one contact for each mail, and none twice.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from sqlalchemy import func, select

from config.loader import load
from runtime.wiring import utc_now
from store import keys, policies, tables
from store.engine import Store
from store.schema import migrate

EXAMPLE = Path(__file__).parents[2] / "config" / "example"
COMMAND = "from runtime.cli import main; main()"
LOOK_SECONDS = 0.02


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    mails: int
    kills: int
    killed_at: list[int]
    contacts: int
    duplicates: int
    outgoing: int
    seconds: float
    last: str

    @property
    def good(self) -> bool:
        """One contact a mail, none twice, and nothing to anybody."""
        return (self.contacts, self.duplicates, self.outgoing) == (self.mails, 0, 0)


def write_mbox(path: Path, mails: int) -> None:
    """So many different mails; every fifth answers the one before it."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(mails):
            to = f"In-Reply-To: <m{number - 1}@customer.example>\n" if number % 5 == 4 else ""
            file.write(
                f"From k{number}@customer.example Fri May 31 14:30:00 2024\n"
                f"From: Kari <k{number - bool(to)}@customer.example>\nTo: support@acme.example\n"
                f"Subject: Help {number}\nMessage-ID: <m{number}@customer.example>\n{to}"
                f"Date: Fri, 31 May 2024 14:30:{number % 60:02} +0200\n\nHello, this is number {number}.\n\n"
            )


def carry_out(url: str, folder: Path, *, mails: int, kills: int, rate: int, seed: int = 1) -> Result:
    """Import ``mails`` under ``kills`` SIGKILLs, each at a random place."""
    store = Store(url)
    migrate(store)
    with store.writing() as connection:
        keys.ensure(connection, utc_now())
        policies.apply(connection, load(EXAMPLE).files, author="drill", now=utc_now())
    archive = folder / "old.mbox"
    write_mbox(archive, mails)
    chance = random.Random(seed)
    marks = sorted(chance.sample(range(mails // 20, mails - mails // 20), kills))
    begun, killed_at = time.monotonic(), []
    for mark in marks:
        # What it would have said is closed with it.
        with _start(url, folder, archive, rate) as process:
            while _contacts(store) < mark and process.poll() is None:
                time.sleep(LOOK_SECONDS)
            process.send_signal(signal.SIGKILL)
        killed_at.append(_contacts(store))
    said = _start(url, folder, archive, rate).communicate()[0]
    result = Result(
        mails=mails,
        kills=sum(at < mails for at in killed_at),
        killed_at=killed_at,
        contacts=_contacts(store),
        duplicates=_duplicates(store),
        outgoing=_count(store, tables.outgoing),
        seconds=time.monotonic() - begun,
        last=said.decode(),
    )
    store.close()
    return result


def _start(url: str, folder: Path, archive: Path, rate: int) -> subprocess.Popen[bytes]:
    words = ["import", "mbox", str(archive), "--solved", "--rate", str(rate), "--json"]
    environment = {**os.environ, "DESPACHO_DATABASE_URL": url, "DESPACHO_DATA": str(folder / "var")}
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words],
        env={**environment, "DESPACHO_SETTINGS": "", "PYTHONPATH": str(EXAMPLE.parents[1])},
        cwd=folder,
        stdout=subprocess.PIPE,
    )


def _contacts(store: Store) -> int:
    return _count(store, tables.contacts)


def _count(store: Store, table: object) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def _duplicates(store: Store) -> int:
    """Contacts beyond the first of each raw message."""
    raw = tables.contacts.c.raw
    with store.reading() as connection:
        distinct = connection.execute(select(func.count(raw.distinct()))).scalar_one()
    return _contacts(store) - int(distinct)


def main() -> int:
    """The full drill: 10,000 mails, five kills."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        url = given.database or f"sqlite:///{name}/desk.db"
        result = carry_out(
            url, Path(name), mails=given.mails, kills=given.kills, rate=given.rate, seed=given.seed
        )
    print(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())  # noqa: T201 - its result
    print("good" if result.good else "NOT GOOD")  # noqa: T201 - its result
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
