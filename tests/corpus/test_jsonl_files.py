import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus.massive_files import lines, pack, row, write_files
from vernacular.corpus import jsonl_files
from vernacular.corpus.jsonl_files import list_jsonl, read_lines
from vernacular.corpus.massive import read_massive
from vernacular.errors import InvalidInput

ROWS = lines(row(1), row(2))


def special(name: str, kind: bytes, **changes: object) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = kind
    for key, value in changes.items():
        setattr(member, key, value)
    return member


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.xz"])
def test_an_archive_gives_the_same_as_its_directory(ending: str, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "data", sw_KE=ROWS, tr_TR=lines(row(1, "tr-TR")))
    members = {f"1.1/data/{file.name}": file.read_bytes() for file in sorted(folder.iterdir())}
    others = {"1.1/LICENSE": b"CC BY 4.0", "1.1/data/._sw-KE.jsonl": b"\x00\x05"}
    folder_entry = {"1.1": special("1.1", tarfile.DIRTYPE)}
    archive = pack(tmp_path / f"massive{ending}", folder_entry | others | members)
    packed, unpacked = list(read_massive(archive)), list(read_massive(folder))
    assert [file.utterances for file in packed] == [file.utterances for file in unpacked]
    assert [file.name for file in packed] == ["1.1/data/sw-KE.jsonl", "1.1/data/tr-TR.jsonl"]
    assert [file.name for file in unpacked] == ["sw-KE.jsonl", "tr-TR.jsonl"]


@pytest.mark.parametrize(("ending", "pack_bytes"), [("gz", gzip.compress), ("xz", lzma.compress)])
def test_a_packed_file_gives_the_same_as_the_file(
    ending: str, pack_bytes: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / f"sw-KE.jsonl.{ending}"
    path.write_bytes(pack_bytes(ROWS))
    (file,) = read_massive(path)
    assert [utterance.external_id for utterance in file.utterances] == ["1", "2"]
    path.write_bytes(pack_bytes(ROWS)[:-9])
    (file,) = read_massive(path, skip_bad=True)
    assert file.utterances == []
    assert "cannot be read to its end" in str(file.problems[0])
    assert file.problems[0].file == str(path)


def test_a_problem_in_an_archive_names_archive_member_and_line(tmp_path: Path) -> None:
    archive = pack(tmp_path / "m.tar.gz", {"data/sw-KE.jsonl": lines(row(1)) + b"{\n"})
    (file,) = read_massive(archive)
    assert file.problems[0].where == f"{archive}:data/sw-KE.jsonl:2"


def test_only_the_wanted_locales_of_an_archive_are_read(tmp_path: Path) -> None:
    members = {"af-ZA.jsonl": b"never parsed", "sw-KE.jsonl": ROWS, "tr-TR.jsonl": b"nor this"}
    (file,) = read_massive(pack(tmp_path / "m.tar.xz", members), locales=["sw-KE"])
    assert len(file.utterances) == 2


def test_a_file_in_an_archive_left_half_read_does_not_disturb_the_next(tmp_path: Path) -> None:
    bad = b"{\n" * 50_000
    archive = pack(tmp_path / "m.tar.xz", {"af-ZA.jsonl": bad, "sw-KE.jsonl": ROWS})
    first, second = read_massive(archive)
    assert len(first.problems) == 20
    assert len(second.utterances) == 2


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.xz"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.999])
def test_a_truncated_archive_gives_nothing(ending: str, share: float, tmp_path: Path) -> None:
    rows = lines(*(row(n) for n in range(2000)))
    archive = pack(tmp_path / f"m{ending}", {"sw-KE.jsonl": rows, "tr-TR.jsonl": rows})
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InvalidInput, match="cannot be read to its end") as refusal:
        read_massive(archive, skip_bad=True)
    assert refusal.value.file == str(archive)


def test_an_archive_whose_tar_was_cut_before_it_was_packed_gives_nothing(tmp_path: Path) -> None:
    whole = gzip.decompress(pack(tmp_path / "m.tar.gz", {"sw-KE.jsonl": ROWS * 9}).read_bytes())
    (tmp_path / "m.tar.gz").write_bytes(gzip.compress(whole[:1500]))
    with pytest.raises(InvalidInput, match="cannot be read to its end"):
        read_massive(tmp_path / "m.tar.gz")


def test_an_archive_with_a_broken_header_in_the_middle_gives_nothing(tmp_path: Path) -> None:
    archive = pack(tmp_path / "m.tar.gz", {"af-ZA.jsonl": b"", "sw-KE.jsonl": ROWS})
    broken = bytearray(gzip.decompress(archive.read_bytes()))
    broken[512 + 100] ^= 1  # the mode of the second member, so that its checksum fails
    archive.write_bytes(gzip.compress(broken))
    with pytest.raises(InvalidInput, match="goes on after a broken header"):
        read_massive(archive)


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    for name in ("m.tar.gz", "m.tar.xz"):
        (tmp_path / name).write_bytes(b"<!DOCTYPE html>" * 99)
        with pytest.raises(InvalidInput, match="cannot be read to its end"):
            read_massive(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../sw-KE.jsonl", "names a place outside it"),
        ("data/../../sw-KE.jsonl", "names a place outside it"),
        ("..\\sw-KE.jsonl", "names a place outside it"),
        ("/etc/sw-KE.jsonl", "names a place outside it"),
        ("C:/sw-KE.jsonl", "names a place outside it"),
    ],
)
def test_an_archive_that_points_outside_itself_is_refused(
    name: str, reason: str, tmp_path: Path
) -> None:
    archive = pack(tmp_path / "m.tar.gz", {"af-ZA.jsonl": lines(row(1, "af-ZA")), name: ROWS})
    with pytest.raises(InvalidInput, match=reason) as refusal:
        read_massive(archive, skip_bad=True)
    assert refusal.value.file == str(archive)
    assert repr(name) in refusal.value.reason
    assert [file.name for file in tmp_path.iterdir()] == ["m.tar.gz"]


