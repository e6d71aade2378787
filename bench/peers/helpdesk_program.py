"""django-helpdesk with a queue on mails: ``helpdesk_program.py FOLDER RELAY DATABASE [IMAP…]``.

Run by the peers' interpreter, so it imports nothing of the desk. Each line on standard input runs
``get_email`` once over ``FOLDER/inbox``, or the mailbox whose port, user and password are named, and is
answered with a line of JSON; the start of Django is not counted. RELAY is a port of this machine: with 0
acknowledgements are made and thrown away, else they are sent, as it ships, one connection each. DATABASE is a
PostgreSQL's URL, or empty for a SQLite file in the folder.
"""

# The peers live in another environment than the one that checks types.
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

urlpatterns: list[Any] = []
"""Django looks for this name: acknowledgements hold links."""


def database_at(url: str, folder: Path) -> dict[str, Any]:
    """Where its tickets are; a process keeps its connection in either."""
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "db.sqlite3")}
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "HOST": parts.hostname,
        "PORT": parts.port,
        "CONN_MAX_AGE": None,
    }


def settings_for(folder: Path, relay_port: int, database: str) -> dict[str, Any]:
    """The settings of a small installation, without debugging."""
    backend = "smtp.EmailBackend" if relay_port else "dummy.EmailBackend"
    return {
        "SECRET_KEY": "of-no-value",
        "DEBUG": False,
        "USE_TZ": True,
        "SITE_ID": 1,
        "ROOT_URLCONF": "__main__",
        "DATABASES": {"default": database_at(database, folder)},
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.messages",
            "django.contrib.admin",
            "django.contrib.humanize",
            "rest_framework",
            "helpdesk",
        ],
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "MEDIA_ROOT": str(folder / "media"),
        "HELPDESK_TEAMS_MODE_ENABLED": False,
        "EMAIL_BACKEND": f"django.core.mail.backends.{backend}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": relay_port,
        "DEFAULT_FROM_EMAIL": "support@acme.example",
    }


def make_queue(folder: Path, mailbox: Sequence[str]) -> None:
    """Tables, the templates that it ships, and one queue with an owner, fed from the folder or a mailbox."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - only after the settings
    from django.core.management import call_command  # noqa: PLC0415
    from helpdesk.models import Queue  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    owner = get_user_model().objects.create_user("ana", email="ana@acme.example", is_staff=True)
    Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@acme.example",
        allow_email_submission=True,
        **fed_from(folder, mailbox),
        email_box_interval=0,
        logging_type="none",
        default_owner=owner,
    )


def fed_from(folder: Path, mailbox: Sequence[str]) -> dict[str, Any]:
    """Where the queue's mails are: port, user and password of a mailbox on this machine, or the folder."""
    if not mailbox:
        return {"email_box_type": "local", "email_box_local_dir": str(folder / "inbox")}
    port, user, password = mailbox
    return {
        "email_box_type": "imap",
        "email_box_host": "127.0.0.1",
        "email_box_port": int(port),
        "email_box_ssl": False,
        "email_box_user": user,
        "email_box_pass": password,
        "email_box_imap_folder": "INBOX",
    }


def run_once() -> dict[str, Any]:
    """Take in what lies in the folder."""
    from django.core.management import call_command  # noqa: PLC0415
    from helpdesk.models import Ticket  # noqa: PLC0415

    before = Ticket.objects.count()
    began, cpu = time.perf_counter(), time.process_time()
    call_command("get_email", quiet=True)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"seconds": took, "cpu": cpu, "tickets": Ticket.objects.count() - before}


def main(folder: Path, relay_port: int, database: str, mailbox: Sequence[str]) -> None:
    """Make ready, say so, and run once for each line."""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.urls import include, path  # noqa: PLC0415

    settings.configure(**settings_for(folder, relay_port, database))
    django.setup()
    urlpatterns.append(path("", include("helpdesk.urls")))
    make_queue(folder, mailbox)
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(run_once()), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:7])
