"""Shifts from calendars that are kept elsewhere: fetched, read in a child process, kept as plain times."""
