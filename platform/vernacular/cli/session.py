"""``vernacular session``: who talked with which release, and what was found."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, new_table, print_json, print_table
from vernacular.errors import NotFound

if TYPE_CHECKING:
    from vernacular.live.sessions import SessionView
    from vernacular.live.summary import SessionSummary
    from vernacular.live.turns import TurnView
    from vernacular.store.database import Db

app = typer.Typer(help="See live sessions and what they found.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    person: Annotated[str | None, typer.Option(help="Only this login's.")] = None,
    release: Annotated[str | None, typer.Option(help="Only those with this release.")] = None,
    locale: Annotated[str | None, typer.Option(help="Only those in this locale.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show who talked with which release in which locale, and how much was said and corrected."""
    from vernacular.corpus.locales import find_locale  # noqa: PLC0415  (slow to import)
    from vernacular.store.releases import find_release  # noqa: PLC0415
    from vernacular.store.session_counts import count_sessions  # noqa: PLC0415
    from vernacular.store.session_facts import list_session_facts  # noqa: PLC0415

    tag = None if locale is None else find_locale(locale).tag
    with open_store(context).reading() as db:
        login = None if person is None else _find_login(db, person)
        if release is not None:
            find_release(db, release)
        found = list_session_facts(db, login=login, release=release, locale=tag, limit=limit)
        n_all = count_sessions(db, login=login, release=release, locale=tag)
    if as_json:
        print_json({"total": n_all, "sessions": [asdict(one) for one in found]})
    elif not found:
        print("there is no such session: people talk on the page that 'vernacular serve ui' serves")
    else:
        numbers = ("turns", "spoken", "corrected")
        table = new_table(
            "id", "person", "release", "locale", "goal", "began", "state", *numbers, right=numbers
        )
        for one in found:
            state = "ended" if one.ended_at else "paused" if one.paused_at else "open"
            counts = map(str, (one.n_turns, one.n_spoken, one.n_corrected))
            began = f"{one.started_at:%Y-%m-%d %H:%M}"
            goal = one.goal or "-"
            table.add_row(
                str(one.id), one.login, one.release, one.locale, goal, began, state, *counts
            )
        print_table(table)
        if n_all > len(found):
            print(f"{n_all - len(found):,} more; --limit {n_all} shows all")


def _find_login(db: Db, given: str) -> str:
    """Returns a person's login as it is stored.

    Raises:
        NotFound: there is no such person; the message lists those there are.
    """
    from vernacular.people.accounts import find_person, list_people  # noqa: PLC0415

    person = find_person(db, given)
    if person is None:
        logins = ", ".join(one.login for one in list_people(db)) or "none yet"
        raise NotFound(f"there is no person {given!r:.100}; people: {logins}")
    return person.login


@app.command()
def show(
    context: typer.Context,
    session: Annotated[int, typer.Argument(min=1, help="Its id, as 'session list' shows it.")],
    as_json: JsonOption = False,
) -> None:
    """Show what was found in a session, and its turns."""
    from vernacular.live.summary import find_session_of_anybody, summarise  # noqa: PLC0415
    from vernacular.live.turns import list_turns  # noqa: PLC0415

    with open_store(context).reading() as db:
        view = find_session_of_anybody(db, session)
        found = summarise(db, view)
        turns = list_turns(db, view.id)
    if as_json:
        listed = [asdict(turn) for turn in turns]
        print_json({"session": asdict(view), "summary": asdict(found), "turns": listed})
    else:
        _print_summary(view, found)
        _print_turns(turns)


def _print_summary(view: SessionView, found: SessionSummary) -> None:
    print(f"session {view.id}: {view.release_name}, {view.locale}, {view.goal or 'free talk'}")
    print(
        f"{found.n_turns} turns ({found.n_spoken} spoken, {found.n_failed} without an answer,"
        f" {found.n_inaudible} with nothing to hear) in {found.seconds_talked / 60:.1f} minutes"
    )
    print(
        f"{found.n_corrected} corrected: {found.n_all_right} all right,"
        f" {found.n_misheard} misheard, {found.n_wrong_intent} wrong intent,"
        f" {found.n_wrong_slots} wrong slots"
    )
    if found.hearing.rate is not None:
        metric = "WER" if found.hearing.unit == "word" else "CER"
        print(f"{metric} {found.hearing.rate:.3f} ({found.hearing.edits}/{found.hearing.n_units})")
    if found.mean_rating is not None:
        print(f"rated {found.mean_rating:.2f} of 5 (n={found.n_rated})")
    for tag, number in found.tags:
        print(f"{tag}: {number}")


def _print_turns(turns: list[TurnView]) -> None:
    table = new_table("turn", "task", "heard or typed", "intent", "corrected to", right=("turn",))
    for turn in turns:
        understood = turn.error or turn.intent or turn.status
        corrected = "-"
        if turn.correction is not None:
            corrected = f"{turn.correction.intent}: {turn.correction.text}"
        table.add_row(str(turn.number), turn.task or "-", turn.text, understood, corrected)
    print_table(table)
