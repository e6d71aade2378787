"""A desk of forty agents, simulated: who gets which ticket when, and an independent eye on it."""
