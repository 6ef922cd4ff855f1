"""What a browser's form sends: its fields, whether it is ours, and where to go afterwards."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

MAX_FORM_BYTES = 16 * 1024
MAX_PATH_LENGTH = 2_000


async def read_form(request: Request) -> dict[str, str] | None:
    """Returns the fields of a URL-encoded form, each once; None where it is no such form.

    A form above 16 KiB is none: the sign-in forms hold two short fields.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def is_from_here(request: Request) -> bool:
    """Tells whether a form was sent by a page of ours.

    Browsers say so in ``Sec-Fetch-Site`` on secure addresses, and with ``Origin`` on all; what
    says neither is not a browser with somebody's cookies, and is refused all the same.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    # "null", which sandboxed pages send, has no host and must not equal an empty one.
    sender = urlsplit(request.headers.get("origin", "")).netloc
    return sender != "" and sender == request.headers.get("host", "").lower()


def local_path(wanted: str) -> str:
    """Returns an address to go to if it lies on this server, else the start page.

    Browsers take a backslash for a slash and drop tabs and line breaks, so that ``/\\\\host`` and
    ``/<tab>/host`` lead elsewhere; no page of ours has such an address.
    """
    is_local = (
        wanted.startswith("/")
        and not wanted.startswith("//")
        and "\\" not in wanted
        and wanted.isascii()
        and wanted.isprintable()
        and len(wanted) <= MAX_PATH_LENGTH
    )
    is_here = urlsplit(wanted).path in ("/sign-in", "/sign-out") if is_local else True
    return "/" if is_here else wanted


def list_accepted(header: str) -> list[str]:
    """Returns the tags of an ``Accept-Language`` header, most wanted first."""
    weighted = []
    for entry in header.split(",")[:20]:
        tag, _, weight = entry.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag.strip() and quality > 0:
            weighted.append((quality, tag.strip()))
    # Sorting is stable, so that equally wanted languages keep the browser's order.
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]
