"""Writes the card of the pocket releases from a comparison that the product itself made.

    vernacular compare pocket-1 pocket-2 --suite massive-test --json \
        | python seed_data/pocket/card.py > seed_data/pocket/README.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
METRICS = ("intent_acc", "slot_micro_f1", "ex_match_acc")


def main() -> None:
    comparison = json.load(sys.stdin)
    training = {
        name: json.loads((HERE / name / "training.json").read_text(encoding="utf-8"))
        for name in ("pocket-1", "pocket-2")
    }
    rows: dict[str, dict[str, dict]] = {}
    for cell in comparison["cells"]:
        rows.setdefault(cell["locale"], {})[cell["metric"]] = cell
    seen = set(training["pocket-1"]["trained_locales"])
    text = (HERE / "card.md").read_text(encoding="utf-8")
    print(text.replace("{training}", _training(training)).rstrip())
    print("\n## Figures on MASSIVE `test`, per locale\n")
    n, scorer = comparison["cells"][0]["n"], comparison["scorer"]
    print(f"{n:,} utterances per locale, scorer `{scorer}`,")
    print("made by `vernacular compare pocket-1 pocket-2 --suite massive-test --json`. In percent,")
    print("pocket-1 -> pocket-2; * marks the locales pocket-1 never saw (zero-shot for it).\n")
    print("| locale | intent accuracy | slot F1 | exact match | intents broken / fixed |")
    print("|---|---|---|---|---|")
    for one in comparison["macro"]:
        rows.setdefault("mean", {})[one["metric"]] = one
    for locale, cells in rows.items():
        star = "" if locale in seen or locale == "mean" else "*"
        figures = " | ".join(
            f"{cells[m]['baseline'] * 100:.1f} -> {cells[m]['candidate'] * 100:.1f}"
            for m in METRICS
        )
        flips = cells["intent_acc"].get("flips")
        counted = f"{flips['b']} / {flips['c']}" if flips else ""
        print(f"| {locale}{star} | {figures} | {counted} |")
    for title, chosen in (("trained", seen), ("unseen by pocket-1", set(rows) - seen - {"mean"})):
        means = [
            " -> ".join(
                f"{100 * sum(rows[x][m][side] for x in chosen) / len(chosen):.1f}"
                for side in ("baseline", "candidate")
            )
            for m in METRICS
        ]
        print(f"| mean of {len(chosen)} {title} | {' | '.join(means)} | |")
    worse = [c for c in comparison["cells"] if c["delta"] is not None and c["delta"] < 0]
    worse.sort(key=lambda cell: cell["delta"])
    print("\n## Where pocket-2 is worse\n")
    if not worse:
        print("In no locale and metric on average; single utterances it breaks are counted above.")
    for cell in worse:
        print(
            f"- {cell['locale']} {cell['metric']}: {cell['delta'] * 100:+.2f} points"
            f" [{cell['low'] * 100:+.2f}, {cell['high'] * 100:+.2f}], {cell['verdict']}"
        )


def _training(training: dict[str, dict]) -> str:
    lines = []
    for name, one in training.items():
        before = one["continued_from"]
        start = f"continues from {before}" if before else "from nothing"
        lines.append(
            f"- `{name}`: {start}, {one['passes']:g} passes over {len(one['trained_locales'])}"
            f" locales, seed {one['seed']}, {one['minutes']:g} minutes on one CPU core."
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
