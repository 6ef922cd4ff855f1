"""What a run of a release over a suite would be, and whether there may be one at all."""

from __future__ import annotations

from vernacular.assistants.manifest import Manifest
from vernacular.errors import Conflict
from vernacular.evaluation.releases import manifest_of
from vernacular.store.database import Db
from vernacular.store.releases import find_release
from vernacular.store.replays import find_replayed_as
from vernacular.store.runs import find_newest_run, make_run
from vernacular.store.suites import SuiteContent, describe_content, find_suite
from vernacular.store.tables import Run
from vernacular.store.tables.runs import RunStatus


def plan_run(
    db: Db,
    release_name: str,
    suite_name: str,
    *,
    reuse: bool = False,
    as_text: bool = False,
    with_replies: bool = False,
    alone: bool = False,
) -> Run:
    """Returns the run of the release over the suite that is to be, new (not stored, and without a
    number) unless ``reuse`` finds one.

    A suite with clips is heard, and what was heard is understood beside the reference text; with
    ``as_text`` only the reference text is given. ``with_replies`` asks for replies too, to time
    them, and ``alone`` for each item by itself, to time it as a person would wait for it; only a
    run that did so is reused then.

    Raises:
        NotFound: there is no such release or suite.
        Conflict: an earlier run of both is still open and ``reuse`` is off, or the release cannot
            do what the suite asks of it.
    """
    release, suite = find_release(db, release_name), find_suite(db, suite_name)
    if find_replayed_as(db, suite.id) is not None:
        raise Conflict(
            f"{suite_name} holds turns of sessions that are replayed in their order:"
            f" 'vernacular replay --release {release_name}' does that"
        )
    content = describe_content(db, suite.id)
    manifest = manifest_of(release)
    by_voice = content.has_clips and not as_text
    _check_fit(manifest, suite_name, content, by_voice=by_voice)
    if with_replies and not manifest.replies:
        raise Conflict(
            f"{release_name} has no 'reply' stage that could be timed: leave --with-replies out"
        )
    newest = find_newest_run(
        db, release.id, suite.id, has_transcripts=by_voice, with_replies=with_replies, alone=alone
    )
    if newest is not None and reuse:
        return newest
    if newest is not None and newest.status == RunStatus.OPEN:
        raise Conflict(
            f"run {newest.id} of {release_name} over {suite_name} is not finished:"
            f" go on with 'vernacular run resume {newest.id}', or give it up with 'vernacular run"
            f" abandon {newest.id}'"
        )
    has_intents = manifest.understands and content.has_intents
    return make_run(
        release,
        suite,
        has_intents=has_intents,
        has_transcripts=by_voice,
        has_text_answers=by_voice and has_intents,
        has_replies=with_replies,
        asked_alone=alone,
    )


def _check_fit(
    manifest: Manifest, suite_name: str, content: SuiteContent, *, by_voice: bool
) -> None:
    """Refuses a release that can neither hear nor understand what the suite holds."""
    if by_voice and not manifest.hears:
        raise Conflict(
            f"{suite_name} is to be heard and {manifest.release} has no 'asr' stage:"
            " --as-text gives it the reference texts"
        )
    if not by_voice and not manifest.understands:
        raise Conflict(
            f"{manifest.release} only hears (it has no 'nlu' stage), and {suite_name} is put to it"
            " as text: take a suite with clips"
        )
    if not by_voice and not content.has_intents:
        raise Conflict(f"{suite_name} names no intents that an answer could be held against")
