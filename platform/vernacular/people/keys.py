"""API keys: how programs say who they are, and what each of them may do."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from vernacular.errors import Forbidden, InvalidInput, NotFound
from vernacular.store import people as rows
from vernacular.store.database import Db
from vernacular.store.tables.base import utc_now
from vernacular.store.tables.people import ApiKey

FEEDBACK_WRITE = "feedback:write"
FEEDBACK_READ = "feedback:read"

SCOPES = {
    FEEDBACK_WRITE: "send feedback items",
    FEEDBACK_READ: "read feedback items",
}
"""Every scope a key can have, and what it allows."""

MAX_KEY_NAME_LENGTH = 120
MAX_SECRET_LENGTH = 200


def create_key(db: Db, name: str, scopes: Sequence[str]) -> tuple[str, ApiKey]:
    """Makes a key; returns its secret, which nobody can find out again, and what is stored of it.

    Raises:
        InvalidInput: the name is empty or too long, or a scope is none.
    """
    prefix = secrets.token_hex(4)
    secret = f"vk_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        name=_check_name(name),
        prefix=prefix,
        secret_hash=_hash_secret(secret),
        scopes=_check_scopes(scopes),
    )
    rows.insert_key(db, key)
    return secret, key


def find_key(db: Db, secret: str) -> ApiKey | None:
    """Returns the key this is the secret of; None for a wrong, malformed or revoked one."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != "vk" or len(secret) > MAX_SECRET_LENGTH:
        return None
    if not secret.isascii() or not secret.isprintable():
        return None
    key = rows.find_key(db, parts[1])
    is_right = hmac.compare_digest(key.secret_hash if key else b"", _hash_secret(secret))
    return key if key is not None and is_right and key.revoked_at is None else None


def require_scope(key: ApiKey, scope: str) -> None:
    """Checks that a key may do something.

    Raises:
        Forbidden: it lacks the scope.
    """
    if scope not in key.scopes:
        raise Forbidden(
            f"this needs the scope {scope}; the key {key.prefix} has {', '.join(key.scopes)}"
        )


def list_keys(db: Db) -> list[ApiKey]:
    """Returns every key, revoked ones included, in the order they were made."""
    return rows.list_keys(db)


def revoke_key(db: Db, prefix: str) -> ApiKey:
    """Makes a key worthless from now on; ``prefix`` is what ``list_keys`` shows.

    Raises:
        NotFound: there is no such key.
    """
    key = rows.find_key(db, prefix)
    if key is None:
        raise NotFound(f"there is no key {prefix!r:.40}; 'vernacular keys list' shows them all")
    key.revoked_at = key.revoked_at or utc_now()
    return key


def _check_name(name: str) -> str:
    stripped = name.strip()
    if not 1 <= len(stripped) <= MAX_KEY_NAME_LENGTH or not stripped.isprintable():
        raise InvalidInput(
            f"a key's name has 1 to {MAX_KEY_NAME_LENGTH} printable characters, got {name!r:.140}",
            field="name",
        )
    return stripped


def _check_scopes(scopes: Sequence[str]) -> list[str]:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        given = ", ".join(map(repr, unknown)) or "none"
        raise InvalidInput(
            f"a key needs one or more of the scopes {', '.join(SCOPES)}; got {given}",
            field="scopes",
        )
    return [scope for scope in SCOPES if scope in scopes]


def _hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
