"""Two releases over four locales: one regressed, one better, one unsure, one unchanged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.evaluation.situations import prepare_suite, run_release
from vernacular.comparison.compare import Comparison
from vernacular.evaluation.compare_runs import compare, find_comparable
from vernacular.store.database import Store
from vernacular.store.migrate import upgrade

LOCALES = ("am-ET", "hi-IN", "sw-KE", "th-TH")
N = 200


@pytest.fixture(scope="package")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with ``alpha`` and ``beta``, which fixes 40 utterances of am-ET, breaks 50 of sw-KE,
    and changes 16 of th-TH for better and worse alike."""
    folder = tmp_path_factory.mktemp("compared")
    store = Store(f"sqlite:///{folder / 'vernacular.db'}")
    upgrade(store)
    prepare_suite(store, folder / "corpus", N, LOCALES)
    run_release(
        store,
        "alpha",
        lambda tag, i: (tag == "am-ET" and i <= 40) or (tag == "th-TH" and i <= 8),
    )
    run_release(
        store,
        "beta",
        lambda tag, i: (tag == "sw-KE" and i <= 50) or (tag == "th-TH" and 8 < i <= 16),
    )
    yield store
    store.close()


@pytest.fixture(scope="package")
def comparison(compared: Store) -> Comparison:
    with compared.reading() as db:
        return compare(db, *find_comparable(db, "alpha", "beta"))
