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
LIVE_GOAL = "live.goal"
SKIP_TASK = "live.skip"
LIVE_EARLIER = "live.earlier"
LIVE_FROZEN = "live.frozen"
LIVE_ANSWERED = "live.answered"
"""The turn that was answered in this run, whose reply is spoken at once."""
LIVE_WINDOW = "live.window"
"""How many of the last turns are shown."""
LIVE_OPENED = "live.opened"
"""The session on screen, once its newest turn has been brought there."""
LIVE_ANSWERING = "live.answering"
"""The releases that answered when the choice of one came on screen; they are asked for once."""

BLIND_SUBMITTED = "blind.submitted"
"""Messages of blind sessions on their way, as ``SUBMITTED`` are those of live ones."""
BLIND_LOCALE = "blind.locale"
BLIND_RELEASE = "blind.release"
BLIND_RIVAL = "blind.rival"
BLIND_INPUT = "blind.input"
BLIND_EARLIER = "blind.earlier"
BLIND_ANSWERED = "blind.answered"
"""The turn that was answered in this run, which comes on screen."""
BLIND_WINDOW = "blind.window"
"""How many of the last turns are shown."""

COLLECT_LOCALE = "collect.locale"
COLLECT_SKIP_REASON = "collect.skip_reason"
COLLECT_PROMPTS = "collect.prompts"
"""Of each locale the prompt and submit key on screen, so that they stay while the person writes."""
COLLECT_DRAFTS = "collect.drafts"
"""What is written so far under each submit key: a widget's own value ends with its page."""
COLLECT_DUPLICATES = "collect.duplicates"
"""What is stored already and like the text that was to be saved under a submit key."""
COLLECT_RECORDINGS = "collect.recordings"
"""The newest recording of what is being written, by submit key, or of what was written earlier."""
COLLECT_OPENED = "collect.opened"
"""The utterance written earlier that is being recorded."""
COLLECT_OUTCOME = "collect.outcome"
COLLECT_RECORDED = "collect.recorded"
"""How it went to add a recording to what was written earlier."""

RECORDERS = "recorders"
"""How many recordings each recorder took."""

RELEASES_CANDIDATE = "releases.candidate"
RELEASES_BASELINE = "releases.baseline"
RELEASES_SUITE = "releases.suite"
RELEASES_SHOW = "releases.show"
RELEASES_CELL = "releases.cell"
RELEASES_MAP = "releases.map"
RELEASES_KIND = "releases.kind"
RELEASES_TRANSFER = "releases.transfer"

RELEASES_FAULTS = "releases.faults"
RELEASES_REPLIES = "releases.replies"

TRENDS_SUITE = "trends.suite"
TRENDS_METRIC = "trends.metric"
TRENDS_LOCALES = "trends.locales"

LEADERBOARD_SUITE = "leaderboard.suite"
LEADERBOARD_METRIC = "leaderboard.metric"

PREFERENCES_LOCALE = "preferences.locale"

UTTERANCE_SUITE = "utterance.suite"
UTTERANCE_ITEM = "utterance.item"
UTTERANCE_BASELINE = "utterance.baseline"
UTTERANCE_RELEASE = "utterance.release"

FEEDBACK_LOCALE = "feedback.locale"

UI_LANGUAGE = "menu.language"


def of_turn(turn_id: int, name: str) -> str:
    """Returns the key of something that belongs to one turn."""
    return f"turn.{turn_id}.{name}"


def of_blind_turn(turn_id: int, name: str) -> str:
    """Returns the key of something that belongs to one turn of a blind session."""
    return f"blind.{turn_id}.{name}"


def of_message(client_key: str, name: str) -> str:
    """Returns the key of something that belongs to a message that is not stored yet."""
    return f"live.{name}.{client_key}"


def of_outbox(key: str) -> str:
    """Returns the key of what asks for the messages of an outbox one after the other."""
    return f"{key}.asking"


def of_draft(submit_key: str) -> str:
    """Returns the key of what is written for one prompt; the next one begins empty."""
    return f"collect.draft.{submit_key}"


def of_recorder(name: str, part: str) -> str:
    """Returns the key of a part of what records under a name."""
    return f"recorder.{name}.{part}"


def of_recorded(utterance_id: int) -> str:
    """Returns the name under which an utterance that was written earlier is recorded."""
    return f"utterance-{utterance_id}"


def of_address(key: str) -> str:
    """Returns the key of what the address said when a widget was drawn last."""
    return f"address.{key}"
