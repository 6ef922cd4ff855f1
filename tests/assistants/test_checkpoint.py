"""A checkpoint that loading would refuse is noticed before a release is registered with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assistants.checkpoint_files import safetensors, write_checkpoint
from vernacular.assistants.checkpoint import list_flaws

SEED = Path(__file__).parents[2] / "seed_data"
CHECKPOINTS = sorted(path.parent for path in SEED.rglob("config.json"))


@pytest.mark.parametrize("folder", CHECKPOINTS, ids=lambda folder: folder.name)
def test_real_checkpoints_have_no_flaws(folder: Path) -> None:
    assert list(list_flaws(folder)) == []


def test_an_empty_folder_lacks_both_its_config_and_its_weights(tmp_path: Path) -> None:
    config, weights = list_flaws(tmp_path)
    assert "has no config.json" in config
    assert "model.safetensors or pytorch_model.bin is missing" in weights


def test_weights_are_whole_to_the_byte(tmp_path: Path) -> None:
    whole = safetensors(bytes(400))
    assert list(list_flaws(write_checkpoint(tmp_path, whole))) == []
    (shorter,) = list_flaws(write_checkpoint(tmp_path, whole[:-1]))
    assert f"has {len(whole) - 1:,} of at least {len(whole):,} bytes" in shorter
    (longer,) = list_flaws(write_checkpoint(tmp_path, whole + b"\0"))
    assert "is damaged" in longer


@given(st.binary(max_size=64) | st.integers(0, len(safetensors()) - 1))
def test_what_is_no_such_file_is_told_and_never_thrown(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | int
) -> None:
    given_bytes = content if isinstance(content, bytes) else safetensors()[:content]
    (flaw,) = list_flaws(
        write_checkpoint(tmp_path_factory.getbasetemp() / "any-weights", given_bytes)
    )
    assert "model.safetensors" in flaw


@pytest.mark.parametrize("header", [b"[]", b"{", b'{"a": 1}', b'{"a": {"data_offsets": []}}'])
def test_a_header_of_something_else_is_no_safetensors_file(tmp_path: Path, header: bytes) -> None:
    (flaw,) = list_flaws(write_checkpoint(tmp_path, len(header).to_bytes(8, "little") + header))
    assert "its header cannot be read" in flaw


def test_a_missing_part_of_weights_in_several_files_is_named(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, name="model-00001-of-00002.safetensors")
    held_in = {f"layer.{i}": f"model-0000{i}-of-00002.safetensors" for i in (1, 2)}
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": held_in}))
    (flaw,) = list_flaws(tmp_path)
    assert "has no model-00002-of-00002.safetensors" in flaw
    index.write_text("[]")
    assert "cannot be read" in next(list_flaws(tmp_path))


def test_older_weights_are_only_looked_at_for_being_there(tmp_path: Path) -> None:
    assert list(list_flaws(write_checkpoint(tmp_path, b"pickled", "pytorch_model.bin"))) == []
    (flaw,) = list_flaws(write_checkpoint(tmp_path, b"", "pytorch_model.bin"))
    assert "pytorch_model.bin is empty" in flaw


def test_a_link_to_nowhere_cannot_be_read(tmp_path: Path) -> None:
    (write_checkpoint(tmp_path) / "model.safetensors").unlink()
    (tmp_path / "model.safetensors").symlink_to(tmp_path / "cleared-away")
    (flaw,) = list_flaws(tmp_path)
    assert "cannot be read: No such file" in flaw
