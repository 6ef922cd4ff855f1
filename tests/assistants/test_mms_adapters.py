"""One CTC network with an adapter and an alphabet per language, as MMS has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistants.tiny_ears import ETHIOPIC, LATIN, make_clip, write_mms
from vernacular.assistants.engines.hearing.ctc_asr import CtcRecogniser
from vernacular.assistants.stage_specs import CtcStage
from vernacular.assistants.stages import Heard, Transcript
from vernacular.errors import InvalidInput, ModelUnavailable


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mms")
    write_mms(folder / "weights", {"swh": LATIN, "amh": ETHIOPIC}, listed_only=["fra"])
    return folder


def load(root: Path, **languages: str) -> CtcRecogniser:
    mapped = {tag.replace("_", "-"): name for tag, name in languages.items()}
    return CtcRecogniser.load(
        CtcStage(engine="ctc", weights="weights", max_batch=4, languages=mapped), root
    )


def hear(recogniser: CtcRecogniser, *locales: str) -> list[object]:
    """Has the same clip heard in several locales."""
    return recogniser.transcribe_batch([Heard(make_clip(2), locale) for locale in locales])


def text_of(found: object) -> str:
    assert isinstance(found, Transcript), found
    return found.text


def test_each_language_is_written_in_its_own_letters(root: Path) -> None:
    swahili, amharic, again = map(text_of, hear(load(root), "sw-KE", "am-ET", "sw-TZ"))
    assert swahili == again
    assert set(swahili) <= set(LATIN + " ")
    assert set(amharic) <= set(ETHIOPIC + " ")
    assert swahili.strip() and amharic.strip()


def test_a_language_is_heard_the_same_after_another(root: Path) -> None:
    recogniser = load(root)
    (first,) = hear(recogniser, "sw-KE")
    hear(recogniser, "am-ET")
    (again,) = hear(recogniser, "sw-KE")
    assert first == again


def test_an_unknown_language_spoils_no_neighbour_and_can_be_mapped(root: Path) -> None:
    swahili, german = hear(load(root), "sw-KE", "de-DE")
    assert text_of(swahili)
    assert isinstance(german, InvalidInput)
    assert "'languages: {de-DE: NAME}'" in str(german)
    swahili, german = hear(load(root, de_DE="swh"), "sw-KE", "de-DE")
    assert swahili == german


def test_an_adapter_that_is_not_there_is_named_and_the_next_language_is_heard(root: Path) -> None:
    recogniser = load(root)
    french, swahili = hear(recogniser, "fr-FR", "sw-KE")
    assert isinstance(french, ModelUnavailable)
    assert "adapter.fra.safetensors" in str(french)
    assert text_of(swahili)


def test_a_mapping_to_a_language_that_is_not_there_is_refused(root: Path) -> None:
    with pytest.raises(ModelUnavailable, match="maps de-DE to 'deu'"):
        load(root, de_DE="deu")
