"""What is printed: all of it, and nothing that commands the terminal."""

from __future__ import annotations

import pytest

from vernacular.cli.output import complain, new_table, print_table

THAI = "ลงรายการทุกอย่างที่เหลือในการสอบถามข้อมูลทั้งหมดของวันนี้และพรุ่งนี้"


def test_a_long_text_without_spaces_is_folded_and_not_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = new_table("utterance", "expected", "answered")
    table.add_row(*[THAI * 3] * 3)
    print_table(table)
    out = capsys.readouterr().out
    assert "…" not in out
    assert sum(character in THAI for character in "".join(out.split())) == 9 * len(THAI)


def test_what_somebody_said_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "wake\x1b]52;c;cm0gLXI=\x07 me\x9b2J up\r"
    table = new_table("utterance")
    table.add_row(hostile)
    print_table(table)
    complain(hostile)
    out, err = capsys.readouterr()
    for text in (out, err.removesuffix("\n")):
        assert not {"\x1b", "\x07", "\x9b", "\r"} & {*text}
        assert "]52;c;cm0gLXI=" in text, "what it was is still to be seen"
