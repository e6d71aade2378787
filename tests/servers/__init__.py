"""Fixtures that start real servers on private loopback ports, in temporary folders, for one test run."""
