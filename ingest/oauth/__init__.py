"""Tokens for accounts that take no password: had, kept and renewed before they end."""

from ingest.oauth.keep import Kept, TokenFile
from ingest.oauth.tokens import TokenError, Tokens

__all__ = ["Kept", "TokenError", "TokenFile", "Tokens"]
