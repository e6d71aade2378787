"""A peer that cannot be measured on this machine, and why."""

from __future__ import annotations


class AbsentError(Exception):
    """The text says what is missing; the ratios with this peer are left out of the verdict."""
