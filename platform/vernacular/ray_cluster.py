"""Joins this process to Ray, its own on this machine or a cluster, and keeps Ray quiet."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vernacular.errors import InvalidInput, ModelUnavailable

if TYPE_CHECKING:
    from ray.actor import ActorClass

INSTALL = "pip install 'vernacular[ray]' -c constraints.txt"

OBJECT_STORE_BYTES = 256 * 2**20
"""Shared memory of a Ray of our own: what passes through it are texts and answers, never audio."""

_PATIENCE_SECONDS = 10.0

_ADVICE = (
    " (if that cluster asks for a token: set RAY_AUTH_MODE=token here, with its token in"
    " ~/.ray/auth_token or in RAY_AUTH_TOKEN; see docs/scale-out.md)"
)

_SILENCE = {
    # Ray would tell its makers of every start.
    "RAY_USAGE_STATS_ENABLED": "0",
    # What its own processes say about themselves goes to the same terminal as our progress.
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
}
_OWN = {
    # The switch by which Ray keeps to 127.0.0.1, as it does on desktop systems. Without it, even a
    # Ray that nobody shall join listens on all addresses, and whoever reaches it may run code.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # Ray's processes would give way to all others of the machine (nice 15), and a run on them take
    # a multiple of the time that it takes in this process.
    "RAY_worker_niceness": "0",
}


@contextmanager
def joined_to_ray(address: str | None, n_cpus: int) -> Iterator[None]:
    """Has this process joined to Ray inside the block; one it had joined before is left as it is.

    Args:
        address: ``host:port`` of a cluster; None for what ``RAY_ADDRESS`` says, and where it says
            nothing for a Ray of our own, which only this machine can reach.
        n_cpus: how many actors' worth of CPUs a Ray of our own hands out, whatever the machine has.

    Raises:
        ModelUnavailable: Ray is not installed, or cannot be joined.
        InvalidInput: the address is of a kind that cannot be used.
    """
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    if address.startswith("ray://"):
        raise InvalidInput(
            f"{address} is Ray's client port: start this on a machine of the cluster, and give the"
            " address that 'ray start' printed there, HOST:6379 unless it was changed",
            field="--ray-address",
        )
    is_own = address == "local"
    ray = import_ray(is_own=is_own)
    if ray.is_initialized():
        yield
        return
    advice = ""
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if is_own:
            ray.init(
                address="local",
                num_cpus=n_cpus,
                object_store_memory=OBJECT_STORE_BYTES,
                include_dashboard=False,
                **quiet,
            )
        else:
            _knock(address)
            # Ray does not say why it was sent away, and with an address it never uses a token of
            # its own accord.
            advice = _ADVICE
            ray.init(address=address, **quiet)
    except (OSError, RuntimeError, ValueError, ray.exceptions.AuthenticationError) as error:
        first = (str(error).strip() or repr(error)).splitlines()[0]
        whose = "here" if is_own else f"at {address}"
        raise ModelUnavailable(f"Ray {whose} cannot be joined: {first}{advice}") from error
    try:
        yield
    finally:
        ray.shutdown()


def import_ray(*, is_own: bool = False) -> Any:
    """Returns the module ``ray``, which reads what it is told by the environment on its import.

    Raises:
        ModelUnavailable: it is not installed.
    """
    for name, value in (_SILENCE | _OWN if is_own else _SILENCE).items():
        os.environ.setdefault(name, value)
    try:
        import ray  # noqa: PLC0415 - takes seconds, and is an extra
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"{error.name} is not installed: {INSTALL}") from error
    return ray


def _knock(address: str) -> None:
    """Makes sure that something listens there: Ray itself would try for minutes.

    Raises:
        OSError: nothing does.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE_SECONDS).close()


def as_actor(kind: type, **options: object) -> ActorClass[Any]:
    """Returns the class as one whose objects live in processes of Ray of their own."""
    made: ActorClass[Any] = import_ray().remote(**options)(kind)
    return made


def see_own_gpus_only() -> None:
    """Hides the GPUs from a process that reserved none; Ray would leave all of them in its sight.

    To be called before torch is imported.
    """
    if not import_ray().get_runtime_context().get_accelerator_ids().get("GPU"):
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


def keep_replica_on_own_address() -> None:
    """Has a replica of Serve listen on the address of its node alone: 127.0.0.1 on a Ray of ours.

    The port by which Serve's own parts call it is opened on all addresses, whatever Ray itself
    does (Ray 2.60), and has no setting. They call it at the address of its node.
    """
    host = import_ray().util.get_node_ip_address()
    own = f"[{host}]" if ":" in host else host
    replica: Any = import_module("ray.serve._private.replica")
    bind = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: bind(
        server, address.replace("[::]", own)
    )


def check_room(n: int, n_cpus: float, n_gpus: float, nodes: Sequence[Mapping[str, Any]]) -> None:
    """Makes sure that a cluster could hold that many processes at once, if nothing else ran.

    Ray itself would wait for ever for a place that there is not.

    Args:
        n: how many processes.
        n_cpus: what each reserves.
        n_gpus: likewise.
        nodes: the machines, as ``ray.nodes()`` describes them.

    Raises:
        InvalidInput: it could not; with what it has.
    """
    machines = [one["Resources"] for one in nodes if one["Alive"]]
    room = sum(_count_places(machine, n_cpus, n_gpus) for machine in machines)
    if room < n:
        all_cpus = sum(one.get("CPU", 0.0) for one in machines)
        all_gpus = sum(one.get("GPU", 0.0) for one in machines)
        raise InvalidInput(
            f"{n} processes of {n_cpus:g} CPUs and {n_gpus:g} GPUs each do not fit into the"
            f" {all_cpus:g} CPUs and {all_gpus:g} GPUs of {len(machines)} machines: there is room"
            f" for {room}"
        )


def _count_places(machine: Mapping[str, float], n_cpus: float, n_gpus: float) -> int:
    by_cpu = int(machine.get("CPU", 0.0) / n_cpus + 1e-9)
    if not n_gpus:
        return by_cpu
    n_devices = int(machine.get("GPU", 0.0))
    # A part of a GPU is a part of one: 0.6 of a device leaves 0.4 that no other 0.6 can use.
    by_gpu = n_devices * int(1 / n_gpus + 1e-9) if n_gpus < 1 else n_devices // int(n_gpus)
    return min(by_cpu, by_gpu)
