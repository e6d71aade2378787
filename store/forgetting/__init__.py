"""Forget a person: their words go from every row, and keyed hashes stand where their addresses stood.

Whole tickets go where the person asked for them: what others said there was said to them and quotes them. On
other people's tickets only the person's own mails go, and what quotes or names them in the mails of others.
Rows stay, so that the books balance; `store.deletions` counts what was taken out. Everything is done in small
transactions and can be done again: whoever is killed in the middle begins anew.
"""
