"""Model hosts on a real Ray Serve answer the host's own client as one of them would."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

import httpx
import pytest
import yaml

from tests.assistants.tiny_checkpoint import TEXTS, write_checkpoint, write_manifest
from tests.local_ray import IGNORED, LOOPBACK, N_CPUS, join_ray, list_listening
from vernacular.assistants.contract import Request
from vernacular.assistants.load import load_assistant
from vernacular.assistants.manifest import Manifest, read_manifest
from vernacular.errors import InvalidInput, ModelUnavailable
from vernacular.hosting.client import HostAssistants
from vernacular.hosting.ray_serve import (
    APPLICATION,
    DEPLOYMENT,
    HostReplica,
    Replicas,
    ServedReleases,
    build,
    deployed,
)
from vernacular.hosting.server import create_host

pytestmark = [pytest.mark.filterwarnings(one) for one in IGNORED]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    write_checkpoint(folder / "weights", locales=("sw-KE",))
    return write_manifest(folder)


@pytest.fixture(scope="module")
def url(manifest: Path) -> Iterator[str]:
    """Where two replicas answer."""
    join_ray()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    releases = {"tiny-1": (read_manifest(manifest), manifest.parent)}
    with deployed(releases, Replicas(N_CPUS), host="127.0.0.1", port=port):
        yield f"http://127.0.0.1:{port}"


def test_replicas_answer_the_hosts_client_as_the_release_itself(url: str, manifest: Path) -> None:
    requests = [Request(text, "sw-KE", wants_reply=False) for text in TEXTS]
    with closing(load_assistant(read_manifest(manifest), manifest.parent)) as assistant:
        expected = assistant.predict_batch(requests)
    with closing(HostAssistants(url)) as host:
        assert host.list_loaded() == ["tiny-1"]
        # More calls than there are replicas, one after the other: each has loaded the release.
        for _ in range(4 * N_CPUS):
            found = host.predict("tiny-1", requests)
            assert [(one.intent, one.slots) for one in found] == [
                (one.intent, one.slots) for one in expected
            ]
            assert [one.intent_confidence for one in found] == pytest.approx(
                [one.intent_confidence for one in expected], abs=1e-5
            )


def test_all_routes_of_the_host_are_there_and_its_errors_keep_their_shape(url: str) -> None:
    assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
    assert "vernacular" in httpx.get(f"{url}/metrics").text
    problem = httpx.get(f"{url}/v1/releases/tiny-2")
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"


def test_nobody_unloads_the_release_of_one_replica(url: str) -> None:
    for _ in range(2 * N_CPUS):
        refused = httpx.delete(f"{url}/v1/releases/tiny-1")
        assert refused.status_code == 403
        assert "redeploy with --release" in refused.json()["detail"]


def test_replicas_listen_on_this_machine_alone_if_their_ray_does(url: str) -> None:
    listening = list_listening("ray::ServeReplica")
    assert listening
    assert listening <= LOOPBACK
    assert list_listening() <= LOOPBACK


def test_a_replica_is_healthy_when_its_releases_are_loaded(manifest: Path) -> None:
    replica = HostReplica()
    read = read_manifest(manifest)

    async def wait_for_health(found: Manifest) -> list[str]:
        replica.app = create_host(find=lambda _: (found, manifest.parent), preload=["tiny-1"])
        async with replica.app.router.lifespan_context(replica.app):
            await replica.check_health()
            return list(replica.app.state.releases.list_ready())

    assert asyncio.run(wait_for_health(read)) == ["tiny-1"]
    stages = {"nlu": {"engine": "joint-encoder", "weights": "gone"}}
    broken = Manifest.model_validate({**read.model_dump(mode="json"), "stages": stages})
    with pytest.raises(ModelUnavailable, match="'tiny-1' could not be loaded: there is no folder"):
        asyncio.run(wait_for_health(broken))


def test_more_replicas_than_there_is_room_for_are_refused(manifest: Path) -> None:
    join_ray()
    crowd = deployed(
        {"tiny-1": (read_manifest(manifest), manifest.parent)},
        Replicas(N_CPUS + 1),
        host="127.0.0.1",
        port=1,
    )
    with pytest.raises(InvalidInput, match=f"room for {N_CPUS}"), crowd:
        pass


def test_a_configuration_file_names_manifests_each_release_once(manifest: Path) -> None:
    assert build(ServedReleases(manifests=(str(manifest),))) is not None
    with pytest.raises(InvalidInput, match="another manifest describes tiny-1, too"):
        build(ServedReleases(manifests=(str(manifest), str(manifest))))


def test_the_file_that_the_documentation_shows_is_one_that_serve_takes() -> None:
    from ray.serve.schema import ServeDeploySchema  # noqa: PLC0415 - takes seconds

    page = Path(__file__).parents[2] / "docs" / "scale-out.md"
    shown = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    application = ServeDeploySchema.model_validate(yaml.safe_load(shown)).applications[0]
    module, _, name = application.import_path.partition(":")
    assert getattr(import_module(module), name) is build
    assert ServedReleases.model_validate(application.args).manifests
    assert [one.name for one in application.deployments] == [DEPLOYMENT]
    assert application.name == APPLICATION
