"""The one door to the package: what pages may ask of it, as functions over plain values.

Each call is one short transaction. Nothing behind this door knows Streamlit, and no page knows the
store. One module per noun; pages import this one alone.
"""

from __future__ import annotations

from backend.clips import Sound, list_spoken_suites, read_sound
from backend.collecting import list_submissions, next_prompt, skip_prompt, submit_utterance
from backend.connection import connect, disconnect
from backend.failures import explain
from backend.feedback import list_feedback
from backend.languages import (
    closest_language,
    duration,
    list_languages,
    local_time,
    text_direction,
    translate,
    translate_count,
)
from backend.live import (
    ask,
    end_session,
    expected,
    find_session,
    find_turn,
    is_answered,
    is_confirmed,
    keep_recording,
    list_sessions,
    list_turns,
    record_correction,
    record_judgment,
    said_in,
    start_session,
)
from backend.locales import (
    list_intents,
    list_locales,
    list_slots,
    locale_direction,
    locale_names,
    short_locale_names,
    slot_over,
    split_words,
)
from backend.people import (
    change_language,
    check_signed_in,
    find_person,
    is_engineer,
    is_signed_in,
)
from backend.releases import (
    has_finished_run,
    heat_map,
    is_error,
    list_flips,
    list_releases,
    list_talking_releases,
    release_descriptions,
    shown_change,
    transfer,
    usual_baseline,
    worst_first,
)
from backend.runs import find_faults, list_costs, weigh
from backend.serving import answer_store_failure, create_api, sign_in_routes, warm_up
from backend.trends import (
    leaderboard,
    list_measured_suites,
    list_scored_metrics,
    lost_most,
    trend,
)
from backend.utterances import list_suites, utterance_story
from vernacular.collection.duplicates import Duplicate
from vernacular.collection.prompts import Prompt
from vernacular.comparison.transfer import Gap, LocaleTransfer, Transfer
from vernacular.corpus.typed_input import MAX_TYPED_LENGTH
from vernacular.corpus.utterance import Judgment, Slot
from vernacular.errors import StoreUnavailable
from vernacular.live.judgments import ISSUE_TAGS
from vernacular.live.said import Said
from vernacular.live.sessions import SessionView
from vernacular.live.turns import TurnView
from vernacular.people.sign_in import SIGN_IN_COOKIE
from vernacular.people.sign_in import SignedIn as Person
from vernacular.reports.comparison.flips import FlipView
from vernacular.reports.releases.leaderboard import Leaderboard, LocaleRate, RankedRelease, Standing
from vernacular.reports.releases.trends import LeftOut, LocaleTrend, Trend, TrendPoint
from vernacular.reports.runs.cost import WHOLE, Quality, RunCost, StageCost
from vernacular.reports.runs.cost_change import CostChange
from vernacular.reports.runs.faults import FaultReport, Faults
from vernacular.reports.runs.heat_map import HeatCell, HeatMap, HeatMean
from vernacular.reports.utterance_story import ReleaseAnswer, SpokenClip, UtteranceStory
from vernacular.scoring.transcript_alignment import TranscriptAlignment
from vernacular.store.judged_items import JudgedAnswer
from vernacular.store.tables.feedback import FeedbackItem
from vernacular.store.utterance_history import Revision

__all__ = [
    "ISSUE_TAGS",
    "MAX_TYPED_LENGTH",
    "SIGN_IN_COOKIE",
    "WHOLE",
    "CostChange",
    "Duplicate",
    "FaultReport",
    "Faults",
    "FeedbackItem",
    "FlipView",
    "Gap",
    "HeatCell",
    "HeatMap",
    "HeatMean",
    "JudgedAnswer",
    "Judgment",
    "Leaderboard",
    "LeftOut",
    "LocaleRate",
    "LocaleTransfer",
    "LocaleTrend",
    "Person",
    "Prompt",
    "Quality",
    "RankedRelease",
    "ReleaseAnswer",
    "Revision",
    "RunCost",
    "Said",
    "SessionView",
    "Slot",
    "Sound",
    "SpokenClip",
    "StageCost",
    "Standing",
    "StoreUnavailable",
    "TranscriptAlignment",
    "Transfer",
    "Trend",
    "TrendPoint",
    "TurnView",
    "UtteranceStory",
    "answer_store_failure",
    "ask",
    "change_language",
    "check_signed_in",
    "closest_language",
    "connect",
    "create_api",
    "disconnect",
    "duration",
    "end_session",
    "expected",
    "explain",
    "find_faults",
    "find_person",
    "find_session",
    "find_turn",
    "has_finished_run",
    "heat_map",
    "is_answered",
    "is_confirmed",
    "is_engineer",
    "is_error",
    "is_signed_in",
    "keep_recording",
    "leaderboard",
    "list_costs",
    "list_feedback",
    "list_flips",
    "list_intents",
    "list_languages",
    "list_locales",
    "list_measured_suites",
    "list_releases",
    "list_scored_metrics",
    "list_sessions",
    "list_slots",
    "list_spoken_suites",
    "list_submissions",
    "list_suites",
    "list_talking_releases",
    "list_turns",
    "local_time",
    "locale_direction",
    "locale_names",
    "lost_most",
    "next_prompt",
    "read_sound",
    "record_correction",
    "record_judgment",
    "release_descriptions",
    "said_in",
    "short_locale_names",
    "shown_change",
    "sign_in_routes",
    "skip_prompt",
    "slot_over",
    "split_words",
    "start_session",
    "submit_utterance",
    "text_direction",
    "transfer",
    "translate",
    "translate_count",
    "trend",
    "usual_baseline",
    "utterance_story",
    "warm_up",
    "weigh",
    "worst_first",
]
