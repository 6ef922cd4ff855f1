"""Brings the message catalogues up to the sources: ``python ui/i18n/update.py``.

Writes ``vernacular.pot`` and, for every language, drops messages that nobody uses and adds the new
ones without a translation. Sources are parsed as Python parses them, because Babel's own extraction
misses messages inside f-strings before Python 3.12.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

import vernacular

I18N = Path(__file__).resolve().parent
TEMPLATE = I18N / "vernacular.pot"
# Where the first of the texts stands among the arguments.
SINGLE = {"_": 0, "translate": 0, "mark": 0}
COUNTED = {"count": 0, "translate_count": 0, "ngettext": 1}

_EMPTY_HEADERS = tuple(
    f'"{name}:'
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)

Text = str | tuple[str, str]


def main() -> None:
    """Updates the template and every catalogue."""
    template = extract()
    _write(TEMPLATE, template)
    for file in list_catalogues():
        catalogue = read_catalogue(file)
        catalogue.update(template, no_fuzzy_matching=True)
        _write(file, catalogue)
        missing = [one.id for one in catalogue if one.id and not is_translated(one)]
        sys.stdout.write(f"{catalogue.locale}: {len(catalogue)} messages, {len(missing)} missing\n")


def extract() -> Catalog:
    """Returns every message of the UI and of the pages that the API serves, by where it stands."""
    package = Path(next(iter(vernacular.__path__)))
    template = Catalog(header_comment="# Texts of Vernacular.", charset="utf-8", fuzzy=False)
    for root, name in ((I18N.parent, "ui"), (package / "api", "vernacular/api")):
        for file in sorted(root.rglob("*.py")):
            place = f"{name}/{file.relative_to(root).as_posix()}"
            for message in find_messages(file.read_text("utf-8")):
                # Without line numbers, so that the catalogues change only when messages do.
                template.add(message, locations=[(place, 0)])
    return template


def find_messages(source: str) -> Iterator[Text]:
    """Yields the messages of one module in the order of the text."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name(call.func)
        if name in SINGLE and (found := _texts(call, SINGLE[name], 1)):
            yield found[0]
        elif name in COUNTED and (found := _texts(call, COUNTED[name], 2)):
            yield found[0], found[1]


def list_catalogues() -> list[Path]:
    """Returns the catalogue of every language."""
    return sorted(I18N.glob("*/LC_MESSAGES/vernacular.po"))


def read_catalogue(file: Path) -> Catalog:
    """Returns a catalogue as it is written, with what is fuzzy or stale."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parent.parent.name)


def is_translated(message: Message) -> bool:
    """True if the message has a translation in all its forms."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(forms) and all(forms)


def read_template() -> Catalog:
    """Returns the template as it is written."""
    with TEMPLATE.open("rb") as stream:
        return read_po(stream)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return function.attr
    # ``translator(language)("text")`` translates as ``_`` does.
    is_made = isinstance(function, ast.Call) and _name(function.func) == "translator"
    return "_" if is_made else ""


def _texts(call: ast.Call, first: int, n: int) -> list[str]:
    values = [
        argument.value
        for argument in call.args[first : first + n]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return values if len(values) == n else []


def _write(file: Path, catalogue: Catalog) -> None:
    written = io.BytesIO()
    write_po(written, catalogue, width=100, ignore_obsolete=True, include_lineno=False)
    # What changes with the hour, or says nothing, would only make every update differ.
    lines = written.getvalue().decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(_EMPTY_HEADERS)]
    file.write_text("".join(kept), "utf-8")


if __name__ == "__main__":
    main()
