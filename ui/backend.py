"""The one door to the package: what pages may ask of it, as functions over plain values.

Each call is one short transaction. Nothing here knows Streamlit, and no page knows the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime

from vernacular import errors, i18n
from vernacular.api.app import create_api
from vernacular.api.sign_in import answer_store_failure
from vernacular.api.sign_in import routes as sign_in_routes
from vernacular.collection import prompts, submissions
from vernacular.collection.duplicates import Duplicate, find_duplicates
from vernacular.collection.prompts import Prompt
from vernacular.collection.submissions import Submission
from vernacular.corpus.locales import find_locale, list_profiled
from vernacular.corpus.typed_input import MAX_TYPED_LENGTH
from vernacular.corpus.utterance import Slot
from vernacular.corpus.words import split_words as split_by_unit
from vernacular.errors import StoreUnavailable
from vernacular.feedback.reading import list_newest
from vernacular.live import corrections, judgments, sessions, turns
from vernacular.live.judgments import ISSUE_TAGS
from vernacular.live.sessions import SessionView
from vernacular.live.turns import TurnView
from vernacular.people import accounts
from vernacular.people.sign_in import SIGN_IN_COOKIE, find_signed_in
from vernacular.people.sign_in import SignedIn as Person
from vernacular.reports import flips
from vernacular.reports import heat_map as heat_maps
from vernacular.reports.flips import FlipView
from vernacular.reports.heat_map import HeatCell, HeatMap
from vernacular.settings import read_settings
from vernacular.store import releases as stored_releases
from vernacular.store import runs as stored_runs
from vernacular.store.runs import JudgedAnswer
from vernacular.store.tables.feedback import FeedbackItem
from vernacular.store.tables.people import Role
from vernacular.store.tables.sessions import TurnStatus
from vernacular.wiring import Wiring
from wording import INTENTS, SLOTS, mark

if TYPE_CHECKING:
    from vernacular.store.database import Db, Store

__all__ = [
    "ISSUE_TAGS",
    "MAX_TYPED_LENGTH",
    "SIGN_IN_COOKIE",
    "Duplicate",
    "FeedbackItem",
    "FlipView",
    "HeatCell",
    "HeatMap",
    "JudgedAnswer",
    "Person",
    "Prompt",
    "SessionView",
    "Slot",
    "StoreUnavailable",
    "TurnView",
    "answer_store_failure",
    "create_api",
    "sign_in_routes",
]

_wirings: list[Wiring] = []


def connect(wiring: Wiring) -> None:
    """Makes all pages of this process use ``wiring``."""
    disconnect()
    _wirings.append(wiring)


def disconnect() -> None:
    """Forgets the wiring and what was read through it."""
    _wirings.clear()
    _read_heat_map.cache_clear()


def _wiring() -> Wiring:
    if not _wirings:
        # Pages run without our server (``streamlit run``) find the store as any command does.
        connect(Wiring(read_settings()))
    return _wirings[0]


def _store() -> Store:
    return _wiring().store


def warm_up() -> None:
    """Does once what would make the first person of the day wait: imports, catalogues, names."""
    for language, _ in list_languages():
        translate(language, "Saved")
        for tag in list_locales(()):
            locale_names(tag, language)


# People and languages


def find_person(token: str) -> Person | None:
    """Returns whom a sign-in cookie stands for, or None."""
    if not token:
        return None
    with _store().reading() as db:
        return find_signed_in(db, token)


def is_signed_in(token: str) -> bool:
    """True if a sign-in cookie stands for somebody."""
    return find_person(token) is not None


def check_signed_in(person: Person | None, token: str) -> None:
    """Checks that a page which was opened by a person is still hers.

    Raises:
        Forbidden: the sign-in ended since, the account was disabled, or somebody else signed in.
    """
    found = find_person(token)
    if person is None or found is None or found.person_id != person.person_id:
        raise errors.Forbidden("the person who opened this page is not signed in any more")


def is_engineer(person: Person) -> bool:
    """True if the person may be shown what is meant for those who run releases."""
    return person.role in (Role.ENGINEER, Role.ADMIN)


def change_language(person: Person, language: str) -> None:
    """Stores the language a person reads."""
    with _store().writing() as db:
        accounts.set_ui_language(db, person.person_id, language)


def list_languages() -> list[tuple[str, str]]:
    """Returns the languages that texts exist in, each with its own name."""
    return [(tag, i18n.own_name(tag)) for tag in i18n.list_languages()]


def closest_language(*wanted: str) -> str:
    """Returns the language that texts exist in and that fits best; English where none does."""
    return i18n.choose_language(wanted)


def translate(language: str, message: str) -> str:
    """Returns a message in a language."""
    return i18n.gettext(language, message)


def translate_count(language: str, singular: str, plural: str, number: int) -> str:
    """Returns the form of a message that fits a number."""
    return i18n.ngettext(language, singular, plural, number)


def text_direction(language: str) -> str:
    """Returns ``rtl`` or ``ltr``."""
    return i18n.direction(language)


def local_time(moment: datetime, zone: str | None, language: str) -> str:
    """Returns a stored moment as the person reads it, in her own time zone."""
    try:
        moment = moment.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    tag = closest_language(language).replace("-", "_")
    written: str = format_datetime(moment, "short", locale=tag)
    return written if zone else f"{written} UTC"


_SENTENCES = {
    errors.HostBusy: mark("The assistant is busy. Wait a few seconds, then try again."),
    errors.ModelUnavailable: mark(
        "The assistant does not answer now. What you wrote is saved. Try again in a moment; if it "
        "goes on, tell the people who run this platform."
    ),
    errors.Forbidden: mark(
        "Your account does not allow this. Ask the people who run this platform, or sign in again."
    ),
    errors.NotFound: mark("This is not there, or it is not yours. Go back and choose again."),
    errors.Conflict: mark(
        "Something else is stored by now, so this was not saved. Look at what is there before you "
        "try again."
    ),
    errors.StoreUnavailable: mark(
        "This is not saved yet. Leave the page open and try again in a moment."
    ),
    errors.NotComparable: mark(
        "These two releases cannot be compared: both need a finished run over the same suite, "
        "scored by the same rules."
    ),
    errors.InvalidInput: mark("This could not be accepted. Check what you entered and try again."),
}

_SENTENCES_BY_FIELD = {
    "text": mark("Write something first; it may have up to 2,000 characters."),
    "note": mark("The note is too long; it may have up to 2,000 characters."),
    "slots": mark(
        "These words belong to another value already, or they cut a character in two. Remove the "
        "other value first."
    ),
    "intent": mark("Choose first what was meant."),
    "rating": mark("Give a rating, choose what was wrong or write a note."),
}

_ANYTHING_ELSE = mark(
    "Something went wrong on our side. What was saved is still there. Leave the page open and try "
    "again; if it happens again, tell the people who run this platform."
)


def explain(error: Exception) -> str:
    """Returns the message (to be translated) that tells a person what to do about a failure."""
    if isinstance(error, errors.InvalidInput) and error.field in _SENTENCES_BY_FIELD:
        return _SENTENCES_BY_FIELD[error.field]
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind]
    return _ANYTHING_ELSE


# Locales and words


def list_locales(own: Sequence[str]) -> list[str]:
    """Returns the tags a person may choose from: her own first, then all others."""
    return list(dict.fromkeys([*own, *(locale.tag for locale in list_profiled())]))


def locale_names(tag: str, language: str) -> tuple[str, str]:
    """Returns a locale's name for readers of ``language``, and in its own language."""
    locale = find_locale(tag)
    return locale.display_name(language), locale.autonym


