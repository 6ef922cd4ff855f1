"""A chat as one writes it first in Streamlit: every run of the script draws every message again.

``NOOP_HOST_URL=... streamlit run tests/benchmarks/turns_streamlit.py``
"""

from __future__ import annotations

import os

import httpx
import streamlit as st


@st.cache_resource
def connect() -> httpx.Client:
    return httpx.Client(base_url=os.environ["NOOP_HOST_URL"])


def ask(text: str) -> str:
    asked = {"release": "pocket-1", "requests": [{"text": text, "locale": "en-US"}]}
    answered = connect().post("/v1/predict", json=asked).json()
    reply: str = answered["answers"][0]["reply"]
    return reply


said = st.session_state.setdefault("said", [])
for role, words in said:
    with st.chat_message(role):
        st.markdown(words)
text = st.chat_input("Say something")
if text:
    with st.chat_message("user"):
        st.markdown(text)
    reply = ask(text)
    with st.chat_message("assistant"):
        st.markdown(reply)
    said += [("user", text), ("assistant", reply)]
