"""The SMTP channel: mail that other mail servers hand over, with bounds on everything."""

from ingest.smtp.channel import SmtpChannel
from ingest.smtp.settings import SmtpSettings

__all__ = ["SmtpChannel", "SmtpSettings"]