def short_locale_names(tags: Collection[str], language: str) -> dict[str, str]:
    """Returns the names of the languages alone, except where two of the locales share one."""
    n_locales = Counter(find_locale(tag).language for tag in tags)
    names = {}
    for tag in tags:
        locale = find_locale(tag)
        is_only = n_locales[locale.language] == 1
        names[tag] = (find_locale(locale.language) if is_only else locale).display_name(language)
    return names


def locale_direction(tag: str) -> str:
    """Returns ``rtl`` or ``ltr``, the direction in which the locale is written."""
    return find_locale(tag).direction


def split_words(text: str, locale: str) -> list[tuple[int, int]]:
    """Returns the spans of what one slot label is given to."""
    return split_by_unit(text, find_locale(locale).slot_unit)


def list_intents(*others: str | None) -> list[str]:
    """Returns the intents that a person may choose from."""
    return list(dict.fromkeys([*INTENTS, *(one for one in others if one)]))


def list_slots() -> list[str]:
    """Returns the slot labels that a person may choose from."""
    return list(SLOTS)


def slot_over(label: str, words: Iterable[tuple[int, int]]) -> Slot:
    """Returns the slot from the first to the last of the words, whatever their order."""
    spans = list(words)
    return Slot(label, min(start for start, _ in spans), max(end for _, end in spans))


