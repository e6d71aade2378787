"""The HTTP channel: what others call over the web. So far it answers whether the desk is well."""

from ingest.http.channel import HttpChannel
from ingest.http.readiness import Check
from ingest.http.settings import HttpSettings

__all__ = ["Check", "HttpChannel", "HttpSettings"]
