"""What the server of the pages asks for, beside the pages themselves."""

from __future__ import annotations

from backend.languages import list_languages, translate
from backend.locales import list_locales, locale_names
from vernacular.api.app import create_api
from vernacular.api.sign_in import answer_store_failure
from vernacular.api.sign_in import routes as sign_in_routes

__all__ = ["answer_store_failure", "create_api", "sign_in_routes", "warm_up"]


def warm_up() -> None:
    """Does once what would make the first person of the day wait: imports, catalogues, names."""
    for language, _ in list_languages():
        translate(language, "Saved")
        for tag in list_locales(()):
            locale_names(tag, language)
