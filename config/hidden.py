"""The secrets among the settings, in every form in which they could be told by mistake."""

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import unquote

from pydantic import SecretStr

from config.settings import Settings


def secrets_of(settings: Settings) -> Iterator[str]:
    """What no line and no error may show, whoever writes it.

    Of the addresses of the database and of a proxy that is the user with the password, because
    the rest tells what is wrong with them; the address of a webhook is secret as a whole.
    """
    whole = [settings.telegram.token, settings.webhooks.secret]
    whole += [one.url for one in settings.webhooks.targets]
    for secret in whole:
        if secret is not None:
            yield secret.get_secret_value()
    for address in (settings.database_url, settings.telegram.proxy):
        if address is not None:
            yield from _login(address)


_LOGIN = re.compile(r"[^:/]*://(?P<login>[^:/@]*(?::[^@]*)?)@")
"""As the address of a database is read: a password there may have signs that no other address has."""


def _login(address: SecretStr) -> Iterator[str]:
    """User and password as they are written, as they are meant, and as a header carries them."""
    found = _LOGIN.match(address.get_secret_value())
    if found is None:
        return
    login = found["login"]
    meant = unquote(login)
    for one in (login, meant):
        yield one
        yield one.partition(":")[2]
    yield b64encode(meant.encode()).decode()
