"""Every session-state key of the UI, in one place. What matters is in the store, not here."""

PERSON = "person"
"""The signed-in person; ``app.py`` finds it anew in every run of the script."""

LANGUAGE = "language"
"""The language of who was signed in last; it stays when the sign-in ends."""

SUBMITTED = "live.submitted"
"""Live messages on their way to the assistant, until they are stored; ``outbox.py`` keeps them."""

LIVE_LOCALE = "live.locale"
LIVE_RELEASE = "live.release"
LIVE_INPUT = "live.input"
LIVE_EARLIER = "live.earlier"
LIVE_WINDOW = "live.window"
"""How many of the last turns are shown."""

COLLECT_LOCALE = "collect.locale"
COLLECT_SKIP_REASON = "collect.skip_reason"
COLLECT_PROMPTS = "collect.prompts"
"""Of each locale the prompt and submit key on screen, so that they stay while the person writes."""
COLLECT_DRAFTS = "collect.drafts"
"""What is written so far under each submit key: a widget's own value ends with its page."""
COLLECT_DUPLICATES = "collect.duplicates"
"""What is stored already and like the text that was to be saved under a submit key."""
COLLECT_OUTCOME = "collect.outcome"

RELEASES_CANDIDATE = "releases.candidate"
RELEASES_BASELINE = "releases.baseline"
RELEASES_SUITE = "releases.suite"
RELEASES_SHOW = "releases.show"
RELEASES_CELL = "releases.cell"
RELEASES_MAP = "releases.map"
RELEASES_KIND = "releases.kind"
RELEASES_TRANSFER = "releases.transfer"

RELEASES_FAULTS = "releases.faults"

TRENDS_SUITE = "trends.suite"
TRENDS_METRIC = "trends.metric"
TRENDS_LOCALES = "trends.locales"

LEADERBOARD_SUITE = "leaderboard.suite"
LEADERBOARD_METRIC = "leaderboard.metric"

UTTERANCE_SUITE = "utterance.suite"
UTTERANCE_ITEM = "utterance.item"

FEEDBACK_LOCALE = "feedback.locale"

UI_LANGUAGE = "menu.language"


def of_turn(turn_id: int, name: str) -> str:
    """Returns the key of something that belongs to one turn."""
    return f"turn.{turn_id}.{name}"


def of_message(client_key: str, name: str) -> str:
    """Returns the key of something that belongs to a message that is not stored yet."""
    return f"live.{name}.{client_key}"


def of_draft(submit_key: str) -> str:
    """Returns the key of what is written for one prompt; the next one begins empty."""
    return f"collect.draft.{submit_key}"


def of_cell(run_id: int, locale: str, metric: str, kind: str) -> str:
    """Returns the key of how many flips of one cell and kind are shown."""
    return f"releases.shown.{run_id}.{locale}.{metric}.{kind}"
