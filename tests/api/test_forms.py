from __future__ import annotations

import pytest
from starlette.requests import Request

from vernacular.api.forms import is_from_here, list_accepted, local_path


@pytest.mark.parametrize(
    "wanted", ["/", "/judge", "/judge?locale=sw-KE&n=1#top", "/a//b", "/%D8%B3"]
)
def test_an_address_on_this_server_is_kept(wanted: str) -> None:
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "judge",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        " //evil.example",
        "/سلام",
        "/sign-in",
        "/sign-in?next=/sign-in",
        "/sign-out",
        "/" + "x" * 2_000,
    ],
)
def test_an_address_elsewhere_becomes_the_start_page(wanted: str) -> None:
    assert local_path(wanted) == "/"


def _post(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": pairs})


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        # What the browser says outweighs names that a page could make alike.
        (
            {"sec_fetch_site": "cross-site", "origin": "http://lab:8700", "host": "lab:8700"},
            False,
        ),
        ({"origin": "http://lab:8700", "host": "lab:8700"}, True),
        ({"origin": "https://lab", "host": "LAB"}, True),
        ({"origin": "http://lab:8701", "host": "lab:8700"}, False),
        ({"origin": "http://evil.example", "host": "lab:8700"}, False),
        ({"origin": "null", "host": "lab:8700"}, False),
        ({"origin": "null", "host": ""}, False),
        ({"host": "lab:8700"}, False),
        ({}, False),
    ],
)
def test_a_form_is_ours_only_where_the_browser_says_so(
    headers: dict[str, str], is_ours: bool
) -> None:
    assert is_from_here(_post(**headers)) is is_ours


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("ar", ["ar"]),
        ("en;q=0.5, ar-EG, sw;q=0.8", ["ar-EG", "sw", "en"]),
        ("de;q=0, ar", ["ar"]),
        ("ar;q=x, en", ["en"]),
        (", ,;q=1", []),
    ],
)
def test_languages_come_in_the_order_they_are_wanted(header: str, tags: list[str]) -> None:
    assert list_accepted(header) == tags
