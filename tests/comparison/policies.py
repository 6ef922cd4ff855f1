"""Builds gate policies for the tests from the text that people would write."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from vernacular.comparison.gate_policy import GatePolicy, read_gate_policy


def a_policy(text: str = "") -> GatePolicy:
    """Returns the policy of a file that begins with its schema; n_resamples is small."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gate.yaml"
        begin = "schema: vernacular-gate/1\n"
        if "n_resamples" not in text:
            begin += "n_resamples: 200\n"
        path.write_text(begin + text, encoding="utf-8")
        return read_gate_policy(path)
