"""The webhooks of the policy in force, put to work: sources, and secrets from where they are kept."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from config.secret import Secret
from ingest.hooks.registry import source
from ingest.hooks.source import Hook, Keys, UnavailableError
from runtime.secret_text import NoSecretError, secret_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.types import Policy
    from config.webhooks import WebhookText

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""How long a secret is believed that was read before: a file may be changed at any time."""


class Hooks:
    """Finds a webhook by its name; any thread may ask."""

    def __init__(self, policy: Callable[[], Policy], fetch: Callable[[str], bytes] | None = None) -> None:
        """``policy`` gives the one in force; ``fetch`` gets a certificate by its URL."""
        self._policy = policy
        self._fetch = fetch
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, WebhookText, Hook]] = {}

    def find(self, name: str) -> Hook | None:
        """The webhook; `None` where there is none, `UnavailableError` where its secrets cannot be had."""
        webhook = self._policy().webhook(name)
        if webhook is None:
            return None
        with self._lock:
            known = self._known.get(name)
            if known is not None and known[1] == webhook and time.monotonic() < known[0]:
                return known[2]
            hook = self._made(webhook)
            if hook is not None:
                self._known[name] = (time.monotonic() + LOOK_SECONDS, webhook, hook)
            return hook

    def _made(self, webhook: WebhookText) -> Hook | None:
        found = source(webhook.source)
        if found is None:
            return None
        return Hook(
            source=found,
            channel=webhook.channel,
            mailbox=webhook.mailbox,
            keys=keys_of(webhook, self._fetch),
        )


def keys_of(webhook: WebhookText, fetch: Callable[[str], bytes] | None = None) -> Keys:
    """What the operator gave a webhook; raises `UnavailableError` where not one of its secrets can be had."""
    secrets = []
    for secret in webhook.secrets:
        try:
            secrets.append(secret_text(secret))
        except NoSecretError as error:
            log.error("webhook_secret_missing", webhook=webhook.name, because=str(error))  # noqa: TRY400 - no fault
    if not secrets:
        message = f"no secret of the webhook {webhook.name} can be had"
        raise UnavailableError(message)
    return Keys(secrets=tuple(secrets), options=_options(webhook), fetch=fetch)


def _options(webhook: WebhookText) -> dict[str, str]:
    options = {}
    for key, value in webhook.options.items():
        try:
            options[key] = secret_text(value) if isinstance(value, Secret) else value
        except NoSecretError as error:
            log.error("webhook_secret_missing", webhook=webhook.name, because=str(error))  # noqa: TRY400 - no fault
    return options
