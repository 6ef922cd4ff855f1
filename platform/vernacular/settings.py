"""The settings of one process: flags first, then ``VERNACULAR_*`` variables, then ``.env``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from vernacular.errors import InvalidInput


class Settings(BaseSettings):
    """All settings, with defaults that suit one machine."""

    model_config = SettingsConfigDict(
        env_prefix="VERNACULAR_", env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = Field("sqlite:///vernacular.db", description="the store")
    clips_folder: Path = Field(Path("clips"), description="where recordings are kept")
    host_url: str = Field("http://127.0.0.1:8710", description="where the model host answers")
    host_token: str | None = Field(
        None, description="what an operator shows to load and unload releases on the host"
    )
    ui_port: int = Field(8700, ge=1, le=65535)
    host_port: int = Field(8710, ge=1, le=65535)
    host_timeout_seconds: float = Field(20.0, gt=0, description="deadline of one live turn")
    sign_in_days: int = Field(14, ge=1, description="how long a browser stays signed in")
    secure_cookies: bool = Field(False, description="set behind TLS, so that cookies need it")
    max_body_bytes: int = Field(256 * 1024, gt=0, description="largest request the API reads")


def read_settings(**flags: object) -> Settings:
    """Returns the settings, ``flags`` that are not None taking precedence.

    Raises:
        InvalidInput: a value does not fit, the message names the variable; or ``.env`` is no UTF-8.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except UnicodeDecodeError as error:
        raise InvalidInput("is not UTF-8; save it as UTF-8", file=".env") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "VERNACULAR_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(f"{first['msg'].lower()}, got {first['input']!r}", field=name) from error
