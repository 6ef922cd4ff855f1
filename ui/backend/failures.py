"""What a person is told when something goes wrong."""

from __future__ import annotations

from vernacular import errors
from wording import mark

_SENTENCES = {
    errors.HostBusy: mark("The assistant is busy. Wait a few seconds, then try again."),
    errors.ModelUnavailable: mark(
        "The assistant does not answer now. What you wrote is saved. Try again in a moment; if it "
        "goes on, tell the people who run this platform."
    ),
    errors.Forbidden: mark(
        "Your account does not allow this. Ask the people who run this platform, or sign in again."
    ),
    errors.NotFound: mark("This is not there, or it is not yours. Go back and choose again."),
    errors.Conflict: mark(
        "Something else is stored by now, so this was not saved. Look at what is there before you "
        "try again."
    ),
    errors.StoreUnavailable: mark(
        "This is not saved yet. Leave the page open and try again in a moment."
    ),
    errors.NotComparable: mark(
        "These two releases cannot be compared: both need a finished run over the same suite, "
        "scored by the same rules."
    ),
    errors.InvalidInput: mark("This could not be accepted. Check what you entered and try again."),
}

_SENTENCES_BY_FIELD = {
    "text": mark("Write something first; it may have up to 2,000 characters."),
    "note": mark("The note is too long; it may have up to 2,000 characters."),
    "turns": mark("Nothing is corrected here yet that could become such a test."),
    "clip": mark("Nothing can be heard in this recording. Record it again."),
    "slots": mark(
        "These words belong to another value already, or they cut a character in two. Remove the "
        "other value first."
    ),
    "intent": mark("Choose first what was meant."),
    "rating": mark("Give a rating, choose what was wrong or write a note."),
}

_ANYTHING_ELSE = mark(
    "Something went wrong on our side. What was saved is still there. Leave the page open and try "
    "again; if it happens again, tell the people who run this platform."
)


def explain(error: Exception) -> str:
    """Returns the message (to be translated) that tells a person what to do about a failure."""
    if isinstance(error, errors.InvalidInput) and error.field in _SENTENCES_BY_FIELD:
        return _SENTENCES_BY_FIELD[error.field]
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind]
    return _ANYTHING_ELSE
