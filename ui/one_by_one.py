"""Lets a field send while no run goes on, as Streamlit would lose what is sent meanwhile.

Of two messages that are sent during one run it keeps the second alone, and a click that runs the
whole page may drop both. So an Enter waits in the browser, with its text in the field, for the end
of a run, and a click right after it for the end of its run; no run waits for an assistant.
"""

from __future__ import annotations

import streamlit as st

_WATCH = """<script>
(() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.sendsOneByOne) return;
  app.dataset.sendsOneByOne = 'yes';
  let isHeld = false, isSending = false, clicked = null;
  const isRunning = () => app.dataset.testScriptState !== 'notRunning';
  const hold = (event) => {
    // A person's alone, and not the one below.
    if (!event.isTrusted || !isRunning()) {
      isSending = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    isHeld = true;
  };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing
        && event.target.matches('[data-testid="stChatInputTextArea"]')) hold(event);
  }, true);
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-testid="stChatInputSubmitButton"]')) return hold(event);
    const button = event.target.closest('button, a');
    const isWaiting = event.isTrusted && isRunning() && (isHeld || isSending);
    if (!button || !isWaiting || button.closest('[data-testid="stChatInput"]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    clicked = button;
  }, true);
  new MutationObserver(() => {
    if (isRunning()) return;
    if (isHeld) {
      isHeld = false;
      document.querySelector('[data-testid="stChatInputSubmitButton"]')?.click();
      return;
    }
    isSending = false;
    const waited = clicked;
    clicked = null;
    if (waited?.isConnected) waited.click();
  }).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
})();
</script>"""
"""Nobody's words stand in it."""


def watch() -> None:
    """Holds what is sent back from now on while a run goes on."""
    st.html(_WATCH, unsafe_allow_javascript=True)
