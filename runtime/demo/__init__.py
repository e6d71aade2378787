"""The demonstration: a private desk, a handful of real mails, and what became of each."""
