"""What every test may ask for: real servers (`tests.servers`) and a database of each kind."""

import pytest

# Before anything imports them: so that pytest shows what differs where these compare.
pytest.register_assert_rewrite("tests.scenarios.runner", "tests.scenarios.office")

pytest_plugins = [
    "tests.servers.database",
    "tests.servers.dns_server",
    "tests.servers.postfix_tools",
    "tests.servers.postgres_server",
    "tests.servers.rabbitmq_server",
    "tests.servers.redis_server",
    "tests.servers.smtp_sink",
    "tests.store.databases",
]
