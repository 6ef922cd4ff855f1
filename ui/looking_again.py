"""Runs a page again when its browser tab comes back in front, as another tab may have changed it.

Nothing asks the server meanwhile: only a tab that was hidden has missed something worth a run.
"""

from __future__ import annotations

import streamlit as st

_WATCH = """<script>
(() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.looksAgain) return;
  app.dataset.looksAgain = 'yes';
  document.addEventListener('visibilitychange', () => {
    // A run that is on its way may be asking an assistant, and is not to be broken off. A lost
    // connection has a run of its own once it is back.
    const isIdle = app.dataset.testConnectionState === 'CONNECTED'
      && app.dataset.testScriptState === 'notRunning';
    const hasTurns = document.querySelector('.st-key-turns, .st-key-blind-turns');
    if (document.visibilityState === 'visible' && isIdle && hasTurns)
      document.querySelector('.st-key-coming-back button')?.click();
  });
})();
</script>"""
"""Presses the unseen button that ``coming_back`` puts on every page, on pages with turns alone."""


def watch() -> None:
    """Lets the page look again from now on."""
    st.html(_WATCH, unsafe_allow_javascript=True)
