"""The release manifest: a YAML file that says which stages answer, from which weights.

release: pocket-voice-2
assistant: pocket-voice
trained_locales: [en-US, sw-KE]
stages:
  asr:
    engine: ctc
    weights: ears-2          # a folder beside the manifest, or with a revision a hub id
  nlu:
    engine: joint-encoder
    weights: pocket-2
  reply:
    engine: templates
arbitration:
  min_confidence: 0.4        # below it, a clarifying question is asked
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from vernacular.assistants.stage_specs import (
    Hearing,
    HttpService,
    LanguageTag,
    Replying,
    Speaking,
    Understands,
)
from vernacular.checked_yaml import Strict, read_checked, spelt

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,118}$"
"""Of releases and assistants: safe in a shell, an address and a file name."""

Name = Annotated[
    str,
    spelt(
        NAME_PATTERN,
        "a name of up to 119 letters, digits, dots, hyphens and underscores, the first a letter or"
        " digit",
    ),
]


class Stages(Strict):
    """The stages of a release; those left out it does not have."""

    asr: Hearing | None = None
    nlu: Understands | None = None
    reply: Replying | None = None
    tts: Speaking | None = None

    @model_validator(mode="after")
    def _fit_together(self) -> Stages:
        if self.asr is None and self.nlu is None:
            raise ValueError("a release hears (asr) or understands (nlu), or both")
        if self.reply is not None and self.nlu is None:
            raise ValueError("a 'reply' needs an 'nlu' that says what to reply to")
        if self.tts is not None and self.reply is None:
            raise ValueError("a 'tts' needs a 'reply' to speak")
        return self


class Arbitration(Strict):
    """What happens where the understanding stage is not sure."""

    min_confidence: Annotated[float, Field(gt=0, le=1)]
    """Below it, ``fallback`` answers; where there is none, or it is not sure either, the assistant
    asks back."""
    fallback: Understands | None = None


class Manifest(Strict):
    """One release, as its manifest describes it: stages, or a whole assistant of a team's own."""

    release: Name
    assistant: Name
    description: str = ""
    trained_locales: tuple[LanguageTag, ...] = ()
    """The locales the release was trained on; the others are zero-shot for it."""
    stages: Stages | None = None
    arbitration: Arbitration | None = None
    service: HttpService | None = None

    @model_validator(mode="after")
    def _answers_somehow(self) -> Manifest:
        if (self.stages is None) == (self.service is None):
            raise ValueError("a release has either 'stages' or a 'service'")
        if self.arbitration is not None and (self.stages is None or self.stages.nlu is None):
            raise ValueError("'arbitration' needs an 'nlu' stage that it can doubt")
        return self

    @property
    def hears(self) -> bool:
        """True if the release takes speech."""
        if self.service is not None:
            return self.service.hears
        return self.stages is not None and self.stages.asr is not None

    @property
    def understands(self) -> bool:
        """True if the release finds intents."""
        return self.service is not None or (self.stages is not None and self.stages.nlu is not None)

    @property
    def replies(self) -> bool:
        """True if the release may answer with a reply."""
        return self.service is not None or (
            self.stages is not None and self.stages.reply is not None
        )

    @property
    def speaks(self) -> bool:
        """True if the release can speak its replies."""
        if self.service is not None:
            return self.service.speaks
        return self.stages is not None and self.stages.tts is not None

    @property
    def shows_examples(self) -> bool:
        """True if a stage understands by examples of utterances that it is shown."""
        return any(getattr(one, "examples", None) is not None for one in self._parts())

    @property
    def n_parallel(self) -> int | None:
        """How many requests somebody else's server gets at once; None if all answer here."""
        limits = [getattr(one, "n_parallel", None) for one in self._parts()]
        return min((one for one in limits if one is not None), default=None)

    def _parts(self) -> list[Strict | None]:
        stages = [] if self.stages is None else [one for _, one in self.stages]
        fallback = None if self.arbitration is None else self.arbitration.fallback
        return [*stages, fallback, self.service]


def read_manifest(path: Path) -> Manifest:
    """Returns the manifest in the YAML file ``path``.

    Raises:
        InvalidInput: it cannot be read or says something unknown; with the line.
    """
    return read_checked(path, Manifest, kind="manifest", begins_with="release")
