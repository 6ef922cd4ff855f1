"""``vernacular corpus examples``: examples for releases that understand in context."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from vernacular.cli.opening import open_store
from vernacular.cli.output import JsonOption, print_json
from vernacular.errors import InvalidInput


def examples(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The JSONL file to write, beside the manifest.")
    ],
    exclude_suite: Annotated[
        list[str],
        typer.Option(help="A suite the release will be run on; name each, none of it is drawn."),
    ],
    per_intent: Annotated[
        int, typer.Option(min=1, help="Examples of each intent in each locale.")
    ] = 3,
    locale: Annotated[
        list[str] | None, typer.Option(help="Only this locale; may be repeated.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only this corpus.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws other examples.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Draw validated utterances as examples for a language model, none of the suites' own.

    Drawn is what judges found good, or what its corpus publishes to learn from (train, dev).
    """
    from vernacular.assistants.in_context.examples import write_examples  # noqa: PLC0415
    from vernacular.collection.draw_examples import draw_examples  # noqa: PLC0415

    with open_store(context).reading() as db:
        drawn = draw_examples(
            db,
            exclude_suite,
            per_intent=per_intent,
            source=source,
            locales=locale or None,
            seed=seed,
        )
    partial = output.with_name(output.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as target:
            write_examples(drawn, target)
        partial.replace(output)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InvalidInput(f"cannot be written: {error.strerror}", file=str(output)) from error
    groups = Counter((one.locale, one.intent) for one in drawn)
    n_locales = len({tag for tag, _ in groups})
    n_intents = len({intent for _, intent in groups})
    n_short = sum(n < per_intent for n in groups.values())
    if as_json:
        print_json(
            {
                "file": str(output),
                "n_examples": len(drawn),
                "n_intents": n_intents,
                "n_locales": n_locales,
                "n_short": n_short,
                "excluded_suites": exclude_suite,
            }
        )
        return
    print(f"{len(drawn):,} examples of {n_intents} intents in {n_locales} locales: {output}")
    if n_short:
        print(f"{n_short:,} times an intent has fewer than {per_intent} in a locale")
