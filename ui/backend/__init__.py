"""The one door to the package: what pages may ask of it, as functions over plain values.

Each call is one short transaction. Nothing behind this door knows Streamlit, and no page knows the
store. One module per noun; pages import this one alone.
"""

from __future__ import annotations

from backend.blind import (
    ask_both,
    both_answered,
    end_blind,
    find_blind,
    list_blind,
    list_blind_turns,
    preferences,
    record_preference,
    reopen_blind,
    start_blind,
)
from backend.clips import (
    RECORDING_SUFFIXES,
    Sound,
    find_clips,
    list_spoken_suites,
    read_sound,
)
from backend.collecting import (
    list_submissions,
    next_prompt,
    record_recording,
    skip_prompt,
    submit_utterance,
)
from backend.connection import connect, disconnect
from backend.failures import explain
from backend.feedback import list_feedback
from backend.found import find_fixed_corrections, summarise
from backend.freezing import FrozenSuite, freeze_session
from backend.goals import find_goal, list_goals, list_tasks_done, next_task
from backend.hosted import list_answering
from backend.languages import (
    closest_language,
    duration,
    enumeration,
    list_languages,
    local_time,
    text_direction,
    translate,
    translate_count,
)
from backend.live import (
    Expected,
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
    pause_session,
    record_correction,
    record_judgment,
    reopen_session,
    resume_session,
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
from backend.recordings import advise_on, is_audible
from backend.releases import (
    has_finished_run,
    hears,
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
from backend.replies import (
    find_change,
    find_replies,
    find_share,
    is_yes_good,
    list_answered,
    worst_replies_first,
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
from backend.utterances import (
    find_flip_place,
    has_failed,
    list_answer_choices,
    list_suites,
    side_by_side,
    utterance_story,
)
from vernacular.clips.contract import StoredClip
from vernacular.collection.duplicates import Duplicate
from vernacular.collection.prompts import Prompt
from vernacular.collection.submissions import Submission
from vernacular.comparison.preferences import (
    LocalePreferences,
    LocaleStanding,
    MeanStanding,
    Strength,
    Tally,
)
from vernacular.comparison.transfer import Gap, LocaleTransfer, Transfer
from vernacular.comparison.unpaired import Share, ShareChange
from vernacular.corpus.moved_slots import move_slots
from vernacular.corpus.typed_input import MAX_TYPED_LENGTH
from vernacular.corpus.utterance import Judgment, Slot
from vernacular.errors import NotFound, StoreUnavailable
from vernacular.evaluation.reply_quality import ReplyQuality
from vernacular.live.blind.answers import SideView
from vernacular.live.blind.sessions import BlindSessionView
from vernacular.live.blind.turn_view import BlindTurnView
from vernacular.live.corrections import is_wordless
from vernacular.live.goals import Goal
from vernacular.live.judgments import ISSUE_TAGS, MAX_RATING, ReplyJudgment
from vernacular.live.said import Said
from vernacular.live.sessions import SessionEnded, SessionView
from vernacular.live.summary import SessionSummary
from vernacular.live.turns import TurnView
from vernacular.live.unanswered import is_starting
from vernacular.people.sign_in import SIGN_IN_COOKIE
from vernacular.people.sign_in import SignedIn as Person
from vernacular.reports.comparison.flips import FlipView, Kind
from vernacular.reports.fixed_corrections import (
    FixedCorrections,
    LaterRelease,
    ReleaseTally,
    WrongTurn,
)
from vernacular.reports.fixed_corrections import Outcome as FixedOutcome
from vernacular.reports.preferences.preferences import PreferenceReport
from vernacular.reports.releases.leaderboard import Leaderboard, LocaleRate, RankedRelease, Standing
from vernacular.reports.releases.trends import LeftOut, LocaleTrend, Trend, TrendPoint
from vernacular.reports.replies.replies import LocaleReplies, ReplyReport
from vernacular.reports.runs.cost import WHOLE, Quality, RunCost, StageCost, TimesAre, list_stages
from vernacular.reports.runs.cost_change import CostChange
from vernacular.reports.runs.faults import FaultReport, Faults
from vernacular.reports.runs.heat_map import HeatCell, HeatMap, HeatMean
from vernacular.reports.utterance_story import UtteranceStory
from vernacular.reports.utterance_story_answers import ReleaseAnswer
from vernacular.reports.utterance_story_clip import SpokenClip
from vernacular.reports.utterance_story_flip import FlipCell, FlipPlace
from vernacular.reports.utterance_story_pair import SideBySide, StageAnswer, StagePair
from vernacular.reports.utterance_story_turn import TurnCorrection, TurnStory, TurnVerdict
from vernacular.scoring.transcript_alignment import TranscriptAlignment, align
from vernacular.store.judged_items import JudgedAnswer
from vernacular.store.tables.blind import Choice
from vernacular.store.tables.feedback import FeedbackItem
from vernacular.store.utterance_history import Revision

__all__ = [
    "ISSUE_TAGS",
    "MAX_RATING",
    "MAX_TYPED_LENGTH",
    "RECORDING_SUFFIXES",
    "SIGN_IN_COOKIE",
    "WHOLE",
    "BlindSessionView",
    "BlindTurnView",
    "Choice",
    "CostChange",
    "Duplicate",
    "Expected",
    "FaultReport",
    "Faults",
    "FeedbackItem",
    "FixedCorrections",
    "FixedOutcome",
    "FlipCell",
    "FlipPlace",
    "FlipView",
    "FrozenSuite",
    "Gap",
    "Goal",
    "HeatCell",
    "HeatMap",
    "HeatMean",
    "JudgedAnswer",
    "Judgment",
    "Kind",
    "LaterRelease",
    "Leaderboard",
    "LeftOut",
    "LocalePreferences",
    "LocaleRate",
    "LocaleReplies",
    "LocaleStanding",
    "LocaleTransfer",
    "LocaleTrend",
    "MeanStanding",
    "NotFound",
    "Person",
    "PreferenceReport",
    "Prompt",
    "Quality",
    "RankedRelease",
    "ReleaseAnswer",
    "ReleaseTally",
    "ReplyJudgment",
    "ReplyQuality",
    "ReplyReport",
    "Revision",
    "RunCost",
    "Said",
    "SessionEnded",
    "SessionSummary",
    "SessionView",
    "Share",
    "ShareChange",
    "SideBySide",
    "SideView",
    "Slot",
    "Sound",
    "SpokenClip",
    "StageAnswer",
    "StageCost",
    "StagePair",
    "Standing",
    "StoreUnavailable",
    "StoredClip",
    "Strength",
    "Submission",
    "Tally",
    "TimesAre",
    "TranscriptAlignment",
    "Transfer",
    "Trend",
    "TrendPoint",
    "TurnCorrection",
    "TurnStory",
    "TurnVerdict",
    "TurnView",
    "UtteranceStory",
    "WrongTurn",
    "advise_on",
    "align",
    "answer_store_failure",
    "ask",
    "ask_both",
    "both_answered",
    "change_language",
    "check_signed_in",
    "closest_language",
    "connect",
    "create_api",
    "disconnect",
    "duration",
    "end_blind",
    "end_session",
    "enumeration",
    "expected",
    "explain",
    "find_blind",
    "find_change",
    "find_clips",
    "find_faults",
    "find_fixed_corrections",
    "find_flip_place",
    "find_goal",
    "find_person",
    "find_replies",
    "find_session",
    "find_share",
    "find_turn",
    "freeze_session",
    "has_failed",
    "has_finished_run",
    "hears",
    "heat_map",
    "is_answered",
    "is_audible",
    "is_confirmed",
    "is_engineer",
    "is_error",
    "is_signed_in",
    "is_starting",
    "is_wordless",
    "is_yes_good",
    "keep_recording",
    "leaderboard",
    "list_answer_choices",
    "list_answered",
    "list_answering",
    "list_blind",
    "list_blind_turns",
    "list_costs",
    "list_feedback",
    "list_flips",
    "list_goals",
    "list_intents",
    "list_languages",
    "list_locales",
    "list_measured_suites",
    "list_releases",
    "list_scored_metrics",
    "list_sessions",
    "list_slots",
    "list_spoken_suites",
    "list_stages",
    "list_submissions",
    "list_suites",
    "list_talking_releases",
    "list_tasks_done",
    "list_turns",
    "local_time",
    "locale_direction",
    "locale_names",
    "lost_most",
    "move_slots",
    "next_prompt",
    "next_task",
    "pause_session",
    "preferences",
    "read_sound",
    "record_correction",
    "record_judgment",
    "record_preference",
    "record_recording",
    "release_descriptions",
    "reopen_blind",
    "reopen_session",
    "resume_session",
    "said_in",
    "short_locale_names",
    "shown_change",
    "side_by_side",
    "sign_in_routes",
    "skip_prompt",
    "slot_over",
    "split_words",
    "start_blind",
    "start_session",
    "submit_utterance",
    "summarise",
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
    "worst_replies_first",
]