# Collecting


def next_prompt(person: Person, locale: str) -> Prompt:
    """Returns the situation that a person should be given next."""
    with _store().reading() as db:
        return prompts.next_prompt(db, locale, person.ui_language, person.person_id)


def skip_prompt(person: Person, locale: str, prompt: Prompt, reason: str) -> None:
    """Stores that a person passed over a situation, and why."""
    with _store().writing() as db:
        prompts.record_skip(db, person.person_id, locale, prompt.key, reason)


def submit_utterance(
    person: Person,
    locale: str,
    prompt: Prompt,
    text: str,
    submit_key: str,
    despite_duplicates: bool,
) -> list[Duplicate]:
    """Stores an utterance, or returns what it repeats and stores nothing."""
    if not despite_duplicates:
        # Searched before the write lock is taken: it reads thousands of texts.
        with _store().reading() as db:
            if submissions.find_submission(db, person.person_id, locale, submit_key) is not None:
                # Sent again after a lost connection: it is no duplicate of itself.
                return []
            duplicates = find_duplicates(db, locale, text)
        if duplicates:
            return duplicates
    with _store().writing() as db:
        submissions.submit_utterance(
            db,
            person.person_id,
            locale,
            prompt,
            text,
            submit_key=submit_key,
            despite_duplicates=True,
        )
    return []


def list_submissions(person: Person, locale: str) -> list[Submission]:
    """Returns what a person said in a locale, newest first."""
    with _store().reading() as db:
        return submissions.list_submissions(db, person.person_id, locale)


# Feedback


def list_feedback(
    person: Person, locale: str | None, before: int | None, limit: int
) -> list[FeedbackItem]:
    """Returns what a person may read, newest first, below the id ``before`` where one is given."""
    with _store().reading() as db:
        return list_newest(db, person, locale, before, limit)


# Releases


def list_releases() -> list[str]:
    """Returns the names of the releases, newest first."""
    with _store().reading() as db:
        return [release.name for release in stored_releases.list_releases(db)]


def has_finished_run(release: str) -> bool:
    """True if there is something to show of a release."""
    with _store().reading() as db:
        found = stored_releases.find_release(db, release)
        return bool(stored_runs.find_finished_runs(db, found.id, None))


def usual_baseline(release: str) -> str | None:
    """Returns the accepted release of the same assistant, unless it is the one in question."""
    with _store().reading() as db:
        found = stored_releases.find_release(db, release)
        accepted = stored_releases.find_accepted(db, found.assistant)
    return accepted.name if accepted is not None and accepted.name != release else None


def heat_map(release: str, baseline: str | None) -> HeatMap:
    """Returns every locale and metric of a release, beside a baseline where one is named.

    Raises:
        NotComparable: the two have no finished run over the same suite.
    """
    with _store().reading() as db:
        scores = _list_scores(db, release) + (_list_scores(db, baseline) if baseline else ())
    return _read_heat_map(release, baseline, scores)


def list_flips(found: HeatMap, locale: str, metric: str) -> list[FlipView]:
    """Returns the flips of one cell of a heat map that has a baseline, regressions first."""
    assert found.baseline_run_id is not None
    with _store().reading() as db:
        return flips.list_flips(db, found.baseline_run_id, found.run_id, locale, metric)


