"""Let pytest show what differs where the runner compares."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.scenarios.runner", "tests.scenarios.office")