@pytest.mark.parametrize(
    "member",
    [
        special("sw-KE.jsonl", tarfile.SYMTYPE, linkname="/etc/passwd"),
        special("sw-KE.jsonl", tarfile.LNKTYPE, linkname="af-ZA.jsonl"),
        special("sw-KE.jsonl", tarfile.CHRTYPE, devmajor=1, devminor=5),
        special("sw-KE.jsonl", tarfile.BLKTYPE, devmajor=8),
        special("sw-KE.jsonl", tarfile.FIFOTYPE),
    ],
    ids=["symbolic link", "hard link", "character device", "block device", "pipe"],
)
def test_an_archive_that_holds_more_than_files_is_refused(
    member: tarfile.TarInfo, tmp_path: Path
) -> None:
    archive = pack(tmp_path / "m.tar.gz", {"af-ZA.jsonl": lines(row(1, "af-ZA")), "-": member})
    with pytest.raises(InvalidInput, match="is neither a plain file nor a directory"):
        read_massive(archive)


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl_files, "MAX_UNPACKED_BYTES", 100_000)
    archive = pack(tmp_path / "m.tar.xz", {"sw-KE.jsonl": b"\n" * 200_000})
    with pytest.raises(InvalidInput, match="unpacks to more than 100,000 bytes"):
        read_massive(archive)


@pytest.mark.parametrize("filling", [b"\n", b" "])
def test_a_packed_file_that_unpacks_to_too_much_is_refused(
    filling: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl_files, "MAX_UNPACKED_BYTES", 200_000)
    path = tmp_path / "sw-KE.jsonl.gz"
    path.write_bytes(gzip.compress(filling * 3_000_000))
    (file,) = read_massive(path, skip_bad=True)
    assert "unpacks to more than 200,000 bytes" in str(file.problems[-1])


def test_a_header_that_claims_a_huge_name_is_not_believed(tmp_path: Path) -> None:
    header = special("name", tarfile.GNUTYPE_LONGNAME, size=1_000_000_000).tobuf()
    (tmp_path / "m.tar.gz").write_bytes(gzip.compress(header + b"x" * 2048))
    with pytest.raises(InvalidInput, match="unpacks to more than"):
        read_massive(tmp_path / "m.tar.gz")


def test_a_header_that_turns_back_is_refused(tmp_path: Path) -> None:
    header = special("sw-KE.jsonl", tarfile.REGTYPE, size=-4096).tobuf(tarfile.GNU_FORMAT)
    start = special("data", tarfile.DIRTYPE).tobuf() * 9
    (tmp_path / "m.tar.gz").write_bytes(gzip.compress(start + header + b"\0" * 1024))
    with pytest.raises(InvalidInput, match="points back into what was read"):
        read_massive(tmp_path / "m.tar.gz")


@pytest.mark.parametrize(
    "headers",
    [
        special("n", tarfile.GNUTYPE_LONGNAME, size=5).tobuf() + b"name\0".ljust(512, b"\0"),
        special("p", tarfile.XHDTYPE, size=26).tobuf()
        + b"26 GNU.sparse.map=1,a,2,3\n".ljust(512, b"\0"),
    ],
    ids=["names without end", "a map of words"],
)
def test_nonsense_headers_do_not_crash_the_reader(headers: bytes, tmp_path: Path) -> None:
    member = special("sw-KE.jsonl", tarfile.REGTYPE).tobuf()
    (tmp_path / "m.tar.gz").write_bytes(gzip.compress(headers * 3000 + member + b"\0" * 1024))
    with pytest.raises(InvalidInput, match="cannot be read to its end"):
        read_massive(tmp_path / "m.tar.gz")


def test_a_path_with_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no such file or directory"):
        read_massive(tmp_path / "absent")
    with pytest.raises(InvalidInput, match="holds nothing to read"):
        read_massive(tmp_path)
    (tmp_path / "notes.txt").write_text("sw-KE")
    with pytest.raises(InvalidInput, match=r"holds nothing to read; give a directory, \.jsonl"):
        read_massive(tmp_path / "notes.txt")
    with pytest.raises(InvalidInput, match="holds nothing to read"):
        read_massive(pack(tmp_path / "m.tar.gz", {"README": b""}))


def test_files_are_named_in_a_fixed_order(tmp_path: Path) -> None:
    write_files(tmp_path / "b", tr_TR=b"", af_ZA=b"")
    write_files(tmp_path, sw_KE=b"")
    assert list_jsonl(tmp_path) == ["b/af-ZA.jsonl", "b/tr-TR.jsonl", "sw-KE.jsonl"]


def test_lines_are_numbered_and_an_overlong_one_is_cut() -> None:
    long = b"x" * 2_500_000 + b"\n"
    found = list(read_lines(io.BytesIO(b"one\n" + long + b"three"), "a.jsonl"))
    assert [(number, offset, len(line)) for number, offset, line in found] == [
        (1, 0, 4),
        (2, 4, 1_000_001),
        (3, 2_500_005, 5),
    ]