def _list_scores(db: Db, release: str) -> tuple[int, ...]:
    found = stored_releases.find_release(db, release)
    runs = stored_runs.find_finished_runs(db, found.id)
    return tuple(stored_runs.find_score_set(db, run.id).id for run in runs)


# Comparing takes seconds and its outcome never changes: runs are frozen, and rescoring makes a new
# score set. So the score sets are part of the key, and nothing has to be invalidated.


@lru_cache(maxsize=16)
def _read_heat_map(release: str, baseline: str | None, _scores: tuple[int, ...]) -> HeatMap:
    with _store().reading() as db:
        return heat_maps.heat_map(db, release, baseline)


def worst_first(found: HeatMap, shown: str) -> list[HeatCell]:
    """Returns the cells with the locale first whose worst number is the lowest.

    Args:
        found: the heat map.
        shown: ``rate``, ``delta`` or ``verdict``: which number counts; verdicts go by their change.
    """

    def badness(cell: HeatCell) -> float:
        number = cell.rate if shown == "rate" or found.baseline is None else cell.delta
        return float("inf") if number is None else number

    worst: dict[str, float] = {}
    for cell in found.cells:
        worst[cell.locale] = min(badness(cell), worst.get(cell.locale, float("inf")))
    return sorted(found.cells, key=lambda cell: (worst[cell.locale], cell.locale))


# Live sessions


def start_session(person: Person, release: str, locale: str) -> SessionView:
    """Opens a session with a release."""
    with _store().writing() as db:
        return sessions.start_session(db, person.person_id, release, locale)


def find_session(person: Person, session_id: int) -> SessionView:
    """Returns one of the person's sessions; raises ``NotFound`` for anybody else's."""
    with _store().reading() as db:
        return sessions.find_session(db, session_id, person.person_id)


def list_sessions(person: Person) -> list[SessionView]:
    """Returns the person's newest sessions, newest first."""
    with _store().reading() as db:
        return sessions.list_sessions(db, person.person_id)


def end_session(person: Person, session_id: int) -> None:
    """Closes a session."""
    with _store().writing() as db:
        sessions.end_session(db, session_id, person.person_id)


def ask(person: Person, session_id: int, client_key: str, text: str) -> TurnView:
    """Stores a turn, asks the session's release, and stores what came of it."""
    assistants = _wiring().assistants
    return turns.ask(_store(), assistants, session_id, person.person_id, client_key, text)


def list_turns(session: SessionView, last: int) -> list[TurnView]:
    """Returns the last turns of a session that was found as the person's own."""
    with _store().reading() as db:
        return turns.list_turns(db, session.id, last)


def find_turn(person: Person, session_id: int, turn_id: int) -> TurnView:
    """Returns one turn as it is stored now."""
    with _store().reading() as db:
        sessions.find_session(db, session_id, person.person_id)
        listed = turns.list_turns(db, session_id)
    return next(turn for turn in listed if turn.id == turn_id)


def is_answered(turn: TurnView) -> bool:
    """True if the assistant answered the turn."""
    return turn.status == TurnStatus.ANSWERED


def expected(turn: TurnView) -> tuple[str, tuple[Slot, ...]]:
    """Returns intent and slots as corrected, or as understood where nobody corrected them."""
    if turn.correction is not None:
        return turn.correction.intent, turn.correction.slots
    return turn.intent or "", turn.slots


def is_confirmed(turn: TurnView) -> bool:
    """True if what was understood was said to be right."""
    return turn.correction is not None and expected(turn) == (turn.intent, turn.slots)


def record_correction(person: Person, turn_id: int, intent: str, slots: Sequence[Slot]) -> None:
    """Stores what should have been understood."""
    in_order = sorted(slots, key=lambda slot: slot.start)
    with _store().writing() as db:
        corrections.record_correction(db, turn_id, person.person_id, intent, in_order)


def record_judgment(
    person: Person, turn_id: int, rating: int | None, tags: Sequence[str], note: str
) -> None:
    """Stores how good a turn was."""
    with _store().writing() as db:
        judgments.record_judgment(db, turn_id, person.person_id, rating, tags, note)
