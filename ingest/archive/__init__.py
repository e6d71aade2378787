"""Mail that was kept elsewhere: mailboxes in files, single mails, tables of old tickets; read one by one."""

from __future__ import annotations
