"""Runs a page again when its browser has found the server again.

Streamlit drops what a fragment sends to a server that has been restarted meanwhile: it knows the
fragment only once the whole page has run there. So what was typed would be gone without a word.
"""

from __future__ import annotations

import streamlit as st

_KEY = "coming-back"

_WATCH = f"""<script>
(() => {{
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.watched) return;
  app.dataset.watched = 'yes';
  let wasAway = false;
  new MutationObserver(() => {{
    if (app.dataset.testConnectionState !== 'CONNECTED') {{ wasAway = true; return; }}
    if (!wasAway) return;
    wasAway = false;
    document.querySelector('.st-key-{_KEY} button')?.click();
  }}).observe(app, {{ attributes: true, attributeFilter: ['data-test-connection-state'] }});
}})();
</script>"""


def watch() -> None:
    """Puts an unseen button on the page and has it pressed when the connection is back."""
    st.button("↻", key=_KEY)
    st.html(_WATCH, unsafe_allow_javascript=True)
