"""People who work with the platform, how they sign in, and the keys of programs."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from vernacular.store.tables.base import Base, Json, LocaleTag, UtcDateTime, stored_enum, utc_now


class Role(enum.StrEnum):
    """What a person may do; each role includes the ones before it."""

    TESTER = "tester"
    ENGINEER = "engineer"
    ADMIN = "admin"


class Person(Base):
    """One account. ``login`` is stored casefolded; the password only as its argon2 hash."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(stored_enum(Role))
    ui_language: Mapped[str] = mapped_column(LocaleTag, default="en")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonLocale(Base):
    """A locale that a person speaks natively, best first by ``rank``."""

    __tablename__ = "person_locales"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    locale: Mapped[str] = mapped_column(LocaleTag, primary_key=True)
    rank: Mapped[int] = mapped_column(default=0)
    dialect: Mapped[str | None] = mapped_column(String(60))
    """The variety she speaks there, as she names it; what she collects carries it."""
    accent: Mapped[str | None] = mapped_column(String(60))
    """How she sounds there, as she names it; what she records carries it."""


class SignIn(Base):
    """One browser's sign-in. Only the SHA-256 of its token is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Base):
    """A program's key: a public ``prefix`` to find it by and the SHA-256 of the whole secret."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(16))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("uq_api_keys_prefix", "prefix", unique=True),)
