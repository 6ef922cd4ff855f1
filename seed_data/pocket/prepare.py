"""Prepares MASSIVE for training: the shared tokeniser, and every partition as flat integer arrays.

Run once before ``train.py``; the result is cached, because tokenising 859,092 utterances anew for
every run would cost more than a pass over them.

    python seed_data/pocket/prepare.py MASSIVE_DIRECTORY WORK_DIRECTORY
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from vernacular.corpus.words import split_words

VOCABULARY = 21_000
CHARACTER_LOCALES = {"ja-JP", "zh-CN", "zh-TW"}
BRACKET = re.compile(r"\[\s*(\S+)\s*:\s*(.*?)\s*\]")
PARTITIONS = ("train", "dev", "test")


def read_rows(directory: Path) -> dict[str, list[dict]]:
    """Returns all rows by locale."""
    rows = {}
    for path in sorted(directory.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            rows[path.stem] = [json.loads(line) for line in lines]
    return rows


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """Returns a unigram tokeniser over all locales (its pieces, as XLM-R's, cover every script)."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<pad>", "<unk>", "<s>"],
        unk_token="<unk>",
        max_piece_length=12,
        shrinking_factor=0.7,
    )
    tokenizer.train_from_iterator(texts, trainer)
    # Sixteen digits of a log-probability are a megabyte of JSON; three are enough to segment.
    state = json.loads(tokenizer.to_str())
    state["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in state["model"]["vocab"]]
    return Tokenizer.from_str(json.dumps(state))


def slot_spans(annotated: str, text: str) -> list[tuple[int, int, str]]:
    """Returns the labelled spans of ``text``; spaces that only ``annot_utt`` has are ignored."""
    spans, squeezed, end = [], "", 0
    position = [i for i, ch in enumerate(text) if not ch.isspace()] + [len(text)]
    for match in BRACKET.finditer(annotated):
        squeezed += "".join(annotated[end : match.start()].split())
        begin = len(squeezed)
        squeezed += "".join(match.group(2).split())
        if len(squeezed) > begin:
            spans.append((position[begin], position[len(squeezed) - 1] + 1, match.group(1)))
        end = match.end()
    squeezed += "".join(annotated[end:].split())
    if squeezed != "".join(text.split()):
        raise ValueError(f"annot_utt does not spell utt: {annotated!r} / {text!r}")
    return spans


def encode(rows, locale_index, unit, tokenizer, intents, slots):
    """Returns the flat arrays of one locale's rows."""
    bos = tokenizer.token_to_id("<s>")
    ids, n_ids, first, last, labels, n_words, intent = [], [], [], [], [], [], []
    encodings = tokenizer.encode_batch([row["utt"] for row in rows], add_special_tokens=False)
    for row, encoding in zip(rows, encodings, strict=True):
        text = row["utt"]
        words = split_words(text, unit)
        spans = slot_spans(row["annot_utt"], text)
        pieces, offsets = encoding.ids, encoding.offsets
        ids += [bos, *pieces]
        n_ids.append(len(pieces) + 1)
        at = 0
        for begin, end in words:
            while at < len(pieces) - 1 and offsets[at][1] <= begin:
                at += 1
            stop = at
            while stop < len(pieces) - 1 and offsets[stop + 1][0] < end:
                stop += 1
            first.append(at + 1)
            last.append(stop + 1)
            label = next((name for b, e, name in spans if b < end and begin < e), "Other")
            labels.append(slots.index(label))
        n_words.append(len(words))
        intent.append(intents.index(row["intent"]))
    return {
        "ids": np.array(ids, np.uint16),
        "n_ids": np.array(n_ids, np.int32),
        "first": np.array(first, np.uint8),
        "last": np.array(last, np.uint8),
        "labels": np.array(labels, np.uint8),
        "n_words": np.array(n_words, np.int32),
        "intent": np.array(intent, np.uint8),
        "locale": np.full(len(rows), locale_index, np.uint8),
        "parallel_id": np.array([int(row["id"]) for row in rows], np.int32),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("massive", type=Path)
    parser.add_argument("work", type=Path)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    rows = read_rows(arguments.massive)
    locales = list(rows)
    train_rows = [row for locale in locales for row in rows[locale] if row["partition"] == "train"]
    intents = sorted({row["intent"] for row in train_rows})
    slots = sorted({name for row in train_rows for name, _ in BRACKET.findall(row["annot_utt"])})
    slots = ["Other", *slots]
    tokenizer = train_tokenizer([row["utt"] for row in train_rows])
    tokenizer.save(str(arguments.work / "tokenizer.json"), pretty=False)
    for partition in PARTITIONS:
        parts = []
        for index, locale in enumerate(locales):
            unit = "character" if locale in CHARACTER_LOCALES else "word"
            chosen = [row for row in rows[locale] if row["partition"] == partition]
            chosen = [r for r in chosen if r["intent"] in intents]
            parts.append(encode(chosen, index, unit, tokenizer, intents, slots))
        arrays = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
        np.savez(arguments.work / f"{partition}.npz", **arrays)
        print(partition, len(arrays["intent"]), "utterances,", len(arrays["ids"]), "pieces")
    labels = {"locales": locales, "intents": intents, "slots": slots}
    (arguments.work / "labels.json").write_text(json.dumps(labels), encoding="utf-8")


if __name__ == "__main__":
    main()
