"""Texts that break careless code: every script, marks, joiners, emoji, mixed directions."""

from __future__ import annotations

from hypothesis import strategies as st

from vernacular.corpus.graphemes import cuts_cluster
from vernacular.corpus.utterance import Slot

_PIECES = (
    *("a", "B", "7", "-", ":", " ", "  ", "\u00a0", "\u3000", "\t"),
    *("e\u0301", "\u0301", "ß", "İ", "ﬁ"),
    *("क्ष", "ि", "्", "ক\u09cd\u200d", "ൻ", "กำ", "ปี่", "ក្រុម", "ခေတ်", "\u200c"),
    *("שָׁ", "לו", "كَ", "ـ", "\u0600", "\u200f", "\u061c"),
    *("五", "時", "ｶﾞ", "가", "\u1100\u1161"),
    *("👍🏽", "👩‍👩‍👧", "🇰🇪", "🇹", "1️⃣", "\U000e0061", "\ufe0f", "\u200d"),
)
ANY_TEXT = st.lists(
    st.sampled_from(_PIECES) | st.characters(exclude_categories=["Cs"]), max_size=25
).map("".join)
TEXT_WITHOUT_BRACKETS = ANY_TEXT.map(lambda text: text.translate({ord("["): None, ord("]"): None}))
LABELS = st.sampled_from(("time", "date", "media_type", "ラベル", "two words"))


@st.composite
def annotated_texts(draw: st.DrawFn) -> tuple[str, tuple[Slot, ...]]:
    """A text and slots that fit it: disjoint, from left to right, on whole characters."""
    text = draw(TEXT_WITHOUT_BRACKETS)
    borders = [at for at in range(len(text) + 1) if not cuts_cluster(text, at)]
    chosen = sorted(draw(st.lists(st.sampled_from(borders), max_size=8)))
    slots = []
    for start, end in zip(chosen[::2], chosen[1::2], strict=False):
        value = text[start:end]
        if value and not value[0].isspace() and not value[-1].isspace():
            slots.append(Slot(draw(LABELS), start, end))
    return text, tuple(slots)
