"""Writes the card of the pocket releases from comparisons that the product itself made.

    vernacular compare pocket-1 pocket-2 --suite massive-test --json > successor.json
    vernacular compare pocket-2 pocket-2-small --suite massive-test --json > student.json
    python seed_data/pocket/card.py successor.json student.json > seed_data/pocket/README.md

With ``--judged student.json`` it prints the table of ``docs/distillation.md`` instead.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from safetensors import safe_open

HERE = Path(__file__).parent
RELEASES = ("pocket-1", "pocket-2", "pocket-2-small")
METRICS = ("intent_acc", "slot_micro_f1", "ex_match_acc")
Cells = dict[str, dict[str, dict]]
"""By locale (``mean`` is that over locales), then by metric."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("comparisons", nargs="+", type=Path)
    parser.add_argument("--judged", action="store_true", help="the table of the docs, of the last")
    arguments = parser.parse_args()
    comparisons = [json.loads(path.read_text("utf-8")) for path in arguments.comparisons]
    if arguments.judged:
        print_judged(comparisons[-1])
    else:
        print_card(*comparisons)


def print_card(successor: dict, student: dict) -> None:
    training = {
        name: json.loads((HERE / name / "training.json").read_text(encoding="utf-8"))
        for name in RELEASES
    }
    text = (HERE / "card.md").read_text(encoding="utf-8")
    print(text.replace("{training}", _training(training, RELEASES[:2])).rstrip())
    seen = set(training["pocket-1"]["trained_locales"])
    print("\n## Figures on MASSIVE `test`, per locale\n")
    print_figures(successor, "; * marks the locales pocket-1 never saw (zero-shot for it)", seen)
    print_worse(successor)
    text = (HERE / "student.md").read_text(encoding="utf-8")
    text = text.replace("{training}", _training(training, RELEASES[2:]))
    print("\n" + text.replace("{size}", _size(RELEASES[2], RELEASES[1])).rstrip())
    print("\n### Teacher and student on MASSIVE `test`, per locale\n")
    print_figures(student, "")


def print_figures(comparison: dict, note: str, seen: set[str] | None = None) -> None:
    """Prints the rates of both releases per locale; locales not in ``seen`` get a star."""
    rows = read_cells(comparison)
    locales = set(rows) - {"mean"}
    seen = locales if seen is None else seen
    before, after = (comparison[side]["release"] for side in ("baseline", "candidate"))
    n, scorer = comparison["cells"][0]["n"], comparison["scorer"]
    print(f"{n:,} utterances per locale, scorer `{scorer}`,")
    print(f"made by `vernacular compare {before} {after} --suite massive-test --json`. In percent,")
    print(f"{before} -> {after}{note}.\n")
    print("| locale | intent accuracy | slot F1 | exact match | intents broken / fixed |")
    print("|---|---|---|---|---|")
    for locale, cells in rows.items():
        star = "" if locale in seen or locale == "mean" else "*"
        figures = " | ".join(
            f"{cells[m]['baseline'] * 100:.1f} -> {cells[m]['candidate'] * 100:.1f}"
            for m in METRICS
        )
        flips = cells["intent_acc"].get("flips")
        counted = f"{flips['b']} / {flips['c']}" if flips else ""
        print(f"| {locale}{star} | {figures} | {counted} |")
    if seen == locales:
        return
    for title, chosen in (("trained", seen), ("unseen by pocket-1", locales - seen)):
        means = [
            " -> ".join(
                f"{100 * math.fsum(rows[x][m][side] for x in chosen) / len(chosen):.1f}"
                for side in ("baseline", "candidate")
            )
            for m in METRICS
        ]
        print(f"| mean of {len(chosen)} {title} | {' | '.join(means)} | |")


def print_worse(comparison: dict) -> None:
    worse = [c for c in comparison["cells"] if c["delta"] is not None and c["delta"] < 0]
    worse.sort(key=lambda cell: cell["delta"])
    print("\n## Where pocket-2 is worse\n")
    if not worse:
        print("In no locale and metric on average; single utterances it breaks are counted above.")
    for cell in worse:
        print(f"- {cell['locale']} {cell['metric']}: {_judged(cell, ' points')}")


def print_judged(comparison: dict) -> None:
    """Prints the changes with their intervals and verdicts, the greatest loss of intents first."""
    rows = read_cells(comparison)
    print("| locale | intent accuracy | slot F1 | exact match |")
    print("|---|---|---|---|")
    for locale in sorted(rows, key=lambda one: (one != "mean", rows[one]["intent_acc"]["delta"])):
        judged = " | ".join(_judged(rows[locale][metric]) for metric in METRICS)
        print(f"| {locale} | {judged} |")


def read_cells(comparison: dict) -> Cells:
    rows: Cells = {}
    for cell in comparison["cells"]:
        rows.setdefault(cell["locale"], {})[cell["metric"]] = cell
    for one in comparison["macro"]:
        rows.setdefault("mean", {})[one["metric"]] = one
    return rows


def _judged(cell: dict, unit: str = "") -> str:
    low, high = cell["low"] * 100, cell["high"] * 100
    return f"{cell['delta'] * 100:+.2f}{unit} [{low:+.2f}, {high:+.2f}], {cell['verdict']}"


def _training(training: dict[str, dict], names: tuple[str, ...]) -> str:
    lines = []
    for name in names:
        one = training[name]
        before = one.get("continued_from")
        start = f"continues from {before}" if before else "from nothing"
        reading = ""
        if "teacher" in one:
            start = f"taught by {one['teacher']}"
            reading = f"\n  after {one['teacher_minutes']:g} minutes of reading by the teacher"
        lines.append(
            f"- `{name}`: {start}, {one['passes']:g} passes over {len(one['trained_locales'])}"
            f" locales, seed {one['seed']}, {one['minutes']:g} minutes on one CPU core{reading}."
        )
    return "\n".join(lines)


def _size(student: str, teacher: str) -> str:
    """Returns parameters and bytes of the student's weights, and which share that is."""
    figures = []
    for name in (student, teacher):
        file = HERE / name / "model.safetensors"
        with safe_open(file, "np") as tensors:
            shapes = [tensors.get_slice(key).get_shape() for key in tensors.keys()]  # noqa: SIM118
        figures.append((sum(map(math.prod, shapes)) / 1e6, file.stat().st_size / 1e6))
    (n, size), (all_n, all_size) = figures
    return (
        f"{n:.2f} of {all_n:.2f} million parameters ({n / all_n * 100:.0f} %),"
        f" {size:.1f} of {all_size:.1f} MB of weights ({size / all_size * 100:.0f} %)"
    )


if __name__ == "__main__":
    main()
