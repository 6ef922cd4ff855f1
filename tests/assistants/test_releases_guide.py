"""The manifests that docs/releases.md shows are manifests that are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vernacular.assistants.load import _MAKERS
from vernacular.assistants.manifest import Stages, read_manifest

GUIDE = (Path(__file__).parents[2] / "docs" / "releases.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_manifest_of_the_guide_is_read(tmp_path: Path, block: str) -> None:
    path = tmp_path / "release.yaml"
    path.write_text(block, encoding="utf-8")
    assert read_manifest(path).release


@pytest.mark.parametrize(("stage", "engine"), sorted(_MAKERS))
def test_the_guide_names_every_engine(stage: str, engine: str) -> None:
    assert stage in Stages.model_fields
    assert f"`{engine}`" in GUIDE
