"""Passwords: bounds, argon2 hashes, and a check that tells nobody whether a login exists."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vernacular.errors import InvalidInput

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 200

_HASHER = PasswordHasher()
# One hash takes 64 MiB; a flood of sign-ins must queue instead of filling the memory.
_SLOTS = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Returns the argon2id hash of a new password.

    Raises:
        InvalidInput: it is shorter than 8 or longer than 200 characters.
    """
    prepared = _prepare(password)
    if not MIN_PASSWORD_LENGTH <= len(prepared) <= MAX_PASSWORD_LENGTH:
        raise InvalidInput(
            f"a password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters, "
            f"this one has {len(prepared)}",
            field="password",
        )
    with _SLOTS:
        return _HASHER.hash(_encode(prepared))


def is_right_password(password_hash: str | None, password: str) -> bool:
    """Tells whether a password is the one hashed; never, but as slowly, where there is no hash."""
    prepared = _prepare(password)
    # Asked for in any case, so that making it does not give away the first unknown login.
    unknown = _unknown_hash()
    if len(prepared) > MAX_PASSWORD_LENGTH:
        # No stored password is as long, and hashing a megabyte is work for a stranger.
        prepared, password_hash = "", None
    with _SLOTS:
        try:
            _HASHER.verify(password_hash or unknown, _encode(prepared))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def has_old_parameters(password_hash: str) -> bool:
    """Tells whether a hash was made with other costs than are used now, so should be renewed."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _unknown_hash() -> str:
    """Returns a hash that costs as much to verify as a real one, and that nobody knows."""
    return _HASHER.hash(secrets.token_bytes(32))


def _prepare(password: str) -> str:
    # Keyboards differ in how they compose letters; RFC 8265, section 4.2.2 compares in NFC.
    return unicodedata.normalize("NFC", password)


def _encode(password: str) -> bytes:
    # A browser can send half a surrogate pair; it is wrong, not an internal error.
    return password.encode("utf-8", "surrogatepass")
