from __future__ import annotations

import tomllib
import unicodedata
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.massive_labels import DOMAINS, SLOTS
from vernacular.assistants.replies import TemplateReplies, slot_names
from vernacular.assistants.stages import Understood
from vernacular.errors import InvalidInput

# The locales of MASSIVE 1.1 and the script each is written in.
_LOCALES = (
    "af-ZA/LATIN am-ET/ETHIOPIC ar-SA/ARABIC az-AZ/LATIN bn-BD/BENGALI ca-ES/LATIN cy-GB/LATIN"
    " da-DK/LATIN de-DE/LATIN el-GR/GREEK en-US/LATIN es-ES/LATIN fa-IR/ARABIC fi-FI/LATIN"
    " fr-FR/LATIN he-IL/HEBREW hi-IN/DEVANAGARI hu-HU/LATIN hy-AM/ARMENIAN id-ID/LATIN"
    " is-IS/LATIN it-IT/LATIN ja-JP/HIRAGANA jv-ID/LATIN ka-GE/GEORGIAN km-KH/KHMER"
    " kn-IN/KANNADA ko-KR/HANGUL lv-LV/LATIN ml-IN/MALAYALAM mn-MN/CYRILLIC ms-MY/LATIN"
    " my-MM/MYANMAR nb-NO/LATIN nl-NL/LATIN pl-PL/LATIN pt-PT/LATIN ro-RO/LATIN ru-RU/CYRILLIC"
    " sl-SL/LATIN sq-AL/LATIN sv-SE/LATIN sw-KE/LATIN ta-IN/TAMIL te-IN/TELUGU th-TH/THAI"
    " tl-PH/LATIN tr-TR/LATIN ur-PK/ARABIC vi-VN/LATIN zh-CN/CJK zh-TW/CJK"
)
MASSIVE = dict(pair.split("/") for pair in _LOCALES.split())
REPLIES = TemplateReplies()
LANGUAGES = tomllib.loads(
    resources.files("vernacular.assistants").joinpath("replies.toml").read_text("utf-8")
)
SPEAKING = [language for language, texts in LANGUAGES.items() if "templates" in texts]


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(one).split()[0] for one in text if one.isalpha()}


@pytest.mark.parametrize("locale", MASSIVE)
def test_every_locale_of_massive_is_answered_in_its_own_script(locale: str) -> None:
    for intent in ("weather_query", None):
        reply = REPLIES.reply(locale, intent, {})
        assert MASSIVE[locale] in _scripts(reply), reply


@pytest.mark.parametrize("locale", [tag for tag in MASSIVE if tag != "en-US"])
def test_no_other_language_is_answered_in_english(locale: str) -> None:
    english = {REPLIES.reply("en-US", intent, {}) for intent in (None, "x_y")}
    assert {REPLIES.reply(locale, intent, {}) for intent in (None, "x_y")}.isdisjoint(english)


@pytest.mark.parametrize("language", SPEAKING)
@pytest.mark.parametrize("intent", DOMAINS)
def test_every_intent_has_words_of_its_own_in_english_and_arabic(
    language: str, intent: str
) -> None:
    reply = REPLIES.reply(language, intent, {})
    assert reply != LANGUAGES[language]["understood"]
    assert "{" not in reply


def test_templates_belong_to_intents_or_domains_and_name_real_slots() -> None:
    assert SPEAKING == ["en", "ar"]
    for language in SPEAKING:
        for key, templates in LANGUAGES[language]["templates"].items():
            assert key in DOMAINS or key in DOMAINS.values()
            assert {name for one in templates for name in slot_names(one)} <= SLOTS
            # The last one must be sayable whatever was heard.
            assert slot_names(templates[-1]) == []


def test_both_languages_know_the_same_intents() -> None:
    assert LANGUAGES["en"]["templates"].keys() == LANGUAGES["ar"]["templates"].keys()
    for key, templates in LANGUAGES["en"]["templates"].items():
        others = LANGUAGES["ar"]["templates"][key]
        assert [sorted(slot_names(one)) for one in templates] == [
            sorted(slot_names(one)) for one in others
        ], key


@pytest.mark.parametrize("locale", MASSIVE)
def test_every_locale_of_massive_is_asked_again_in_its_own_script(locale: str) -> None:
    question = REPLIES.ask_again(locale)
    # A loan in Latin letters would be spelled out by a voice that reads another script.
    scripts = _scripts(question) - {"COMBINING"}
    assert MASSIVE[locale] in scripts, question
    assert "LATIN" not in scripts or MASSIVE[locale] == "LATIN", question


def test_every_language_asks_again_in_words_of_its_own() -> None:
    assert len(LANGUAGES) == 52
    questions = [texts["ask_again"] for texts in LANGUAGES.values()]
    assert len(set(questions)) == len(questions)
    for language, texts in LANGUAGES.items():
        # More than an acknowledgement: a sentence that asks for something.
        assert len(texts["ask_again"]) >= len(texts["not_understood"]), language
        assert texts["ask_again"].strip() == texts["ask_again"]
        assert not slot_names(texts["ask_again"])


