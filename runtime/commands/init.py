"""``despacho init``: a first policy and settings file from five answers."""

from __future__ import annotations

import json as text_of
import sys
from pathlib import Path

import msgspec

from config.sample import Answers, first_article, write_sample
from runtime.answers import QUESTIONS, Question, taken, wrong_alone, wrong_with
from runtime.cli import OK, WRONG, Trouble, app, out
from runtime.listing import say, say_json

FOLDER = Path("policy")
SETTINGS = "despacho.toml"
ARTICLES = "articles"


@app.command
def init(
    folder: Path = FOLDER,
    *,
    address: str | None = None,
    language: list[str] | None = None,
    agent: list[str] | None = None,
    hours: str | None = None,
    relay: str | None = None,
    yes: bool = False,
    json: bool = False,
) -> int:
    """Write a commented policy and a settings file, from five answers.

    On a terminal it asks for what no flag says, and checks each answer as it is typed; elsewhere, and with
    `--yes`, what is not said is left at its default. Nothing that is there already is overwritten.

    Exit codes: 0 written, 1 something is there already, 2 an answer will not do.

    Examples: `despacho init` · `despacho init ./desk/policy` ·
    `despacho init --address support@acme.example --language en --language es
    --agent "Ana García <ana@acme.example>" --hours "mon-fri 09:00-17:00 Europe/Madrid" --yes`

    Parameters
    ----------
    folder
        Where the policy goes; despacho.toml and a first article go beside it.
    address
        The address that customers write to.
    language
        A language you answer in, the usual one first: en, es or nb. May be given several times.
    agent
        Who answers, as `Name <address>`. May be given several times.
    hours
        When somebody is there: days, hours, time zone. Empty: always.
    relay
        The URL of the mail server for outgoing mail. Empty: mail is captured.
    yes
        Ask nothing.
    json
        Ask nothing, and print one document: files.
    """
    _refuse_to_overwrite(folder)
    said: dict[str, object] = {
        "address": address,
        "languages": None if language is None else tuple(language),
        "agents": None if agent is None else tuple(agent),
        "hours": hours,
        "relay": relay,
    }
    flags = {name: value for name, value in said.items() if value is not None}
    answers = _answers(flags, asking=sys.stdin.isatty() and not (yes or json))
    wrong = wrong_with(answers)
    if wrong:
        raise Trouble("\n".join(wrong), WRONG)
    files = _write(folder, answers)
    if json:
        say_json({"files": [str(path) for path in files]})
    else:
        _tell(folder, files)
    return OK


def _answers(flags: dict[str, object], *, asking: bool) -> Answers:
    """The answers from flags, from questions, and from defaults."""
    answers = msgspec.structs.replace(Answers(address=""), **flags)
    for question in QUESTIONS:
        if question.name in flags:
            continue
        text = _ask(question) if asking else question.default
        if text is None:
            example = f"--{question.name} {question.example}"
            raise Trouble(f"--{question.name} is missing; for example {example}", WRONG)
        answers = taken(answers, question, text)
    return answers


def _ask(question: Question) -> str:
    """Ask until the answer will do; an empty one takes the default where there is one."""
    say(question.text, style="bold")
    say(f"  for example: {question.example}", style="dim")
    prompt = f"[{question.default}] > " if question.default else "> "
    while True:
        try:
            text = out.input(prompt, markup=False).strip() or question.default or ""
        except EOFError:
            raise Trouble("Nothing was written.") from None
        wrong = wrong_alone(question, text)
        if not wrong:
            return text
        for line in wrong:
            say(f"  {line}", style="yellow")


def _refuse_to_overwrite(folder: Path) -> None:
    for path in (folder / "desk.toml", folder / "rules.toml", _settings_file(folder)):
        if path.exists():
            raise Trouble(
                f"{path} is there already, and stays as it is. Name another folder, or remove it first."
            )


def _write(folder: Path, answers: Answers) -> list[Path]:
    """Write the policy, then the settings that point at it, readable only by their owner."""
    try:
        sample = write_sample(folder, answers)
        path = _settings_file(folder)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(_settings_text(folder, sample.relay), encoding="utf-8")
        articles = _write_articles(folder.parent / ARTICLES, answers.languages)
    except FileExistsError as error:
        raise Trouble(f"{error.filename or error} is there already, and stays as it is.") from None
    except OSError as error:
        raise Trouble(f"{folder} cannot be written: {error.strerror}.") from None
    return [*sample.files, *articles, path]


def _write_articles(folder: Path, languages: tuple[str, ...]) -> list[Path]:
    """Write a first article in each language, unless there are articles already."""
    if folder.exists():
        return []
    folder.mkdir()
    written = {folder / f"first.{one}.md": first_article(one) for one in dict.fromkeys(languages)}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return list(written)


def _settings_file(folder: Path) -> Path:
    return folder.parent / SETTINGS


def _settings_text(folder: Path, relay: str) -> str:
    lines = [
        "# The settings of this desk's processes; each may also be given as DESPACHO_… in the environment.",
        "# Paths begin at this file. docs/operate.md lists every setting.",
        "",
        f"policy = {_quoted(folder.name)}",
        "",
        "# Where mail goes out. Without it, mail is captured: kept, and sent to nobody.",
        f"relay_url = {_quoted(relay)}"
        if relay
        else '# relay_url = "smtp+starttls://user:password@host:587"',
        "",
        "# Where mail comes in.",
        '# smtp_host = "127.0.0.1"',
        "# smtp_port = 2525",
    ]
    return "\n".join(lines) + "\n"


def _tell(folder: Path, files: list[Path]) -> None:
    for path in files:
        say(f"wrote {path}")
    where = f"cd {folder.parent} && " if folder.parent != Path() else ""
    say("\nRead them, change what you like, then:", style="bold")
    say(f"  {where}despacho run")
    say(f'  {where}despacho send "My invoice is wrong"      (in another terminal)')


def _quoted(text: str) -> str:
    # A JSON string is a basic string of TOML.
    return text_of.dumps(text, ensure_ascii=False)
