"""A Postfix of one's own: it queues each mail durably, answers 250, and its delivery throws the mail away."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.peers.absent import AbsentError
from bench.peers.greeting import greeting
from tests.servers.folder import server_folder
from tests.servers.loopback import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = postfix.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
default_transport = discard:
relay_transport = discard:
local_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
default_database_type = texthash
"""
# Debian's master.cf without what is not used here, and without chroots: they would have to be filled.
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix_server() -> Iterator[int]:
    """The port of a running instance; raises `AbsentError` where there is no Postfix or one is not root."""
    program = shutil.which("postfix", path="/usr/sbin:/usr/bin")
    if program is None:
        raise AbsentError("Postfix is not installed (Debian package: postfix)")
    if os.geteuid() != 0:
        raise AbsentError("Postfix starts only for root")
    port = free_port()
    with server_folder("postfix") as folder:
        _configure(folder, port)
        with greeting([program, "-c", str(folder / "etc"), "start-fg"], port, folder / "output"):
            try:
                yield port
            finally:
                # `start-fg` leaves its session to the master, which ends its own children.
                stop = [program, "-c", str(folder / "etc"), "stop"]
                subprocess.run(stop, capture_output=True, check=False)


def _configure(folder: Path, port: int) -> None:
    # The daemons change to the account `postfix` and must be able to pass through.
    folder.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    (folder / "etc" / "main.cf").write_text(_MAIN.format(folder=folder))
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
