"""Makes pairs of what was said and what was heard, in many scripts, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

SENTENCES = (
    "switch the lamp in the hall off please",
    "remind me that grandma's bus comes at 7:45",
    "spiele das lied noch einmal und etwas lauter",
    "yarın sabah altıda beni uyandır",
    "включи радио погромче на кухне",
    "άναψε το φως στο σαλόνι",
    "הדלק את האור במטבח בבקשה",
    "شغل الموسيقى في غرفة الجلوس الان",
    "मेरी माँ को कल शाम फ़ोन करना याद दिलाओ",
    "நாளை காலை மழை பெய்யுமா",
    "നാളെ രാവിലെ എന്നെ വിളിക്കുക",
    "በኩሽና ውስጥ መብራት አብራ",
    "ช่วยเปิดไฟในห้องครัวให้หน่อย",
    "សូមបើកភ្លើងនៅក្នុងផ្ទះបាយ",
    "မီးဖိုချောင်မှာ မီးဖွင့်ပေးပါ",
    "请把厨房的灯打开",
    "明日の朝六時に起こしてください",
    "내일 아침 여섯 시에 깨워 줘",
    "washa taa ya jikoni tafadhali",
    "bật đèn trong nhà bếp giúp tôi",
)
"""Requests as a normaliser leaves them: no punctuation between words, single spaces."""

SCRIPTS = (
    "abcdeèßłøı'",
    "กขคงจชีึุ่้ำๆ",
    "कखगघमनािी्ँ़",
    "ابتثجحخدذرزة",
    "开灯天气今明早上下雨",
    "あいうかがーッ",
    "가나다라마바사",
    "אבגדהוזחט",
    "አበገደሀለመ",
    "😀🎵🌧🏠👍🏽",
    "0123456789",
)
"""Alphabets small enough that random words meet."""


def heard_pairs(n: int, seed: int) -> Iterator[tuple[str, str]]:
    """Returns n pairs: half random units of one or two scripts, half sentences misheard.

    Either side is sometimes empty, and about one pair in eight is equal.
    """
    rng = random.Random(seed)  # noqa: S311 - the same pairs every time, no secret
    words = [
        ["".join(rng.choices(script, k=rng.randint(1, 4))) for _ in range(12)] for script in SCRIPTS
    ]
    for i in range(n):
        vocabulary = rng.choice(words) + (rng.choice(words) if i % 3 == 0 else [])
        if i % 2:
            said = rng.choices(vocabulary, k=rng.randint(0, 7))
            heard = rng.choices(vocabulary, k=rng.randint(0, 7))
            if i % 8 == 1:
                heard = said
        else:
            said = rng.choice(SENTENCES).split()
            heard = mishear(said, vocabulary, rng.randint(0, 3), rng)
        yield " ".join(said), " ".join(heard)


def mishear(said: list[str], others: list[str], n_errors: int, rng: random.Random) -> list[str]:
    """Returns the words with up to ``n_errors`` of them replaced, bent, lost, moved or added."""
    heard = list(said)
    for _ in range(n_errors):
        at = rng.randrange(len(heard) + 1)
        kind = rng.randrange(5)
        if kind == 0 or at == len(heard):
            heard.insert(at, rng.choice(others))
        elif kind == 1:
            heard[at] = rng.choice(others)
        elif kind == 2:
            word = heard[at]
            cut = rng.randrange(len(word))
            heard[at] = word[:cut] + rng.choice(others)[0] + word[cut + 1 :]
        elif kind == 3:
            del heard[at]
        else:
            heard.insert(rng.randrange(len(heard)), heard.pop(at))
    return heard
