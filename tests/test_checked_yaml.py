"""A wrong file that somebody wrote is refused with its line; nothing in it is silently dropped."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from vernacular.checked_yaml import MAX_FILE_BYTES, MAX_PROBLEMS, Strict, read_checked
from vernacular.errors import InvalidInput


class Cup(Strict):
    kind: Literal["cup"]
    size_ml: int


class Plate(Strict):
    kind: Literal["plate"]
    deep: bool = False


class Table(Strict):
    name: str
    things: tuple[Annotated[Cup | Plate, Field(discriminator="kind")], ...] = ()
    day: date | None = None


def read(folder: Path, content: str | bytes) -> Table:
    path = folder / "table.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_checked(path, Table, kind="table", begins_with="name")


def refused(folder: Path, content: str | bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(folder, content)
    assert caught.value.file == str(folder / "table.yaml")
    return caught.value


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    assert read(tmp_path, "name: oak\n").name == "oak"
    assert read(tmp_path, b"\xef\xbb\xbfname: oak\n").name == "oak"


def test_a_thing_said_twice_is_refused_because_the_first_would_be_dropped(tmp_path: Path) -> None:
    error = refused(tmp_path, "name: oak\n# and\nname: elm\n")
    assert (error.line, error.field) == (3, "name")
    assert error.reason == "is said twice, first in line 1"


def test_the_chosen_shape_is_no_step_of_the_field(tmp_path: Path) -> None:
    text = "name: oak\nthings:\n- kind: plate\n- kind: cup\n  size_ml: much\n"
    error = refused(tmp_path, text)
    assert (error.line, error.field) == (5, "things.1.size_ml")
    missing = refused(tmp_path, "name: oak\nthings:\n- kind: cup\n")
    assert (missing.line, missing.field) == (3, "things.0.size_ml")


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    text = "wood: oak\nthings:\n- {kind: cup, size_ml: much}\n- {kind: jug}\nname: 7\n"
    error = refused(tmp_path, text)
    assert (error.line, error.field) == (1, "wood")
    assert str(error).splitlines() == [
        f"{path}:1: wood: there is no such field",
        f"{path}:3: things.0.size_ml: input should be a valid integer, unable to parse string as"
        " an integer",
        f"{path}:4: things.1.kind: is one of 'cup', 'plate', got 'jug'",
        f"{path}:5: name: a text is expected; quote what YAML takes for a number or a date: '1.10'",
    ]


def test_of_very_many_things_that_are_wrong_the_first_are_told_and_the_others_counted(
    tmp_path: Path,
) -> None:
    text = "name: oak\nthings:\n" + "- {kind: jug}\n" * (MAX_PROBLEMS + 3)
    *told, last = str(refused(tmp_path, text)).splitlines()
    assert len(told) == MAX_PROBLEMS
    assert last == "and 3 more problems like these"


def test_a_day_that_does_not_exist_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "name: oak\nday: 2027-02-30\n")
    assert error.line == 2
    assert "'2027-02-30' is no date: day is out of range" in error.reason


def test_a_large_file_is_not_even_read(tmp_path: Path) -> None:
    fits = "name: oak\n".ljust(MAX_FILE_BYTES, "#")
    assert read(tmp_path, fits).name == "oak"
    assert "larger than 256 KiB" in refused(tmp_path, fits + "#").reason


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="larger than"):
        read_checked(Path("/dev/zero"), Table, kind="table", begins_with="name")


def test_anchors_that_name_each_other_do_not_run_for_ever(tmp_path: Path) -> None:
    assert refused(tmp_path, "name: &a [*a]\n").field == "name"
    laughs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert "required" in refused(tmp_path, laughs).reason


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_holds_only_its_writer_is_blamed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        read_checked(path, Table, kind="table", begins_with="name")
    except InvalidInput as error:
        assert error.reason
