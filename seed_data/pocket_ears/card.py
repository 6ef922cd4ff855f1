"""Writes the card of the ears releases from what ``judge.py`` measured.

python seed_data/pocket_ears/card.py > seed_data/pocket_ears/README.md
"""

from __future__ import annotations

import json
from pathlib import Path

from voices import HELD_OUT_VARIANTS, TRAIN_VARIANTS

HERE = Path(__file__).parent
RELEASES = ("ears-1", "ears-2")
SETS = {
    "utterances": "Held-out utterances, voices known from training",
    "voices": "Held-out utterances in held-out voices",
    "noise": "Held-out utterances, known voices, white noise at 10 dB",
    "people": "People: one clip of read speech per locale (Picovoice leopard, Apache-2.0)",
}


def main() -> None:
    training = {name: _read(name, "training.json") for name in RELEASES}
    measured = {name: _read(name, "measured.json") for name in RELEASES}
    weights = HERE / "ears-2" / "model.safetensors"
    text = (HERE / "card.md").read_text(encoding="utf-8")
    facts = {
        "size": f"fp16 safetensors, {weights.stat().st_size / 1e6:.1f} MB",
        "normaliser": measured["ears-2"]["normaliser"],
        "n_variants": str(len(TRAIN_VARIANTS)),
        "held_out": ", ".join(HELD_OUT_VARIANTS),
        "shards": str(max(one["shards"] for one in training.values())),
        "commands": "\n".join(_command(name, one) for name, one in training.items()),
        "training": "\n".join(_training(name, one) for name, one in training.items()),
    }
    for key, value in facts.items():
        text = text.replace("{" + key + "}", value)
    print(text.rstrip())
    for name, title in SETS.items():
        print(f"\n## {title}\n")
        _print_table({release: measured[release].get(name, {}) for release in RELEASES})
    people = measured["ears-2"].get("people", {})
    if people:
        print("\nWhat `ears-2` heard:\n")
    for locale, one in people.items():
        print(f'- {locale}: "{one["said"]}" as "{one["heard"]}"')


def _print_table(sides: dict[str, dict[str, dict]]) -> None:
    """Prints the error rates of both releases per locale, in percent, ears-1 -> ears-2."""
    before, after = sides["ears-1"], sides["ears-2"]
    print("In percent, ears-1 -> ears-2; a dash where ears-1 does not know the locale.\n")
    print("| locale | clips | character errors | word errors |\n|---|---|---|---|")
    for locale, one in after.items():
        cells = [
            f"{_percent(before.get(locale), unit)} -> {_percent(one, unit)}"
            for unit in ("char", "word")
        ]
        print(f"| {locale} | {one['n']} | {cells[0]} | {cells[1]} |")
    for title, chosen in (
        ("mean", list(after)),
        ("mean of both", [x for x in after if x in before]),
    ):
        cells = []
        for unit in ("char", "word"):
            means = [
                f"{sum(100 * _rate(side[x], unit) for x in chosen) / len(chosen):.1f}"
                if chosen and all(x in side for x in chosen)
                else "-"
                for side in (before, after)
            ]
            cells.append(" -> ".join(means))
        print(f"| {title} | | {cells[0]} | {cells[1]} |")


def _rate(one: dict, unit: str) -> float:
    return one[f"{unit}_edits"] / one[f"n_{unit}s"]


def _percent(one: dict | None, unit: str) -> str:
    return f"{100 * _rate(one, unit):.1f}" if one else "-"


def _read(name: str, file: str) -> dict:
    return json.loads((HERE / name / file).read_text(encoding="utf-8"))


def _command(name: str, one: dict) -> str:
    line = f"      python seed_data/pocket_ears/train.py WORK seed_data/pocket_ears/{name}"
    line += " \\\n          "
    line += f"--shards {one['shards']} --passes {one['passes']:g} --rate {one['rate']:g}"
    line += f" --seed {one['seed']}"
    line += f" \\\n          --locales {' '.join(one['trained_locales'])}"
    if one["continued_from"]:
        line += f" \\\n          --continue seed_data/pocket_ears/{one['continued_from']}"
    return line


def _training(name: str, one: dict) -> str:
    before = one["continued_from"]
    start = f"continues from {before}" if before else "from nothing"
    line = (
        f"- `{name}`: {start}, {one['clips_heard']:,} clips of"
        f" {len(one['trained_locales'])} locales heard, seed {one['seed']},"
        f" {one['minutes']:g} minutes on a share of one CPU core."
    )
    return "\n".join([line, *(f"  {note}" for note in one.get("notes", []))])


if __name__ == "__main__":
    main()
