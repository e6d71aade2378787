"""What every test may ask for: real servers (`tests.servers`) and a database of each kind."""

import pytest

from tests.patience import TOO_SLOW, patience, slowness

# Before anything imports them: so that pytest shows what differs where these compare.
pytest.register_assert_rewrite("tests.scenarios.runner", "tests.scenarios.office")

pytest_plugins = [
    "tests.servers.database",
    "tests.servers.dns_server",
    "tests.servers.dovecot_server",
    "tests.servers.postfix_tools",
    "tests.servers.postgres_server",
    "tests.servers.rabbitmq_server",
    "tests.servers.redis_server",
    "tests.servers.smtp_sink",
    "tests.store.databases",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """End a hanging test, and wait for one on a slow machine."""
    usual = float(config.getini("timeout"))
    for item in items:
        marker = item.get_closest_marker("timeout")
        seconds = float(marker.args[0]) if marker is not None and marker.args else usual
        item.add_marker(pytest.mark.timeout(patience(seconds)), append=False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Judge no seconds while the machine is too slow."""
    if item.get_closest_marker("realtime") and slowness() > TOO_SLOW:
        pytest.skip(f"work takes {slowness():.1f} times as long as usual here: seconds say nothing")
