"""Loads the release that a manifest describes into this process."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vernacular.assistants.contract import Assistant
from vernacular.assistants.manifest import Manifest, Stages
from vernacular.assistants.pipeline import Pipeline
from vernacular.errors import ModelUnavailable

if TYPE_CHECKING:
    from vernacular.checked_yaml import Strict

INSTALL = "install the model extra: pip install 'vernacular[models]' -c constraints.txt"

_ENGINES = "vernacular.assistants.engines"
_REMOTE = "vernacular.assistants.remote"

# By stage and engine: the module and class whose ``load(spec, root)`` makes the stage. By name and
# not imported: torch and transformers take seconds, and a release of templates needs neither.
_MAKERS: dict[tuple[str, str], tuple[str, str]] = {
    ("asr", "ctc"): (f"{_ENGINES}.hearing.ctc_asr", "CtcRecogniser"),
    ("asr", "seq2seq"): (f"{_ENGINES}.hearing.seq2seq_asr", "Seq2SeqRecogniser"),
    ("asr", "openai"): (f"{_REMOTE}.openai_transcription", "RemoteRecogniser"),
    ("nlu", "joint-encoder"): (f"{_ENGINES}.understanding.joint_nlu", "JointNlu"),
    ("nlu", "classifiers"): (f"{_ENGINES}.understanding.classifiers_nlu", "ClassifiersNlu"),
    ("nlu", "in-context"): (f"{_ENGINES}.understanding.in_context_nlu", "InContextNlu"),
    ("nlu", "openai"): (f"{_REMOTE}.openai_understanding", "RemoteUnderstander"),
    ("reply", "templates"): ("vernacular.assistants.replies", "TemplateReplies"),
    ("reply", "chat"): (f"{_ENGINES}.chat_reply", "ChatReplies"),
    ("reply", "openai"): (f"{_REMOTE}.openai_reply", "RemoteReplies"),
    ("tts", "vits"): (f"{_ENGINES}.vits_tts", "VitsSpeaker"),
    ("tts", "espeak"): ("vernacular.assistants.espeak_tts", "EspeakSpeaker"),
}

Withheld = Collection[tuple[str, str]]
"""(locale, text) of utterances that must not be shown to the release as examples."""


def load_assistant(
    manifest: Manifest, root: Path, threads: int = 1, withheld: Withheld = ()
) -> Assistant:
    """Returns the release, loaded and ready to answer.

    Args:
        manifest: what to load.
        root: the folder that relative weights start from.
        threads: how many CPU threads torch may use; more than the free cores makes it slower.
        withheld: utterances that no stage may learn from in its context: those of the suite that
            the release is about to be judged by.

    Raises:
        ModelUnavailable: torch is not installed, the weights cannot be loaded, or a key is missing.
    """
    if manifest.service is not None:
        module = import_module(f"{_REMOTE}.http_assistant")
        return module.HttpAssistant.load(manifest.service)  # type: ignore[no-any-return]
    assert manifest.stages is not None, "a manifest has stages or a service"
    arbitration = manifest.arbitration
    loaded: dict[str, Any] = {}
    try:
        for name in Stages.model_fields:
            spec = getattr(manifest.stages, name)
            if spec is not None:
                loaded[name] = _load_stage(name, spec, root, threads, withheld)
        if arbitration is not None and arbitration.fallback is not None:
            loaded["fallback"] = _load_stage("nlu", arbitration.fallback, root, threads, withheld)
    except BaseException:
        for stage in loaded.values():
            stage.close()
        raise
    return Pipeline(
        **loaded, min_confidence=0.0 if arbitration is None else arbitration.min_confidence
    )


def _load_stage(name: str, spec: Strict, root: Path, threads: int, withheld: Withheld) -> Any:
    module_name, class_name = _MAKERS[name, spec.engine]  # type: ignore[attr-defined]
    try:
        maker = getattr(import_module(module_name), class_name)
        if hasattr(spec, "device"):
            import_module("torch").set_num_threads(threads)
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"{error.name} is not installed: {INSTALL}") from error
    if hasattr(spec, "n_shots"):
        return maker.load(spec, root, withheld)
    return maker.load(spec, root)
