"""Recordings come in whole or not at all, each kept once and tied to what is said in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.evaluation.situations import import_corpus
from tests.evaluation.voice_situations import clip_of, prepare_voice_suite, write_list
from vernacular.clips.folder import ClipFolder
from vernacular.collection.import_clips import import_clips
from vernacular.corpus.utterance import AnnotatedUtterance
from vernacular.errors import InvalidInput
from vernacular.evaluation.suites import select_utterances
from vernacular.live.said import keep_recording
from vernacular.store.collected import COLLECTED
from vernacular.store.database import Store
from vernacular.store.references import LIVE
from vernacular.store.tables import Clip, Recording, Utterance
from vernacular.store.utterances import hash_content, record_utterances


@pytest.fixture
def clips(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


def count(store: Store) -> tuple[int, int, int]:
    with store.reading() as db:
        tables = (Clip, Recording, Utterance)
        return tuple(db.scalar(select(func.count()).select_from(one)) or 0 for one in tables)  # type: ignore[return-value]


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_list_imported_again_adds_nothing(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    found = prepare_voice_suite(store, clips, tmp_path / "corpus", n=3)
    assert (found.n_clips, found.n_utterances_added, found.bad) == (3, 0, ())
    assert found.audio_seconds == pytest.approx(1.5)
    before = count(store)
    assert before == (3, 6, 6)
    path = tmp_path / "corpus" / "clips.jsonl"
    import_clips(store, clips, path, source="massive-1.1")
    assert count(store) == before


def test_a_row_with_text_makes_the_utterance_it_is_a_recording_of(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    (tmp_path / "a.webm").write_bytes(clip_of(1, "webm", "libopus"))
    (tmp_path / "b.mp3").write_bytes(clip_of(2, "wav"))
    rows = [
        {
            "audio": "a.webm",
            "locale": "sw-KE",
            "text": "niamshe saa tatu",
            "intent": "alarm_set",
            "annot_utt": "niamshe [time : saa tatu]",
            "speaker": "amina",
            "gender": "female",
        },
        {
            "audio_filepath": "b.mp3",
            "duration": 0.5,
            "locale": "sw-KE",
            "text": "habari yako",
            "intent": "general_greet",
        },
    ]
    found = import_clips(store, clips, write_list(tmp_path, rows), source="ours")
    assert (found.n_clips, found.n_utterances_added) == (2, 2)
    with store.reading() as db:
        first = db.scalar(select(Recording).order_by(Recording.id))
        assert first is not None
        assert (first.speaker, first.origin) == ("amina", {"gender": "female"})
        clip = db.get_one(Clip, first.clip)
        assert (clip.format, clip.problem) == ("webm", None)
        assert clip.audio_seconds == pytest.approx(0.5, abs=0.02)
        items = select_utterances(db, source="ours", by_voice=True).items
    assert next(one.clip for one in items) == first.clip
    assert clips.has(first.clip)


def test_common_voice_lists_are_read_as_they_are(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "common_voice_sw_1.mp3").write_bytes(clip_of(1))
    (tmp_path / "validated.tsv").write_text(
        "client_id\tpath\tsentence\tup_votes\tdown_votes\tage\tgender\taccents\tvariant\tlocale\n"
        'c1\tcommon_voice_sw_1.mp3\tAlisema "haya"\t2\t0\t\tfemale\t\t\tsw\n',
        encoding="utf-8",
    )
    import_clips(sqlite_store, clips, tmp_path / "validated.tsv", source="cv", locale="sw-KE")
    with sqlite_store.reading() as db:
        recording = db.scalars(select(Recording)).one()
        utterance = db.scalars(select(Utterance)).one()
    assert recording.speaker == "c1"
    assert recording.origin == {"gender": "female", "up_votes": "2", "down_votes": "0"}
    assert (utterance.external_id, utterance.locale) == ("common_voice_sw_1", "sw-KE")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"audio": "gone.wav", "locale": "sw-KE", "id": "1"}, "gone.wav: cannot be read"),
        ({"audio": "text.wav", "locale": "sw-KE", "id": "1"}, "text.wav: "),
        ({"audio": "empty.wav", "locale": "sw-KE", "id": "1"}, "empty.wav: "),
        ({"audio": "good.wav", "locale": "sw-KE", "id": "99"}, "no utterance '99'"),
        ({"audio": "good.wav", "locale": "sw-KE", "id": "1", "text": "other"}, "stored is"),
        ({"audio": "good.wav", "locale": "??", "id": "1"}, "locale"),
        ({"audio": "good.wav", "id": "1"}, "is required"),
        ({"locale": "sw-KE", "id": "1"}, "the file of the recording"),
        ({"audio": "good.wav", "locale": "sw-KE"}, "or an 'id'"),
        ({"audio": "good.wav", "locale": "sw-KE", "id": "1", "offset": 2.5}, "cut the recording"),
    ],
)
def test_a_bad_row_refuses_the_list_with_its_line_and_stores_nothing(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path, row: dict[str, object], reason: str
) -> None:
    import_corpus(sqlite_store, tmp_path, 2)
    (tmp_path / "good.wav").write_bytes(clip_of(1))
    (tmp_path / "text.wav").write_bytes(b"this is no sound")
    (tmp_path / "empty.wav").write_bytes(b"")
    good = {"audio": "good.wav", "locale": "sw-KE", "id": "1"}
    path = write_list(tmp_path, [good, row])
    with pytest.raises(InvalidInput) as caught:
        import_clips(sqlite_store, clips, path, source="massive-1.1")
    assert reason in str(caught.value)
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    assert count(sqlite_store)[:2] == (0, 0)
    assert not files_of(tmp_path / "clips")


def test_what_cannot_be_decoded_is_kept_where_that_is_wanted(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    import_corpus(sqlite_store, tmp_path, 2)
    (tmp_path / "text.wav").write_bytes(b"this is no sound")
    path = write_list(tmp_path, [{"audio": "text.wav", "locale": "sw-KE", "id": "1"}])
    found = import_clips(sqlite_store, clips, path, source="massive-1.1", keep_bad=True)
    assert len(found.bad) == 1
    assert found.bad[0].startswith(f"{path}:1: text.wav: ")
    with sqlite_store.reading() as db:
        clip = db.scalars(select(Clip)).one()
        assert clip.problem
        (item,) = select_utterances(db, source="massive-1.1", by_voice=True).items
    assert item.clip == clip.content_hash


def test_a_list_without_intents_does_not_spoil_a_source_that_has_them(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    import_corpus(sqlite_store, tmp_path, 2)
    (tmp_path / "good.wav").write_bytes(clip_of(1))
    path = write_list(tmp_path, [{"audio": "good.wav", "locale": "sw-KE", "text": "habari"}])
    with pytest.raises(InvalidInput, match="a source of its own"):
        import_clips(sqlite_store, clips, path, source="massive-1.1")
    assert count(sqlite_store)[:2] == (0, 0)
    assert import_clips(sqlite_store, clips, path, source="ours").n_utterances_added == 1


def test_an_empty_list_is_refused(sqlite_store: Store, clips: ClipFolder, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="names no recording"):
        import_clips(sqlite_store, clips, write_list(tmp_path, []), source="ours")


def test_a_refused_list_takes_back_what_it_wrote_and_no_recording_of_others(
    store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    import_corpus(store, tmp_path, 2)
    keep_recording(store, clips, clip_of(1))
    clips.add(clip_of(2))
    before = sorted(files_of(tmp_path / "clips"))
    for number in (1, 2, 3):
        (tmp_path / f"{number}.wav").write_bytes(clip_of(number))
    (tmp_path / "text.wav").write_bytes(b"no sound")
    files = ("1.wav", "2.wav", "3.wav", "text.wav")
    rows: list[dict[str, object]] = [
        {"audio": name, "locale": "sw-KE", "id": "1"} for name in files
    ]
    path = write_list(tmp_path, [*rows, {"audio": "1.wav", "locale": "sw-KE", "id": "99"}])
    with pytest.raises(InvalidInput, match="no utterance '99'"):
        import_clips(store, clips, path, source="massive-1.1", keep_bad=True)
    assert sorted(files_of(tmp_path / "clips")) == before


def test_an_import_that_is_interrupted_takes_back_what_it_wrote(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    import_corpus(sqlite_store, tmp_path, 2)
    (tmp_path / "1.wav").write_bytes(clip_of(1))
    n_written = []

    def interrupt(n_done: int, _of: int) -> None:
        if n_done:
            n_written.append(len(files_of(tmp_path / "clips")))
            raise KeyboardInterrupt

    path = write_list(tmp_path, [{"audio": "1.wav", "locale": "sw-KE", "id": "1"}])
    with pytest.raises(KeyboardInterrupt):
        import_clips(sqlite_store, clips, path, source="massive-1.1", listen=interrupt)
    assert n_written == [2]
    assert not files_of(tmp_path / "clips")


def test_files_that_are_not_there_are_all_named_even_where_bad_ones_are_kept(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path
) -> None:
    import_corpus(sqlite_store, tmp_path, 2)
    (tmp_path / "text.wav").write_bytes(b"no sound")
    rows: list[dict[str, object]] = [
        {"audio": name, "locale": "sw-KE", "id": "1"}
        for name in ("gone.wav", "text.wav", "lost.wav", f"{'long' * 200}.wav")
    ]
    with pytest.raises(InvalidInput) as caught:
        import_clips(
            sqlite_store, clips, write_list(tmp_path, rows), source="massive-1.1", keep_bad=True
        )
    first, *others = str(caught.value).splitlines()
    assert "1: gone.wav: cannot be read" in first
    assert [one.split(": ")[0].rpartition(":")[2] for one in others] == ["3", "4"]
    assert not files_of(tmp_path / "clips")


@pytest.mark.parametrize("source", [LIVE, COLLECTED])
def test_what_the_platform_writes_itself_gets_recordings_and_no_utterances(
    sqlite_store: Store, clips: ClipFolder, tmp_path: Path, source: str
) -> None:
    with sqlite_store.writing() as db:
        one = AnnotatedUtterance("turn-1", "sw-KE", LIVE, "alarm", "alarm_set", "niamshe", ())
        record_utterances(db, source, "sw-KE", [(one, hash_content(one))])
    (tmp_path / "1.wav").write_bytes(clip_of(1))
    row = {"audio": "1.wav", "locale": "sw-KE", "text": "niamshe", "intent": "alarm_set"}
    path = write_list(tmp_path, [{**row, "id": "turn-1"}, {**row, "id": "turn-2"}])
    with pytest.raises(InvalidInput, match=f"a list adds none to '{source}'") as caught:
        import_clips(sqlite_store, clips, path, source=source)
    assert caught.value.line == 2
    found = import_clips(
        sqlite_store, clips, write_list(tmp_path, [{**row, "id": "turn-1"}]), source=source
    )
    assert (found.n_clips, found.n_utterances_added) == (1, 0)
