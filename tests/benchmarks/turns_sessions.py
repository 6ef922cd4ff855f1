"""Many testers at once on one Streamlit server, each a websocket that says what a browser would.

Browsers themselves would take more of the machine than the server. Left out is what they send of
other widgets, which these testers do not touch.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.benchmarks.turns_noop import question, reply
from vernacular.people.sign_in import SIGN_IN_COOKIE

THINK_SECONDS = (5.0, 15.0)
PATIENCE_SECONDS = 60.0


def talk(url: str, tokens: Sequence[str], n_turns: int) -> list[float]:
    """Returns the milliseconds of every turn of every tester, from sending it to its reply.

    Between two turns each thinks for about ten seconds.

    Args:
        url: of our UI or any Streamlit chat.
        tokens: the sign-in of each tester.
        n_turns: how many turns each of them says.
    """
    return asyncio.run(_talk(url, tokens, n_turns))


async def _talk(url: str, tokens: Sequence[str], n_turns: int) -> list[float]:
    waits = await asyncio.gather(
        *(_one_tester(url, token, n_turns, seed) for seed, token in enumerate(tokens))
    )
    return [one for tester in waits for one in tester]


async def _one_tester(url: str, token: str, n_turns: int, seed: int) -> list[float]:
    think = random.Random(seed)  # noqa: S311 - a pause, no secret
    # They do not come all in the same moment.
    await asyncio.sleep(think.uniform(0, THINK_SECONDS[1]))
    headers = {"Cookie": f"{SIGN_IN_COOKIE}={token}", "Origin": url}
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        address,
        additional_headers=headers,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=PATIENCE_SECONDS,
    ) as connection:
        page = _Page(connection, url)
        await page.open()
        waits = []
        for number in range(1, n_turns + 1):
            await asyncio.sleep(think.uniform(*THINK_SECONDS))
            waits.append(await page.say(number))
        page.stop_looking(*page.looking)
    return waits


class _Page:
    """What a browser keeps of a page from one run of the script to the next."""

    def __init__(self, connection: ClientConnection, url: str) -> None:
        self._connection = connection
        self._state = ClientState()
        self._state.context_info.url = url
        self._state.context_info.locale = "en-US"
        self._state.context_info.timezone = "Europe/Copenhagen"
        self._input, self._fragment = "", ""
        self.looking: dict[str, asyncio.Task[None]] = {}

    async def open(self) -> None:
        """Asks for the page and waits until something can be written in it."""
        await self._run(self._state, b"")
        assert self._input, "the page has no chat input"

    async def say(self, number: int) -> float:
        """Returns the milliseconds from sending a turn until its reply is there."""
        state = ClientState()
        state.CopyFrom(self._state)
        state.fragment_id = self._fragment
        widget = state.widget_states.widgets.add(id=self._input)
        widget.chat_input_value.data = question(number)
        began = time.perf_counter()
        return 1000 * (await self._run(state, reply(number).encode()) - began)

    async def _run(self, state: ClientState, wanted: bytes) -> float:
        """Returns when ``wanted`` arrived, once the script has run to its end."""
        await self._connection.send(BackMsg(rerun_script=state).SerializeToString())
        seen = None
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for data in self._connection:
                assert isinstance(data, bytes)
                if seen is None and wanted in data:
                    seen = time.perf_counter()
                message = ForwardMsg.FromString(data)
                self._keep(message)
                if seen is not None and _is_end(message):
                    return seen
        raise ConnectionError("the server hung up")

    def _keep(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if message.metadata.cacheable:
            self._state.cached_message_hashes.append(message.hash)
        if kind == "new_session":
            self._state.page_script_hash = message.new_session.page_script_hash
        elif kind == "page_info_changed":
            self._state.query_string = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            # How our page finds an answer that takes longer than a moment.
            one = message.auto_rerun.fragment_id
            self.stop_looking(one)
            again = self._look(one, message.auto_rerun.interval)
            self.looking[one] = asyncio.create_task(again)
        elif kind == "stop_auto_rerun":
            self.stop_looking(*message.stop_auto_rerun.fragment_ids)
        elif message.delta.new_element.WhichOneof("type") == "chat_input":
            self._input = message.delta.new_element.chat_input.id
            self._fragment = message.delta.fragment_id

    async def _look(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            state = ClientState()
            state.CopyFrom(self._state)
            state.fragment_id, state.is_auto_rerun = fragment, True
            await self._connection.send(BackMsg(rerun_script=state).SerializeToString())

    def stop_looking(self, *fragments: str) -> None:
        """Looks no longer whether what these fragments wait for is there."""
        for one in fragments:
            if one in self.looking:
                self.looking.pop(one).cancel()


def _is_end(message: ForwardMsg) -> bool:
    """True for the end of a run that is not begun anew at once."""
    return message.WhichOneof("type") == "script_finished" and message.script_finished in (
        ForwardMsg.FINISHED_SUCCESSFULLY,
        ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    )
