"""Releases are loaded and unloaded while others answer, by the host's operator alone."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import torch

from tests.hosting.releases import finding, wait_until, write_release
from tests.hosting.situations import Echo, serving
from vernacular.assistants import load as loading_code
from vernacular.assistants.engines.understanding.joint_encoder import JointEncoder
from vernacular.assistants.manifest import Manifest
from vernacular.errors import NotFound
from vernacular.hosting.limits import Limits
from vernacular.hosting.server import create_host

TOKEN = "a long night 9"
AS_OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("tiny-1", "tiny-2"):
        write_release(tmp_path, name)
    write_release(tmp_path, "bare", "missing")
    return tmp_path


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with serving(create_host(find=finding(folder), preload=["tiny-1"])) as address:
        wait_until(address, "tiny-1", "ready")
        yield address


def load(url: str, name: str, **headers: str) -> httpx.Response:
    return httpx.post(f"{url}/v1/releases", json={"name": name}, headers=headers)


def ask(url: str, release: str) -> httpx.Response:
    rows = [{"text": "wake me up at five am", "locale": "en-US"}]
    return httpx.post(f"{url}/v1/predict", json={"release": release, "requests": rows})


def test_a_release_is_loaded_answers_and_is_unloaded(url: str) -> None:
    assert ask(url, "tiny-2").status_code == 404
    begun = load(url, "tiny-2")
    assert begun.status_code == 202
    assert begun.headers["location"] == "/v1/releases/tiny-2"
    ready = wait_until(url, "tiny-2", "ready")
    assert ready["footprint"]["n_parameters"] > 1_000  # type: ignore[index]
    assert (ready["hears"], ready["speaks"], ready["n_waiting"]) == (False, False, 0)
    assert ask(url, "tiny-2").json()["answers"][0]["reply"]
    assert load(url, "tiny-2").status_code == 200
    assert httpx.delete(f"{url}/v1/releases/tiny-2").status_code == 204
    assert ask(url, "tiny-2").status_code == 404
    assert ask(url, "tiny-1").status_code == 200
    assert load(url, "tiny-2").status_code == 202
    wait_until(url, "tiny-2", "ready")


def test_a_release_without_its_weights_says_so_and_leaves_the_others_alone(url: str) -> None:
    load(url, "bare")
    failed = wait_until(url, "bare", "failed")
    assert "put the weights there" in str(failed["reason"])
    refused = ask(url, "bare")
    assert refused.status_code == 503
    assert "'bare' could not be loaded: there is no folder" in refused.json()["detail"]
    assert ask(url, "tiny-1").status_code == 200
    ready = httpx.get(f"{url}/readyz")
    assert ready.status_code == 200
    assert list(ready.json()["failed"]) == ["bare"]


def test_a_release_that_failed_can_be_loaded_once_its_weights_are_there(
    url: str, folder: Path
) -> None:
    load(url, "bare")
    wait_until(url, "bare", "failed")
    (folder / "weights").rename(folder / "missing")
    load(url, "bare")
    wait_until(url, "bare", "ready")
    assert ask(url, "bare").status_code == 200


def test_running_out_of_memory_while_loading_leaves_the_others_alone(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr(torch.nn.Module, "to", too_large)
    load(url, "tiny-2")
    assert "Tried to allocate 20.00 GiB" in str(wait_until(url, "tiny-2", "failed")["reason"])
    monkeypatch.undo()
    assert ask(url, "tiny-1").status_code == 200


def test_others_are_answered_while_a_release_loads(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real = loading_code._load_stage

    def slow(*arguments: object) -> object:
        assert gate.wait(20)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loading_code, "_load_stage", slow)
    try:
        assert load(url, "tiny-2").json()["state"] == "loading"
        assert load(url, "tiny-2").status_code == 202
        assert ask(url, "tiny-1").status_code == 200
        loading, ready = ask(url, "tiny-2"), httpx.get(f"{url}/readyz")
        assert "still loading" in loading.json()["detail"]
        assert loading.status_code == ready.status_code == 503
        assert loading.headers["retry-after"] == ready.headers["retry-after"] == "5"
        refused = httpx.delete(f"{url}/v1/releases/tiny-2")
        assert (refused.status_code, refused.json()["title"][:11]) == (409, "It clashes ")
    finally:
        gate.set()
    wait_until(url, "tiny-2", "ready")


def test_unloading_leaves_nothing_of_the_weights_in_memory(url: str) -> None:
    gc.collect()  # what other tests left behind
    before = count_networks()
    load(url, "tiny-2")
    wait_until(url, "tiny-2", "ready")
    ask(url, "tiny-2")
    assert count_networks() == before + 1
    httpx.delete(f"{url}/v1/releases/tiny-2")
    assert count_networks() == before


def count_networks() -> int:
    # By type, because some objects of torch warn when they are asked for their class.
    return sum(type(one) is JointEncoder for one in gc.get_objects())


def test_unknown_releases_are_named(url: str) -> None:
    assert load(url, "tiny-9").status_code == 404
    gone = httpx.delete(f"{url}/v1/releases/tiny-9")
    assert (gone.status_code, "'tiny-9' is not loaded" in gone.text) == (404, True)


def test_unloading_answers_what_is_in_hand_and_closes_the_release() -> None:
    echo = Echo()
    with serving(create_host({"echo": echo}, limits=Limits(stop_seconds=20))) as url:
        echo.hold()
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(ask(url, "echo")))
        asking.start()
        assert echo.begun.wait(10)
        threading.Timer(0.1, echo.gate.set).start()
        assert httpx.delete(f"{url}/v1/releases/echo", timeout=20).status_code == 204
        assert echo.is_closed.is_set()
        asking.join(10)
        assert answers[0].status_code == 200


def test_a_release_is_warmed_up_in_a_locale_it_was_trained_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo = Echo()
    monkeypatch.setattr("vernacular.hosting.releases.loading.load_assistant", lambda *_, **__: echo)
    with serving(create_host(find=finding(folder), preload=["tiny-1"])) as url:
        wait_until(url, "tiny-1", "ready")
    assert [len(batch) for batch in echo.batches] == [1, 8]
    assert {one.locale for one in echo.asked} == {"sw-KE", "en-US", "en-GB"}
    assert echo.asked[0].locale == "sw-KE"


def test_a_host_without_a_release_is_not_ready(folder: Path) -> None:
    with serving(create_host(find=finding(folder), preload=["bare"])) as url:
        wait_until(url, "bare", "failed")
        ready = httpx.get(f"{url}/readyz")
        assert ready.status_code == 503
        assert "no release is loaded: bare: there is no folder" in ready.json()["detail"]


def test_a_token_lets_an_operator_in_and_nobody_else(folder: Path) -> None:
    with serving(create_host(find=finding(folder), token=TOKEN)) as url:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
            refused = load(url, "tiny-1", **headers)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer")
            assert "VERNACULAR_HOST_TOKEN" in refused.json()["detail"]
        assert httpx.delete(f"{url}/v1/releases/tiny-1").status_code == 401
        assert load(url, "tiny-1", **AS_OPERATOR).status_code == 202
        wait_until(url, "tiny-1", "ready")
        deleted = httpx.delete(f"{url}/v1/releases/tiny-1", headers=AS_OPERATOR)
        assert deleted.status_code == 204


def test_nobody_changes_releases_that_are_fixed(folder: Path) -> None:
    host = create_host(find=finding(folder), preload=["tiny-1"], are_fixed=True, token=TOKEN)
    with serving(host) as url:
        deleted = httpx.delete(f"{url}/v1/releases/tiny-1", headers=AS_OPERATOR)
        for refused in (load(url, "tiny-2"), deleted):
            assert refused.status_code == 403
            assert "redeploy with --release" in refused.json()["detail"]


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Origin"], ids=str.lower
)
def test_without_a_token_neither_proxies_nor_web_pages_speak_for_the_operator(
    url: str, header: str
) -> None:
    refused = load(url, "tiny-2", **{header: "127.0.0.1"})
    assert refused.status_code == 403
    assert "start the host with VERNACULAR_HOST_TOKEN" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("client", "status"), [("10.0.0.3", 403), ("::1", 404), ("127.0.0.9", 404), ("socket", 403)]
)
@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_the_operator_is_on_this_machine(
    client: str, status: int, token: str | None
) -> None:
    async def scene() -> int:
        transport = httpx.ASGITransport(create_host(find=_none, token=token), client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as caller:
            headers = {"Authorization": "Bearer "}
            loading = await caller.post("/v1/releases", json={"name": "a"}, headers=headers)
            return loading.status_code

    assert asyncio.run(scene()) == status


def _none(name: str) -> tuple[Manifest, Path]:
    raise NotFound(name)
