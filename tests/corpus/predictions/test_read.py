import gzip
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.predictions.prediction_files import answer, lines, read_bytes
from vernacular.corpus.predictions.problems import MAX_PROBLEMS
from vernacular.corpus.predictions.read import FORMATS, read_predictions
from vernacular.errors import InvalidInput

HEARD = b'{"audio_filepath": "1.wav", "pred_text": "amka"}\n'
SAMPLES = {
    "jsonl": lines(answer(1, annot_utt="[time : saa]"), answer(2, transcript="e\u0301")),
    "trn": b";; c\namka sasa (a-1)\n(a-2)\n",
    "nemo": HEARD,
    "csv": b'id,intent,transcript\n1,alarm_set,"am""ka\n"\n2,,\n',
}


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("a.jsonl", "jsonl"),
        ("a.JSONL", "jsonl"),
        ("a.trn", "trn"),
        ("manifest.json", "nemo"),
        ("a.csv", "csv"),
    ],
)
def test_the_ending_tells_the_format(name: str, sample: str, tmp_path: Path) -> None:
    assert read_bytes(tmp_path, name, SAMPLES[sample], locale="sw-KE").rows


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_that_is_named_needs_no_ending(format: str, tmp_path: Path) -> None:
    path = tmp_path / "hypotheses.txt"
    path.write_bytes(SAMPLES[format])
    assert read_predictions(path, format=format, locale="sw-KE").rows


def test_a_format_that_nothing_tells_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"does not tell the format; say which: jsonl, trn"):
        read_bytes(tmp_path, "a.txt", b"")
    with pytest.raises(InvalidInput, match="'xml' is none of jsonl, trn, nemo, csv") as caught:
        read_predictions(tmp_path / "a.xml", format="xml")
    assert caught.value.field == "format"


@pytest.mark.parametrize("format", FORMATS)
def test_a_packed_file_gives_the_same_as_the_file(format: str, tmp_path: Path) -> None:
    ending = {"nemo": "json"}.get(format, format)
    plain = read_bytes(tmp_path, f"a.{ending}", SAMPLES[format], "sw-KE")
    packed = gzip.compress(SAMPLES[format])
    assert read_bytes(tmp_path, f"a.{ending}.gz", packed, "sw-KE") == plain
    assert read_bytes(tmp_path, f"a.{ending}.xz", lzma.compress(SAMPLES[format]), "sw-KE") == plain
    with pytest.raises(InvalidInput, match=r"gz: cannot be read to its end"):
        read_bytes(tmp_path, f"a.{ending}.gz", packed[:-9], "sw-KE")


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_file_is_refused(format: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"holds no predictions|names no id") as caught:
        read_predictions(path, format=format, locale="sw-KE")
    assert caught.value.file == str(path)


def test_a_header_alone_is_empty_too(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no predictions"):
        read_bytes(tmp_path, "a.csv", b"id,locale,intent\n")


@pytest.mark.parametrize("format", FORMATS)
def test_a_byte_order_mark_is_no_part_of_the_text(format: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(SAMPLES[format])
    without = read_predictions(path, format=format, locale="sw-KE")
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLES[format])
    assert read_predictions(path, format=format, locale="sw-KE") == without


@pytest.mark.parametrize("format", FORMATS)
def test_another_encoding_is_named_with_its_place(format: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(SAMPLES[format].decode().encode("utf-16"))
    with pytest.raises(InvalidInput) as caught:
        read_predictions(path, format=format, locale="sw-KE")
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{path}:1: byte 0xff at offset 0 of the file is not UTF-8")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a\.jsonl: there is no such file"):
        read_predictions(tmp_path / "a.jsonl")
    with pytest.raises(InvalidInput, match="is a directory; give one file"):
        read_predictions(tmp_path, format="jsonl")


def test_a_locale_that_is_none_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="'sw_KE' is not a locale tag") as caught:
        read_predictions(tmp_path / "a.jsonl", locale="sw_KE")
    assert (caught.value.field, caught.value.file) == ("locale", None)


def test_several_problems_are_told_at_once_one_line_each(tmp_path: Path) -> None:
    rows = lines(answer(1, intent=...), answer(2), answer(3, intent=""), answer(2))
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "a.jsonl", rows)
    path = tmp_path / "a.jsonl"
    told = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in told] == [f"{path}:{line}" for line in (1, 3, 4)]
    assert told[2] == f"{path}:4: id: '2' of sw-KE was given before, in line 2"


def test_a_problem_keeps_to_one_line_whatever_it_quotes(tmp_path: Path) -> None:
    rows = lines(answer(1, transcript="a\nb", annot_utt="c\u2028d"), answer(2, **{"e\nf": 1}))
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "a.jsonl", rows)
    first, second = str(caught.value).splitlines()
    assert first.endswith("the annotation reads 'c d', but the text reads 'a b'")
    assert "2: e f: no such field" in second


@pytest.mark.parametrize(
    ("n_more", "last"),
    [
        (1, "and 1 more problem like these"),
        (2_000, "and 2,000 more problems like these"),
    ],
)
def test_of_many_problems_the_first_are_told_and_the_rest_counted(
    n_more: int, last: str, tmp_path: Path
) -> None:
    rows = lines(*(answer(n, intent=3) for n in range(MAX_PROBLEMS + n_more)))
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "a.jsonl", rows)
    told = str(caught.value).splitlines()
    assert len(told) == MAX_PROBLEMS + 1
    assert told[-1] == last


def test_a_file_that_breaks_off_also_tells_what_was_wrong_before(tmp_path: Path) -> None:
    packed = gzip.compress(lines(answer(1, intent=...), *(answer(n) for n in range(2, 5_000))))
    with pytest.raises(InvalidInput) as caught:
        read_bytes(tmp_path, "a.jsonl.gz", packed[:-9])
    first, last = str(caught.value).splitlines()
    assert "holds no answer" in first
    assert "cannot be read to its end" in last


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A format, and any bytes or a good file of it with some bytes replaced."""
    format = draw(st.sampled_from(FORMATS))
    if draw(st.booleans()):
        return format, draw(st.binary(max_size=200))
    content = bytearray(SAMPLES[format])
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 3))
        content[start:end] = draw(
            st.sampled_from(
                (b"", b'"', b"\n", b"\r", b"\0", b"\\", b"{", b"[", b"(", b",", b"\xff")
            )
            | st.binary(max_size=3)
        )
    return format, bytes(content)


@given(file=damaged())
def test_any_bytes_give_predictions_or_a_problem_with_its_place(
    file: tuple[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    format, content = file
    path = tmp_path_factory.getbasetemp() / "any-predictions"
    path.write_bytes(content)
    n_lines = content.count(b"\n") + 1
    try:
        read = read_predictions(path, format=format, locale="sw-KE")
    except InvalidInput as problem:
        assert problem.file == str(path)
        assert problem.line is not None or problem.reason == "holds no predictions"
        assert problem.line is None or 1 <= problem.line <= n_lines
        assert problem.reason
    else:
        assert all(1 <= row.line <= n_lines for row in read.rows)
        assert len({(row.external_id, row.locale) for row in read.rows}) == len(read.rows) > 0
