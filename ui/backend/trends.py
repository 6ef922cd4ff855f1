"""Releases over time, and their ranking."""

from __future__ import annotations

from backend.connection import store
from vernacular.reports.releases import leaderboard as leaderboards
from vernacular.reports.releases import trends
from vernacular.reports.releases.leaderboard import Leaderboard
from vernacular.reports.releases.trends import LocaleTrend, Trend
from vernacular.store import trends as stored_trends


def list_measured_suites() -> list[str]:
    """Returns the suites that a release has finished, the one run last first."""
    with store().reading() as db:
        return stored_trends.list_measured_suites(db)


def list_scored_metrics(suite: str) -> list[str]:
    """Returns the metrics that any release was scored on over a suite, in the usual order."""
    with store().reading() as db:
        return trends.list_scored_metrics(db, suite)


def trend(suite: str, metric: str) -> Trend:
    """Returns a metric per locale over releases, oldest first."""
    with store().reading() as db:
        return trends.trend(db, suite, metric)


def lost_most(found: Trend, n: int) -> list[LocaleTrend]:
    """Returns the ``n`` locales that lost most since the release before, those first.

    Those without a release before come last, the worst of them first.
    """

    def gain(one: LocaleTrend) -> float:
        delta = one.newest.delta
        return float("inf") if delta is None else delta

    return sorted(found.locales, key=gain)[:n]


def leaderboard(suite: str, metric: str) -> Leaderboard:
    """Returns the releases of a suite, the best by a metric first."""
    with store().reading() as db:
        return leaderboards.leaderboard(db, suite, metric)
