"""Renders the sign-in pages: plain HTML that needs neither script nor anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from vernacular.i18n import direction, list_languages, own_name, translator

STYLE = """
:root { color-scheme: light dark; --accent: #0b6b62; --on-accent: #ffffff; --line: #6b7280;
  --error: #a3140d; --error-back: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --accent: #6fd3c6; --on-accent: #04231f; --line: #9aa3b2;
    --error: #ffb4ab; --error-back: #3b1512; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  font: 1.125rem/1.6 system-ui, "Noto Sans", "Noto Sans Arabic", sans-serif; }
main { width: 100%; max-width: 26rem; }
h1 { font-size: 1.75rem; line-height: 1.3; margin: 0 0 1.5rem; }
label { display: block; font-weight: 600; margin: 1.25rem 0 0.375rem; }
input, button { font: inherit; width: 100%; min-height: 3rem; padding: 0.5rem 0.875rem;
  border-radius: 0.5rem; }
body { background: Canvas; color: CanvasText; }
input { border: 1px solid var(--line); background: Field; color: FieldText; }
button { margin-top: 1.75rem; border: 0; background: var(--accent); color: var(--on-accent);
  font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { margin: 0; padding: 0.75rem 1rem; border-radius: 0.5rem;
  border-inline-start: 0.375rem solid var(--error); background: var(--error-back);
  color: var(--error); }
nav { margin-top: 2rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
a { color: var(--accent); padding: 0.375rem 0; }
a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Stricter values make browsers send "Origin: null" with the form, which then looks foreign.
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}


def render_sign_in(language: str, next_path: str, login: str = "", error: str = "") -> str:
    """Returns the page that asks for login and password; ``error`` is already translated."""
    _ = translator(language)
    is_retry = bool(login)
    describes = ' aria-describedby="error" aria-invalid="true"' if error else ""
    form = f"""
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{escape(next_path)}">
<input type="hidden" name="lang" value="{escape(language)}">
<label for="login">{escape(_("Login"))}</label>
<input id="login" name="login" value="{escape(login)}" required maxlength="80" dir="auto"
 autocomplete="username" autocapitalize="none" spellcheck="false"{describes}{_focus(not is_retry)}>
<label for="password">{escape(_("Password"))}</label>
<input id="password" name="password" type="password" required maxlength="200" dir="auto"
 autocomplete="current-password"{describes}{_focus(is_retry)}>
<button type="submit">{escape(_("Sign in"))}</button>
</form>"""
    parts = [_alert(error), form, _language_links(language, next_path)]
    return _page(language, _("Sign in to Vernacular"), parts)


def render_refusal(language: str, error: str) -> str:
    """Returns the page that says why a form was refused, with the way back to it."""
    _ = translator(language)
    link = f'<nav><a href="/sign-in">{escape(_("Go to the sign-in page"))}</a></nav>'
    return _page(language, _("That did not work"), [_alert(error), link])


def _page(language: str, title: str, parts: Sequence[str]) -> str:
    return f"""<!doctype html>
<html lang="{escape(language)}" dir="{direction(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{"".join(parts)}
</main>
</body>
</html>
"""


def _alert(error: str) -> str:
    return f'<p id="error" role="alert">{escape(error)}</p>' if error else ""


def _focus(has_focus: bool) -> str:
    return " autofocus" if has_focus else ""


def _language_links(language: str, next_path: str) -> str:
    languages = list_languages()
    if len(languages) < 2:
        return ""
    links = []
    for tag in languages:
        address = "/sign-in?" + urlencode({"lang": tag, "next": next_path})
        current = ' aria-current="true"' if tag == language else ""
        links.append(
            f'<a href="{escape(address)}" lang="{escape(tag)}" hreflang="{escape(tag)}" '
            f'dir="{direction(tag)}"{current}>{escape(own_name(tag))}</a>'
        )
    label = escape(translator(language)("Language"))
    return f'<nav aria-label="{label}">{"".join(links)}</nav>'