@pytest.mark.parametrize("locale", ["xh-ZA", "az-Arab-IR"])
def test_a_language_without_texts_is_asked_again_in_english(locale: str) -> None:
    assert REPLIES.ask_again(locale) == LANGUAGES["en"]["ask_again"]


def test_a_batch_asks_again_where_it_is_to_and_replies_elsewhere() -> None:
    said = REPLIES.reply_batch(
        [
            Understood("hmm", "sw-KE", "alarm_set", (), True),
            Understood("five am", "en-US", "alarm_set", (("time", "five am"),), False),
            Understood("hmm", "sw-KE", None, (), False),
        ]
    )
    assert said == [
        LANGUAGES["sw"]["ask_again"],
        "The alarm is set for five am.",
        LANGUAGES["sw"]["not_understood"],
    ]


def test_the_richest_template_that_the_slots_allow_is_taken() -> None:
    slots = {"time": "five am", "date": "tomorrow"}
    assert REPLIES.reply("en-GB", "alarm_set", slots) == "The alarm is set for five am, tomorrow."
    assert REPLIES.reply("en-GB", "alarm_set", {"time": "five am"}) == (
        "The alarm is set for five am."
    )
    assert REPLIES.reply("en-GB", "alarm_set", {"date": "tomorrow"}) == "The alarm is set."
    assert REPLIES.reply("en-GB", "alarm_set", {"time": " "}) == "The alarm is set."


def test_an_intent_without_words_of_its_own_speaks_for_its_domain() -> None:
    of_domain = REPLIES.reply("en-US", "audio_volume_other", {})
    assert of_domain == "The volume is changed."
    assert REPLIES.reply("en-US", "louder", {}, domain="audio") == of_domain
    assert REPLIES.reply("en-US", "book_flight", {}, domain="travel") == "All right."


def test_values_follow_a_plain_acknowledgement() -> None:
    slots = {"time": "cinq heures", "date": "demain"}
    assert REPLIES.reply("fr-FR", "alarm_set", slots) == "D'accord. cinq heures · demain"


def test_values_are_isolated_in_a_right_to_left_reply() -> None:
    assert REPLIES.reply("ar-SA", "play_radio", {"radio_name": "BBC 4"}) == (
        "بدأ تشغيل \u2068BBC 4\u2069."
    )
    assert REPLIES.reply("he-IL", "play_radio", {"radio_name": "BBC 4"}) == (
        "בסדר. \u2068BBC 4\u2069"
    )


def test_a_right_to_left_value_is_isolated_in_a_left_to_right_reply() -> None:
    reply = REPLIES.reply("en-US", "play_music", {"artist_name": "فيروز"})
    assert reply == "Now playing \u2068فيروز\u2069."
    assert "\u2068" not in REPLIES.reply("en-US", "play_music", {"artist_name": "Fairuz"})


@given(
    st.sampled_from([*MASSIVE, "ug-Arab-CN"]),
    st.sampled_from(list(DOMAINS)),
    st.dictionaries(st.sampled_from(sorted(SLOTS)), st.text(max_size=8), max_size=4),
)
def test_any_values_give_a_reply_with_balanced_isolates(
    locale: str, intent: str, slots: dict[str, str]
) -> None:
    reply = REPLIES.reply(locale, intent, slots)
    given_values = "".join(slots.values())
    assert reply.count("\u2068") - given_values.count("\u2068") == reply.count(
        "\u2069"
    ) - given_values.count("\u2069") or any(mark in given_values for mark in "\u2068\u2069")
    assert reply


def test_braces_in_a_value_are_not_read_as_a_template() -> None:
    reply = REPLIES.reply("en-US", "qa_definition", {"definition_word": "{0} {time}"})
    assert reply == "Here is what {0} {time} means."


@pytest.mark.parametrize("locale", ["xh-ZA", "az-Arab-IR", "zxx"])
def test_a_language_without_texts_is_answered_in_english(locale: str) -> None:
    assert REPLIES.reply(locale, "weather_query", {}) == "Here is the weather."


@pytest.mark.parametrize(("locale", "like"), [("fil-PH", "tl-PH"), ("no-NO", "nb-NO")])
def test_a_language_of_two_names_is_answered_under_both(locale: str, like: str) -> None:
    assert REPLIES.reply(locale, "x", {}) == REPLIES.reply(like, "x", {})


def test_a_locale_that_is_no_tag_is_refused() -> None:
    with pytest.raises(InvalidInput):
        REPLIES.reply("?", "weather_query", {})


def test_the_version_is_named() -> None:
    assert REPLIES.version == "templates/2"
