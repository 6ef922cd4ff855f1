"""From Enter to the reply in the page, as the browser itself sees it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.benchmarks.turns_noop import question, reply
from vernacular.people.sign_in import SIGN_IN_COOKIE

FIELDS = {
    "ours": "[data-testid=stChatInputTextArea]",
    "streamlit": "[data-testid=stChatInputTextArea]",
    "gradio": "textarea",
}

# The clock starts in the capture phase, before the page hears of the key, and stops when a node
# with the reply is in the document. Nothing is polled meanwhile.
_WATCH = """
window.turn = {
  expect(reply) {
    this.seen = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`no ${reply}`)), 30000);
      this.look = (nodes) => {
        for (const node of nodes) {
          if (node.textContent.includes(reply)) {
            resolve(performance.now() - this.began);
            this.look = () => {};
            return;
          }
        }
      };
    });
  },
  async quiet() {
    const until = performance.now() + 5000;
    while (performance.now() < Math.min(until, this.changed + 300)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
  look() {},
  changed: 0,
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") turn.began = performance.now();
}, true);
new MutationObserver((records) => {
  turn.changed = performance.now();
  for (const record of records) {
    turn.look(record.type === "characterData" ? [record.target] : record.addedNodes);
  }
}).observe(document, { childList: true, characterData: true, subtree: true });
"""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat in a page: which of ``FIELDS`` it has, where it is, and who is signed in there."""

    which: str
    url: str
    token: str


def talk(browser: Browser, chat: Chat, n_turns: int) -> list[float]:
    """Returns the milliseconds that each turn of a new session takes, in order."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": SIGN_IN_COOKIE, "value": chat.token, "url": chat.url}])
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(chat.url)
    page.locator(FIELDS[chat.which]).wait_for()
    waits = [_say(page, FIELDS[chat.which], number) for number in range(1, n_turns + 1)]
    context.close()
    return waits


def _say(page: Page, field: str, number: int) -> float:
    # A person reads before she goes on; a page that is still busy would be measured twice.
    page.evaluate("turn.quiet()")
    page.locator(field).fill(question(number))
    page.evaluate("reply => turn.expect(reply)", reply(number))
    page.locator(field).press("Enter")
    took: float = page.evaluate("turn.seen")
    return took
