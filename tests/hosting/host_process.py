"""A model host as its own process, whose one release hangs when it is asked to.

It prints what it begins: the text of a request, or ``decoding``, which never ends here.
"""

from __future__ import annotations

import sys
import time
from typing import NoReturn
from unittest.mock import patch

from tests.hosting.situations import Echo
from vernacular.assistants.contract import Answer, Request
from vernacular.hosting import translating
from vernacular.hosting.limits import Limits
from vernacular.hosting.server import create_host
from vernacular.hosting.serving import serve_host


class Sleepy(Echo):
    """Takes as many seconds for a text as the text says."""

    def answer(self, request: Request) -> Answer:
        seconds = float(request.text or 0) if request.text != "hello" else 0.0
        if seconds:
            print(request.text, flush=True)
        time.sleep(seconds)
        return super().answer(request)


def decode_for_ever(data: bytes) -> NoReturn:
    """Stands for a recording that takes longer than anybody waits for the end of a host."""
    print("decoding", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    limits = Limits(stop_seconds=float(sys.argv[2]), max_batch=1)
    host = create_host({"sleepy": Sleepy()}, limits=limits)
    with patch.object(translating, "decode_audio", decode_for_ever):
        serve_host(host, host="127.0.0.1", port=int(sys.argv[1]), limits=limits)
