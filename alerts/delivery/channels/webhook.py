"""Alerts to programs: one signed request each, as https://www.standardwebhooks.com has it.

A repeat carries the id of the first request, so that its receiver can tell it: therefore whatever
is not answered with yes is sent again, without an end, and nothing is ever uncertain.
"""

import hashlib
import hmac
import ssl
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime

import httpx  # noqa: TID251 - targets are the operator's to name

from alerts.delivery.channels import Gone, NotSent, Outcome, Refused, Sent
from alerts.delivery.messages import Message
from alerts.delivery.payload import Kind, payload
from config.asked import seconds_asked
from config.settings import Webhooks, webhook_key

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_LONGEST_WAIT = 3600.0
"""Seconds of a Retry-After that are honoured."""

_NEVER = {400, 413, 415, 422}
"""Answers that say that this body will never be taken."""


class WebhookChannel:
    """Sends to the targets of the configuration and nowhere else: redirects are not followed."""

    def __init__(self, settings: Webhooks, clock: Callable[[], datetime]) -> None:
        if settings.secret is None:
            raise ValueError("webhooks need webhooks.secret")
        self._key = webhook_key(settings.secret)
        self._urls = {one.name: one.url for one in settings.targets}
        self._clock = clock
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=_TIMEOUT,
            verify=ssl.create_default_context(),
            headers={"User-Agent": "interopwatch", "Content-Type": "application/json"},
        )

    async def open(self) -> None:
        """Nothing to do: connections are opened when they are needed."""

    async def send(
        self,
        address: str,
        topic: int,  # noqa: ARG002 - the interface's; a target is one place
        message: Message,
        reply_to: int | None,  # noqa: ARG002 - the facts say which event it is about
        *,
        silent: bool,  # noqa: ARG002 - programs do not ring
    ) -> Outcome:
        """Tell a target, by its name, of a stage change."""
        return await self._post(address, Kind.STAGE_CHANGE, message)

    async def edit(
        self,
        address: str,
        message_id: int,  # noqa: ARG002
        message: Message,
    ) -> Outcome:
        """Tell it of more evidence for a stage change that it knows."""
        return await self._post(address, Kind.COVERAGE, message)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _post(self, name: str, kind: Kind, message: Message) -> Outcome:
        if name not in self._urls:
            return Gone(f"the configuration names no webhook {name!r} any more")
        if message.about is None:
            return Refused("a message that gathers several alerts is for people")
        number, body = payload(kind, message.about, message)
        headers = self.signed(number, body)
        url = self._urls[name].get_secret_value()
        try:
            # what it says besides its status is not read: it might be without end
            async with self._client.stream("POST", url, content=body, headers=headers) as answer:
                return _outcome(answer, self._clock())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return NotSent(f"no answer from the webhook {name}: {type(error).__name__}")

    def signed(self, number: str, body: bytes) -> dict[str, str]:
        """The headers that prove who sent a body, and when."""
        at = str(int(self._clock().timestamp()))
        said = b".".join((number.encode(), at.encode(), body))
        mark = b64encode(hmac.digest(self._key, said, hashlib.sha256)).decode()
        return {
            "webhook-id": number,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{mark}",
        }


def _outcome(answer: httpx.Response, now: datetime) -> Outcome:
    said = f"it answered {answer.status_code}"
    if answer.is_success:
        return Sent(1)
    if answer.status_code == httpx.codes.GONE:
        return Gone(f"{said}: it wants no more")
    if answer.status_code in _NEVER:
        return Refused(said)
    if answer.is_redirect:
        return NotSent(f"{said}: redirects are not followed, set its url to where it leads")
    heads = answer.headers
    asked = seconds_asked(heads.get("retry-after", ""), heads.get("date", ""), now)
    return NotSent(said, None if asked is None else min(asked, _LONGEST_WAIT))
