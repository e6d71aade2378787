"""What every test may ask for: real servers (`tests.servers`) and a database of each kind."""

pytest_plugins = [
    "tests.servers.database",
    "tests.servers.postfix_tools",
    "tests.servers.postgres_server",
    "tests.servers.rabbitmq_server",
    "tests.servers.redis_server",
    "tests.servers.smtp_sink",
    "tests.store.databases",
]
