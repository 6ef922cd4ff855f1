"""Speech by espeak-ng, where it is installed: a hundred languages, plain but quick and small."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from vernacular.assistants.contract import Footprint
from vernacular.assistants.stage_specs import EspeakStage
from vernacular.assistants.stages import Reply
from vernacular.assistants.voices import check_speakable, find_voice
from vernacular.clips.audio import Audio
from vernacular.clips.decode import decode_audio
from vernacular.corpus.locales import find_locale
from vernacular.errors import InvalidInput, ModelUnavailable, VernacularError

PROGRAM = "espeak-ng"
INSTALL = (
    "espeak-ng is not installed: 'apt-get install espeak-ng' on Debian and Ubuntu,"
    " 'dnf install espeak-ng' on Fedora, 'brew install espeak-ng' on macOS"
)
_TIMEOUT_SECONDS = 30.0
"""It speaks a hundred times faster than people; what takes so long hangs."""

# " 5  pt    --/M      Portuguese_(Portugal) roa/pt       (pt-pt 5)"
_ROW = re.compile(r"\s*(?P<priority>\d+)\s+(?P<name>\S+)\s+\S+\s+\S+\s+\S+(?P<others>.*)")
_OTHER = re.compile(r"\((?P<tag>\S+) (?P<priority>\d+)\)")


class EspeakSpeaker:
    """An installed espeak-ng."""

    def __init__(self, program: str, version: str, voices: Mapping[str, str], rate: int) -> None:
        """Takes the voices by the locale or language that each is for, the best ones first."""
        self.version = f"espeak-ng:{version}"
        self._program = program
        self._voices = voices
        self._words_per_minute = rate

    @classmethod
    def load(cls, spec: EspeakStage, root: Path) -> EspeakSpeaker:  # noqa: ARG003
        """Returns the speaker with the voices that are installed.

        Raises:
            ModelUnavailable: espeak-ng is not installed, or broken.
            InvalidInput: the manifest names a voice that it does not have.
        """
        program = shutil.which(PROGRAM)
        if program is None:
            raise ModelUnavailable(INSTALL)
        listed = _run(program, ["--voices"]).decode(errors="replace")
        installed = read_voices(listed)
        names = set(installed.values())
        for tag, voice in spec.voices.items():
            # A variant follows the plus: en-us+f3.
            if voice.partition("+")[0].lower() not in names:
                raise InvalidInput(
                    f"espeak-ng has no voice {voice!r}: 'espeak-ng --voices' lists them",
                    field=f"stages.tts.voices.{tag}",
                )
        chosen = {find_locale(tag).tag: voice for tag, voice in spec.voices.items()}
        told = _run(program, ["--version"]).decode(errors="replace")
        version = re.search(r"\d+\.[\d.]*\d", told)
        return cls(
            program,
            version.group() if version else "unknown",
            {**chosen, **{tag: name for tag, name in installed.items() if tag not in chosen}},
            spec.words_per_minute,
        )

    def speak_batch(self, replies: Sequence[Reply]) -> list[Audio | VernacularError]:
        """Returns each reply as speech, in order.

        Raises:
            ModelUnavailable: espeak-ng is gone.
        """
        return [self._speak(reply) for reply in replies]

    def _speak(self, reply: Reply) -> Audio | VernacularError:
        try:
            check_speakable(reply.text)
            tag = find_voice(self._voices, reply.locale)
            if tag is None:
                raise InvalidInput(
                    f"espeak-ng has no voice for {reply.locale}: name one of another language under"
                    " 'voices' in the manifest if it can read this one",
                    field="locale",
                )
            # What stands in double brackets it would take for phonemes.
            text = reply.text.replace("[[", "[ [")
            return self._render(self._voices[tag], text)
        except VernacularError as error:
            if not Path(self._program).exists():
                raise ModelUnavailable(INSTALL) from error
            return error

    def _render(self, voice: str, text: str) -> Audio:
        options = ["-v", voice, "-s", str(self._words_per_minute), "-b", "1"]
        try:
            spoken = text.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput("the reply holds half a character (a lone surrogate)") from error
        wav = _run(self._program, [*options, "--stdin", "--stdout"], spoken)
        try:
            return decode_audio(wav).audio
        except InvalidInput as error:
            raise InvalidInput(
                f"espeak-ng says nothing to this text with its voice {voice!r}"
            ) from error

    def footprint(self) -> Footprint:
        """Returns that its rules weigh nothing to speak of."""
        return Footprint(n_parameters=0, weights_bytes=0, device="cpu")

    def close(self) -> None:
        """Holds nothing."""


def read_voices(listed: str) -> dict[str, str]:
    """Returns the voices that ``espeak-ng --voices`` lists, by tag, the preferred ones first.

    A voice is found under its own name and under the other languages it says it is good for.
    """
    offers: list[tuple[int, int, str, str]] = []
    for place, line in enumerate(listed.splitlines()):
        row = _ROW.fullmatch(line)
        if row is None:
            continue
        name = row["name"].lower()
        tags = [(int(row["priority"]), row["name"])]
        tags += [(int(one["priority"]), one["tag"]) for one in _OTHER.finditer(row["others"])]
        offers += [(priority, place, tag, name) for priority, tag in tags]
    voices: dict[str, str] = {}
    for _, _, tag, name in sorted(offers):
        try:
            voices.setdefault(find_locale(tag).tag, name)
        except InvalidInput:
            # Some of its names are no language tags; by them no locale can be meant.
            continue
    return voices


def _run(program: str, arguments: Sequence[str], given: bytes = b"") -> bytes:
    try:
        # The program is where PATH finds espeak-ng, no shell reads the arguments, and the text,
        # which is a stranger's, goes in by standard input, where nothing can pass for an option.
        done = subprocess.run(  # noqa: S603
            [program, *arguments],
            input=given,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelUnavailable(f"espeak-ng took longer than {_TIMEOUT_SECONDS:g} s") from error
    except OSError as error:
        raise ModelUnavailable(f"espeak-ng cannot be started: {error}") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())[:200]
        raise ModelUnavailable(f"espeak-ng failed ({done.returncode}): {said}")
    return done.stdout
