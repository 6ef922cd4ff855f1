"""Every session-state key of the UI, in one place. What matters is in the store, not here."""

PERSON = "person"
"""The signed-in person; ``app.py`` finds it anew in every run of the script."""

SUBMITTED = "live.submitted"
"""A live message on its way to the assistant: its client key and text, until it is stored."""

LIVE_LOCALE = "live.locale"
LIVE_RELEASE = "live.release"
LIVE_INPUT = "live.input"
LIVE_EARLIER = "live.earlier"
LIVE_WINDOW = "live.window"
"""How many of the last turns are shown."""

COLLECT_LOCALE = "collect.locale"
COLLECT_SKIP_REASON = "collect.skip_reason"
COLLECT_PROMPT = "collect.prompt"
"""Locale, prompt and submit key on screen, so that they stay while the person writes."""
COLLECT_DUPLICATES = "collect.duplicates"
"""What is stored already and like the text that was to be saved."""
COLLECT_OUTCOME = "collect.outcome"

RELEASES_CANDIDATE = "releases.candidate"
RELEASES_BASELINE = "releases.baseline"
RELEASES_SHOW = "releases.show"
RELEASES_CELL = "releases.cell"
RELEASES_MAP = "releases.map"
RELEASES_KIND = "releases.kind"

FEEDBACK_LOCALE = "feedback.locale"

UI_LANGUAGE = "menu.language"


def of_turn(turn_id: int, name: str) -> str:
    """Returns the key of something that belongs to one turn."""
    return f"turn.{turn_id}.{name}"


def of_draft(submit_key: str) -> str:
    """Returns the key of what is written for one prompt; the next one begins empty."""
    return f"collect.draft.{submit_key}"


def of_cell(run_id: int, locale: str, metric: str, kind: str) -> str:
    """Returns the key of how many flips of one cell and kind are shown."""
    return f"releases.shown.{run_id}.{locale}.{metric}.{kind}"
