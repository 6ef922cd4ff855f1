"""The key of somebody else's server: read from the environment, and never shown."""

from __future__ import annotations

import os

from vernacular.errors import ModelUnavailable

_HIDDEN = "[key]"


class Key:
    """A bearer key, or none; its text leaves this class in a header only."""

    def __init__(self, secret: str, variable: str | None) -> None:
        self._secret = secret
        self.variable = variable
        """The environment variable it came from; None where there is no key."""

    def __repr__(self) -> str:
        return f"Key(variable={self.variable!r})"

    def headers(self) -> dict[str, str]:
        """Returns the header that shows the key to the server; nothing where there is no key."""
        return {"Authorization": f"Bearer {self._secret}"} if self._secret else {}

    def hide_in(self, text: str) -> str:
        """Returns ``text`` without the key, which a server may have put into an error message."""
        return text.replace(self._secret, _HIDDEN) if self._secret else text


def read_key(variable: str | None) -> Key:
    """Returns the key in an environment variable, or none where no variable is named.

    Raises:
        ModelUnavailable: the variable is missing or empty, or holds what no header can carry.
    """
    if variable is None:
        return Key("", None)
    secret = os.environ.get(variable, "").strip()
    if not secret:
        raise ModelUnavailable(
            f"the environment variable {variable} is not set: put the server's key there before"
            " the release is loaded"
        )
    if not (secret.isascii() and secret.isprintable()):
        raise ModelUnavailable(
            f"the environment variable {variable} holds no key: a key is one line of printable"
            " ASCII characters"
        )
    return Key(secret, variable)
