"""Types commands into the real entry point, in this process."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from vernacular.cli import main as cli


@dataclass
class Outcome:
    code: int
    out: str
    err: str


class Shell:
    """The command line on one database."""

    def __init__(
        self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.url = url
        self._patch = monkeypatch
        self._captured = capsys

    def __call__(self, *words: str) -> Outcome:
        self._patch.setattr("sys.argv", ["vernacular", "--database-url", self.url, *words])
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self._captured.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, out, err)
