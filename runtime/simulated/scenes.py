"""What a desk must outlast without silencing anybody: loops, floods, and people who write much."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from config.sample import Answers, sample_files
from runtime.render import Renderer
from runtime.simulated.mails import Posted, delivery_report, mail, other_words
from runtime.simulated.play import Play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from runtime.simulated.play import Written

FORGED, BOUNCES, PROVED, REQUESTS = 10_000, 1_000, 2_000, 5
HALF_HOURS = 48
CHUNK = 250
"""Mails of a flood that come in at the same second."""
HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_REST = timedelta(days=3)
"""Between two scenes; no count of automatic mail is kept for longer."""
OTHER = "help@other-desk.example"
_EAGER = """
[[rule]]
name = "Answers each answer: only in the simulation"
on = ["reply"]
then.reply = "We have your answer."
"""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one scene came to: mails in, answers out, and between which numbers those had to be.

    ``unit`` says what the answers were counted by.
    """

    scene: str
    came: int
    answers: int
    least: int
    most: int
    unit: str = "in all"

    @property
    def good(self) -> bool:
        """Whether the answers are as many as they have to be."""
        return self.least <= self.answers <= self.most


def scenes(play: Play, folder: Path, percent: int, tell: Callable[[], object]) -> Iterator[Seen]:
    """Every scene in turn, the floods at so many percent; ``tell`` is called as mails are done."""
    for scene in (_two_desks, _alike, _varied, _person):
        yield scene(play, folder)
        tell()
        play.desk.wait(_REST)
    yield _bounces(play, _share(BOUNCES, percent), tell)
    play.desk.wait(_REST)
    yield _provider(play, _share(PROVED, percent), tell)
    yield from _forged(play, _share(FORGED, percent), tell)


