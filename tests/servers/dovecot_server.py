"""A real IMAP server, Dovecot, in a folder of its own, on loopback alone.

Its mails are Maildirs below the folder; whoever signs in with `PASSWORD` has one under any name. XOAUTH2 is
offered where a test names a server that is asked about tokens (`tests.servers.token_server`).
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import imapclient
import pytest

from ingest.smtp.certificate import self_made
from tests.servers.folder import account, server_folder
from tests.servers.loopback import HOST, answers, free_port
from tests.servers.missing import program
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

PASSWORD = "open-sesame"

_CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificates}
disable_plaintext_auth = no
auth_mechanisms = plain login{oauth_mechanism}
auth_failure_delay = 0
auth_cache_size = 0
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
mailbox_list_index = no
imap_idle_notify_interval = 2 min
{extra}
{oauth_passdb}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  process_limit = 100
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0600
  }}
}}
"""
_OAUTH = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"""
_OAUTH_FILE = """\
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
rawlog_dir =
"""


class Dovecot:
    """A running server; a kill takes every session with it."""

    def __init__(self, folder: Path, *, introspection: str = "", tls: bool = False, extra: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.tls_port = free_port()
        self._user = account() or pwd.getpwuid(os.geteuid()).pw_name
        config = folder / "dovecot.conf"
        config.write_text(self._config(introspection, tls=tls, extra=extra))
        self._process = ServerProcess(
            [program("dovecot", "dovecot-imapd"), "-F", "-c", config],
            ready=lambda: answers(self.port, b"", b"* OK"),
            log=folder / "stderr",
            # Under root it begins as root and hands all work to the account itself; it starts as nobody else.
            user=None,
        )
        self.start, self.stop = self._process.start, self._process.stop

    def kill(self) -> None:
        """End the server and every session at once, as a power cut would."""
        self._process.kill()
        # What a killed master leaves behind keeps the next one from starting.
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)

    @contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[imapclient.IMAPClient]:
        """Another client of this mailbox, with its folder open."""
        with imapclient.IMAPClient(HOST, self.port, ssl=False, timeout=20) as client:
            client.login(user, PASSWORD)
            client.select_folder(folder)
            yield client

    def deliver(
        self, user: str, mails: Iterable[bytes], folder: str = "INBOX", at: datetime | None = None
    ) -> None:
        """Put mails into a folder, as a delivery agent would."""
        with self.client(user, folder) as client:
            for mail in mails:
                client.append(folder, mail, msg_time=at)

    def own(self, folder: Path) -> None:
        """Give the server what a test has put below its mails."""
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, self._user)

    def own_file(self, path: Path) -> None:
        """The same for one file."""
        shutil.chown(path, self._user)

    def save(self, user: str) -> Path:
        """A copy of a user's mails, with their numbers."""
        saved = self.folder / f"saved-{user}"
        shutil.copytree(self.folder / "mail" / user, saved)
        return saved

    def put_back(self, user: str, saved: Path) -> None:
        """Put the copy in the place of what is there; the server must not run."""
        shutil.rmtree(self.folder / "mail" / user)
        shutil.copytree(saved, self.folder / "mail" / user)
        self.own(self.folder / "mail" / user)

    def sessions(self) -> list[int]:
        """The processes of the sessions that are signed in."""
        found = subprocess.run(
            ["pgrep", "-g", str(os.getpgid(self._process.pid)), "-x", "imap"],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return [int(pid) for pid in found.stdout.split()]

    def forget_numbers(self, user: str) -> None:
        """Lose the list of UIDs, as a restore without it does: the folder gets another UIDVALIDITY.

        The server takes the second for it, so the one that is running is waited for.
        """
        for path in (self.folder / "mail" / user).rglob("dovecot*"):
            if path.is_file():
                path.unlink()
        time.sleep(1.01 - time.time() % 1)

    def _config(self, introspection: str, *, tls: bool, extra: str) -> str:
        oauth = ""
        if introspection:
            file = self.folder / "oauth2.conf"
            file.write_text(_OAUTH_FILE.format(url=introspection))
            shutil.chown(file, self._user)
            oauth = _OAUTH.format(file=file)
        certificates = ""
        if tls:
            certificates = f"ssl_cert = <{self.folder}/both.pem\nssl_key = <{self.folder}/both.pem"
        return _CONFIG.format(
            folder=self.folder,
            port=self.port,
            tls_port=self.tls_port if tls else 0,
            user=self._user,
            group=grp.getgrgid(pwd.getpwnam(self._user).pw_gid).gr_name,
            password=PASSWORD,
            ssl="yes" if tls else "no",
            certificates=certificates,
            oauth_mechanism=" xoauth2" if introspection else "",
            oauth_passdb=oauth,
            extra=extra,
        )


@contextmanager
def running_dovecot(*, introspection: str = "", tls: bool = False, extra: str = "") -> Iterator[Dovecot]:
    """A server of one's own, stopped at the end."""
    program("dovecot", "dovecot-imapd")
    with server_folder("dovecot", account()) as folder:
        if tls:
            _certificate(folder)
        server = Dovecot(folder, introspection=introspection, tls=tls, extra=extra)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """An IMAP server of this test run's own; a test takes a user of its own."""
    with running_dovecot() as server:
        yield server


def _certificate(folder: Path) -> None:
    """A certificate for localhost, which is its own authority."""
    shutil.copy(self_made(folder, "localhost"), folder / "both.pem")
    if (owner := account()) is not None:
        shutil.chown(folder / "both.pem", owner)
