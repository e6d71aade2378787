"""Backups: take one while the desk runs, check it, put it back."""
