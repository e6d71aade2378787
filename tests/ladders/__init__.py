"""Ladders over simulated weeks, against a walker that steps minute by minute and shares no code with them."""
