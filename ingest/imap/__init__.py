"""Mailboxes at servers of others: read by UID, taken in before anything is marked, and never twice."""

from ingest.imap.account import Account, Credentials, NoCredentialsError
from ingest.imap.watch import Watch

__all__ = ["Account", "Credentials", "NoCredentialsError", "Watch"]
