"""Says that the server is away, and runs a page again when its browser has found it again.

Streamlit drops what a fragment sends to a server that has been restarted meanwhile: it knows the
fragment only once the whole page has run there. So what was typed would be gone without a word.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from language import translate as _

_KEY = "coming-back"

_LONGEST_MS = 15_000
"""After so long the page can be used again, whatever has become of its run."""

_WATCH = f"""<script>
(() => {{
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.watched) return;
  app.dataset.watched = 'yes';
  let waitsFor = '';
  const free = () => {{ waitsFor = ''; app.inert = false; }};
  new MutationObserver(() => {{
    if (app.dataset.testConnectionState !== 'CONNECTED') {{
      waitsFor = 'connection';
    }} else if (waitsFor === 'connection') {{
      waitsFor = 'running';
      document.querySelector('.st-key-{_KEY} button')?.click();
      // Nothing can be sent before the server knows the page again.
      app.inert = true;
      setTimeout(free, {_LONGEST_MS});
    }} else if (waitsFor === app.dataset.testScriptState) {{
      if (waitsFor === 'running') waitsFor = 'notRunning'; else free();
    }}
  }}).observe(app, {{
    attributes: true,
    attributeFilter: ['data-test-connection-state', 'data-test-script-state'],
  }});
}})();
</script>"""


def watch() -> None:
    """Puts an unseen button on the page and has it pressed when the connection is back.

    What is said until then is on the page from the start, as nothing can be sent to it any more.
    """
    lost = _("The connection is lost. Leave this page open: what you wrote or recorded stays here.")
    st.html(f'<div class="v-away" role="status">{escape(lost)}</div>')
    st.button("↻", key=_KEY)
    st.html(_WATCH, unsafe_allow_javascript=True)
