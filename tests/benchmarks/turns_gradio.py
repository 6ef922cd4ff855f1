"""Gradio's own chat; runs in an environment of its own: ``NOOP_HOST_URL=... turns_gradio.py PORT``.

Nothing here may import this project, which is not there.
"""

from __future__ import annotations

import os
import sys

import gradio
import httpx

host = httpx.Client(base_url=os.environ["NOOP_HOST_URL"])


def ask(text: str, _history: object) -> str:
    asked = {"release": "pocket-1", "requests": [{"text": text, "locale": "en-US"}]}
    answered = host.post("/v1/predict", json=asked).json()
    reply: str = answered["answers"][0]["reply"]
    return reply


gradio.ChatInterface(ask).launch(server_name="127.0.0.1", server_port=int(sys.argv[1]))
