from vernacular.live.corrections import record_correction
from tests.live.conversation import *
from tests.testers import write_tester
import pytest

def test_long_intent(store):
    write_release(store); p = write_tester(store, "a")
    s = begin(store, p)
    t = put(store, AssistantsDouble(AnsweringDouble()), s.id, p, "k1", TEXT)
    with store.writing() as db:
        record_correction(db, t.id, p, "x"*80, ())
