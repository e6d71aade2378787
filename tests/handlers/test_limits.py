"""The windows in which automatic mail is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handlers.limits import DAY, HOUR, Window

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_window_names_nobody() -> None:
    """The key of a count holds no address, and two addresses never share one."""
    keys = [
        Window("ack-sender-hour", f"{name}@customer.example", HOUR, 3).key(NOW) for name in ("kari", "ola")
    ]
    assert keys[0] != keys[1]
    assert "kari" not in keys[0]
    assert "customer" not in keys[0]


def test_a_window_ends_with_its_span() -> None:
    """The count of an hour begins again with the hour, and that of a day with the day, in UTC."""
    hour, day = Window("h", "", HOUR, 1), Window("d", "", DAY, 1)
    assert hour.key(NOW) == hour.key(NOW + timedelta(minutes=29))
    assert hour.key(NOW) != hour.key(NOW + timedelta(minutes=30))
    assert day.key(NOW) == day.key(NOW + timedelta(hours=14))
    assert day.key(NOW) != day.key(NOW + timedelta(hours=15))
