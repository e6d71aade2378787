"""Calls to other systems that rules ask for: guarded, signed, bounded, tried again."""
