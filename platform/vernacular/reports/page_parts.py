"""What pages are made of: templates and styles beside the code, and what may run in them."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template


@cache
def read_template(name: str) -> Template:
    """Returns a template that escapes all it is given and refuses what it is not given.

    Args:
        name: folder and file, such as ``comparison/report.html.j2``.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(read_part(name))


def read_part(name: str) -> str:
    """Returns the text of a file beside the code; named as templates are."""
    return resources.files("vernacular.reports").joinpath(*name.split("/")).read_text("utf-8")


def policy_hash(text: str) -> str:
    """Returns what a content security policy calls a style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
