"""All tables of the store; importing this package fills ``Base.metadata``."""

from vernacular.store.tables.base import Base
from vernacular.store.tables.blind import BlindSession, BlindTurn, Preference
from vernacular.store.tables.clips import Clip, Recording
from vernacular.store.tables.collected import PromptSkip
from vernacular.store.tables.feedback import FeedbackItem
from vernacular.store.tables.gates import GateOutcome, GoldenWin
from vernacular.store.tables.people import ApiKey, Person, PersonLocale, SignIn
from vernacular.store.tables.releases import Release
from vernacular.store.tables.replays import ReplayedTurn
from vernacular.store.tables.runs import LocaleScore, Result, Run, Score, ScoreSet
from vernacular.store.tables.sessions import Correction, LiveSession, Turn, TurnJudgment
from vernacular.store.tables.suites import Suite, SuiteItem
from vernacular.store.tables.utterances import Utterance, UtteranceRevision

__all__ = [
    "ApiKey",
    "Base",
    "BlindSession",
    "BlindTurn",
    "Clip",
    "Correction",
    "FeedbackItem",
    "GateOutcome",
    "GoldenWin",
    "LiveSession",
    "LocaleScore",
    "Person",
    "PersonLocale",
    "Preference",
    "PromptSkip",
    "Recording",
    "Release",
    "ReplayedTurn",
    "Result",
    "Run",
    "Score",
    "ScoreSet",
    "SignIn",
    "Suite",
    "SuiteItem",
    "Turn",
    "TurnJudgment",
    "Utterance",
    "UtteranceRevision",
]
