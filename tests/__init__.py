"""The desk's tests; `tests.servers` starts real servers, `tests.policy` keeps the house rules."""
