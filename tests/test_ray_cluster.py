"""Joining a cluster that sends us away, and where a replica of Serve listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NoReturn

import pytest

from tests.local_ray import IGNORED
from vernacular.errors import ModelUnavailable
from vernacular.ray_cluster import import_ray, joined_to_ray, keep_replica_on_own_address

pytestmark = [pytest.mark.filterwarnings(one) for one in IGNORED]


@pytest.fixture
def ray() -> Any:
    """Ray, as a process that may have one of its own imports it: it keeps for good what the
    environment says at that moment, and other tests start one."""
    return import_ray(is_own=True)


@pytest.fixture
def cluster() -> Iterator[str]:
    """The address of something that listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("refusal", ["ConnectionError", "AuthenticationError"])
def test_who_is_sent_away_by_a_cluster_is_told_of_its_token(
    ray: Any, cluster: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = ConnectionError if refusal == "ConnectionError" else ray.exceptions.AuthenticationError

    def refuse(**_options: object) -> NoReturn:
        raise kind("no authentication token was found")

    monkeypatch.setattr(ray, "init", refuse)
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    with (
        pytest.raises(ModelUnavailable, match=r"cannot be joined: .*set RAY_AUTH_MODE=token here"),
        joined_to_ray(cluster, 1),
    ):
        pass


@pytest.mark.parametrize(
    ("node", "bound"), [("192.0.2.7", "192.0.2.7:0"), ("2001:db8::7", "[2001:db8::7]:0")]
)
def test_a_replica_listens_on_the_address_of_its_node_alone(
    ray: Any, node: str, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica: Any = import_module("ray.serve._private.replica")
    addresses = []
    monkeypatch.setattr(
        replica, "add_port_to_grpc_server", lambda _server, address: addresses.append(address)
    )
    monkeypatch.setattr(ray.util, "get_node_ip_address", lambda: node)
    keep_replica_on_own_address()
    replica.add_port_to_grpc_server(None, "[::]:0")
    assert addresses == [bound]
