"""The order of system calls is read rightly, whole lines and torn ones."""

from __future__ import annotations

import pytest

from tests.drills.trace import Order, order_of

WRITE = r'11 pwrite64(7</d/despacho.db-wal>, "..despacho-trace-{}@drill.example..", 4096, 24) = 4096'
SYNC = "11 fdatasync(7</d/despacho.db-wal>) = 0"
REPLY = '12 sendto(9<TCP:[1]>, "250 2.0.0 Ok: kept\\r\\n", 20, 0, NULL, 0) = 20'
BEGUN = "11 fdatasync(7</d/despacho.db-wal> <unfinished ...>"
RETURNED = "11 <... fdatasync resumed>)            = 0"


@pytest.mark.parametrize(
    ("lines", "early"),
    [
        ([WRITE, SYNC, REPLY], 0),
        ([WRITE, BEGUN, RETURNED, REPLY], 0),
        ([SYNC, WRITE, REPLY], 1),
        ([WRITE, BEGUN, REPLY, RETURNED], 1),
        ([WRITE, "11 fdatasync(7</d/despacho.db>) = 0", REPLY], 1),
        ([WRITE, "11 fdatasync(7</d/despacho.db-wal>) = -1 EIO (Input/output error)", REPLY], 1),
        ([REPLY], 1),
    ],
)
def test_a_reply_is_early_unless_the_log_was_synced_after_the_write(lines: list[str], early: int) -> None:
    """Only a sync of the log that returned between the mail's write and its 250 makes that 250 right."""
    assert order_of(line.format(0) for line in lines) == Order(1, early)


def test_what_another_mail_wrote_does_not_count() -> None:
    """A sync after the worker wrote the mail before is none of this mail's."""
    lines = [WRITE.format(0), SYNC, REPLY, WRITE.format(0), SYNC, REPLY]
    assert order_of(lines) == Order(2, 1)
