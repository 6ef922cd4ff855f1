"""Decodes one line of a file, so that a bad byte is named with its place in the file."""

from __future__ import annotations

from vernacular.corpus.jsonl_files import MAX_LINE_BYTES
from vernacular.errors import InvalidInput


def decode_line(raw: bytes, offset: int) -> str:
    """Returns the text of a line, less a byte order mark at the start of the file.

    Args:
        raw: the line's bytes.
        offset: where it begins in the file.

    Raises:
        InvalidInput: it is too long, or not UTF-8.
    """
    if len(raw) > MAX_LINE_BYTES:
        raise InvalidInput(f"the line is longer than {MAX_LINE_BYTES:,} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"byte 0x{raw[error.start]:02x} at offset {offset + error.start} of the file is not "
            "UTF-8; save the file as UTF-8"
        ) from None
    return text.removeprefix("\ufeff") if offset == 0 else text