def steps(percent: int) -> int:
    """How often `scenes` calls ``tell``."""
    return 4 + sum(-(-_share(number, percent) // CHUNK) for number in (BOUNCES, PROVED, FORGED))


def _share(number: int, percent: int) -> int:
    return max(1, number * percent // 100)


def _two_desks(play: Play, folder: Path) -> Seen:
    """Another desk, whose only agent is this mailbox, writes to it; each gets what the other one writes."""
    answers = Answers(address=OTHER, agents=(f"Them <{play.mailbox}>",))
    files = sample_files(answers)
    other = Play(folder, "other", files | {"rules.toml": files["rules.toml"] + _EAGER}, OTHER)
    renderer = Renderer()
    carried = 0
    try:
        seen = {id(one): one.last_number() for one in (play, other)}
        play.take(mail(OTHER, play.mailbox, "Good morning", "We would like to order brakes."))
        for _ in range(60):
            for writer, reader in ((play, other), (other, play)):
                fresh = writer.written(seen[id(writer)])
                seen[id(writer)] = max((one.number for one in fresh), default=seen[id(writer)])
                mine = [one for one in fresh if reader.desk.is_ours(one.recipient)]
                carried += len(mine)
                reader.take(
                    *(Posted(renderer.render(one.row), one.row.mail_from, one.recipient) for one in mine)
                )
            for one in (play, other):
                one.desk.wait(timedelta(seconds=1))
    finally:
        renderer.close()
        other.desk.close()
    return Seen(scene="two desks, each the other's customer", came=1, answers=carried, least=0, most=2)


def _alike(play: Play, _folder: Path) -> Seen:
    """Every half hour a new case of the same words, from a machine that is proved and marks nothing."""
    robot = "robot@alike.example"
    since = play.last_number()
    for number in range(HALF_HOURS):
        body = f"Thank you for your mail. We have opened case {number} for you and will be back soon."
        play.take(mail(robot, play.mailbox, f"Re: case {number}", body, proved=True))
        play.desk.wait(HOUR / 2)
    answers = most_in_a_day(play.written(since, "alike.example"))
    name = "a responder without headers, another subject each time"
    return Seen(scene=name, came=HALF_HOURS, answers=answers, least=0, most=3, unit="in 24 hours")


def _varied(play: Play, _folder: Path) -> Seen:
    """A proved machine answers on the ticket in ever other words, and a rule answers each answer."""
    robot = "robot@varied.example"
    since = play.last_number()
    play.desk.apply(play.files | {"rules.toml": play.files.get("rules.toml", "") + _EAGER})
    play.take(mail(robot, play.mailbox, "Brakes", other_words(0), proved=True))
    came = 1
    for number in range(1, HALF_HOURS + 1):
        mine = play.written(since, "varied.example")
        if mine:
            last = mine[-1]
            subject = f"{last.subject} ({number})"
            play.take(mail(robot, last.reply_to, subject, other_words(number), proved=True, answers=last))
            came += 1
        play.desk.wait(HOUR / 2)
    play.desk.apply(play.files)
    answers = most_in_a_day(play.written(since, "varied.example"))
    name = "a responder that is never the same, and a rule that answers it"
    return Seen(scene=name, came=came, answers=answers, least=0, most=3, unit="in 24 hours")


def _person(play: Play, _folder: Path) -> Seen:
    """Somebody who is proved asks for five things within an hour."""
    since = play.last_number()
    for number in range(REQUESTS):
        body = f"Hello, {other_words(number)}. Can you help me?"
        play.take(mail("kari@person.example", play.mailbox, f"Request {number + 1}", body, proved=True))
        play.desk.wait(timedelta(minutes=10))
    answers = _acknowledged(play.written(since, "person.example"))
    return Seen(
        scene="a proved person's requests in an hour",
        came=REQUESTS,
        answers=answers,
        least=REQUESTS,
        most=REQUESTS,
        unit="acknowledgements",
    )


def _bounces(play: Play, number: int, tell: Callable[[], object]) -> Seen:
    """One of our mails comes back from ever so many servers."""
    since = play.last_number()
    play.take(mail("kari@bounced.example", play.mailbox, "Brakes", "My brakes do not work.", proved=True))
    mine = play.written(since, "bounced.example")
    if not mine:
        # Nothing of ours can come back where nothing went out.
        return Seen(scene="bounces", came=0, answers=0, least=0, most=0)
    sent, before = mine[-1], play.last_number()
    local, _, domain = play.mailbox.rpartition("@")
    path = f"{local}+{play.desk.keyring.bounce_tag(sent.number)}@{domain}"
    _pour(play, [delivery_report(sent, one, path) for one in range(number)], tell)
    staff = {one.address for one in play.policy.desk.agents}
    answers = sum(count for address, _, count in play.counts(before) if address not in staff)
    return Seen(scene="bounces", came=number, answers=answers, least=0, most=0)


def _provider(play: Play, number: int, tell: Callable[[], object]) -> Seen:
    """People of one large provider, all of them proved, write within an hour."""
    since = play.last_number()
    people = (
        mail(f"person{one}@provider.example", play.mailbox, f"Request {one}", other_words(one), proved=True)
        for one in range(number)
    )
    _pour(play, list(people), tell)
    answers = _acknowledged(play.written(since, "provider.example"))
    return Seen(
        scene="proved people of one provider in an hour",
        came=number,
        answers=answers,
        least=number,
        most=number,
        unit="acknowledgements",
    )


def _forged(play: Play, number: int, tell: Callable[[], object]) -> Iterator[Seen]:
    """As many forged senders at one domain as mails; and what a single agent hears of it meanwhile."""
    since = play.last_number()
    victims = (
        mail(f"victim{one}@victim.example", play.mailbox, f"Offer {one}", f"Buy number {one} now.")
        for one in range(number)
    )
    _pour(play, list(victims), tell)
    counts = list(play.counts(since))
    answers = sum(count for _, domain, count in counts if domain == "victim.example")
    yield Seen(scene="forged senders at one domain", came=number, answers=answers, least=0, most=100)
    staff = {one.address for one in play.policy.desk.agents}
    most = max((count for address, _, count in counts if address in staff), default=0)
    limit = play.policy.desk.limits.agent_notices_per_hour
    yield Seen(
        scene="what one agent hears of them",
        came=number,
        answers=most,
        least=0,
        # And the digest of what was too much in the hour before.
        most=limit + 1 if limit else number,
        unit="mails in that hour",
    )


def _pour(play: Play, mails: list[Posted], tell: Callable[[], object]) -> None:
    """Let many mails in within the next full hour of the clock: limits are counted by those."""
    play.desk.wait(HOUR - timedelta(seconds=play.desk.now.timestamp() % HOUR.total_seconds()))
    pause = HOUR * 0.9 / -(-len(mails) // CHUNK)
    for begin in range(0, len(mails), CHUNK):
        play.take(*mails[begin : begin + CHUNK])
        play.desk.now += pause
        tell()


def most_in_a_day(mails: Sequence[Written]) -> int:
    """The most of these mails that were written within any 24 hours."""
    times = [one.at for one in mails]
    return max((sum(begin <= at < begin + _DAY for at in times) for begin in times), default=0)


def _acknowledged(mails: Sequence[Written]) -> int:
    """How many people's requests were acknowledged; a rule may name a template of its own for that."""
    return sum(one.row.effect_key.startswith("ack:") for one in mails)
