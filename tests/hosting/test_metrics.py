"""What the host tells Prometheus, read by Prometheus' own parser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.hosting.releases import finding, wait_until, write_release
from tests.hosting.situations import serving, tone
from vernacular.clips.encode import to_wav
from vernacular.hosting.server import create_host

SAID = "my secret is 4711"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    write_release(tmp_path, "tiny-1")
    with serving(create_host(find=finding(tmp_path), preload=["tiny-1"])) as address:
        wait_until(address, "tiny-1", "ready")
        yield address


def read(url: str) -> dict[str, float]:
    """Returns the value of each sample, by its name and labels."""
    response = httpx.get(f"{url}/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        " ".join([sample.name, *sorted("=".join(label) for label in sample.labels.items())]): (
            sample.value
        )
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def ask(url: str, *rows: dict[str, str]) -> None:
    httpx.post(f"{url}/v1/predict", json={"release": "tiny-1", "requests": rows})


def test_batches_queue_and_stages_are_measured(url: str) -> None:
    assert read(url)["vernacular_host_batch_size_count kind=text release=tiny-1"] == 0
    ask(url, *[{"text": SAID, "locale": "en-US"}] * 3)
    found = read(url)
    assert found["vernacular_host_batch_size_sum kind=text release=tiny-1"] == 3
    assert found["vernacular_host_batch_size_bucket kind=text le=2.0 release=tiny-1"] == 0
    assert found["vernacular_host_queue_seconds_count kind=text release=tiny-1"] == 3
    assert found["vernacular_host_stage_seconds_count release=tiny-1 stage=nlu"] == 1
    assert found["vernacular_host_stage_seconds_sum release=tiny-1 stage=nlu"] > 0
    assert found["vernacular_host_utterances_total outcome=answered release=tiny-1"] == 3


def test_what_fails_is_counted_apart_from_what_could_not_be_read(url: str) -> None:
    recording = base64.b64encode(to_wav(tone(1))).decode()
    ask(
        url,
        {"text": "a", "locale": "en-US"},
        {"audio": "%%", "locale": "en-US"},
        {"audio": recording, "locale": "en-US"},
        {"text": "a", "locale": "no locale"},
    )
    found = read(url)
    # It is a release that does not hear, which is known before any recording is read.
    assert found["vernacular_host_utterances_total outcome=failed release=tiny-1"] == 1
    assert found["vernacular_host_utterances_total outcome=refused release=tiny-1"] == 2
    assert found["vernacular_host_utterances_total outcome=answered release=tiny-1"] == 1


def test_memory_is_told_of_the_process_and_of_each_release(url: str) -> None:
    found = read(url)
    assert found["process_resident_memory_bytes"] > 10_000_000
    assert found["vernacular_host_release_weights_bytes release=tiny-1"] > 1_000
    assert found["vernacular_host_release_peak_memory_bytes device=cpu release=tiny-1"] > 10_000_000
    assert found["vernacular_host_release_ready release=tiny-1"] == 1
    assert found["vernacular_host_waiting kind=speech release=tiny-1"] == 0
    httpx.delete(f"{url}/v1/releases/tiny-1")
    assert "vernacular_host_release_ready release=tiny-1" not in read(url)


def test_nothing_that_anybody_said_is_told_and_no_name_that_a_stranger_made_up(url: str) -> None:
    ask(url, {"text": SAID, "locale": "en-US"})
    httpx.post(
        f"{url}/v1/predict",
        json={"release": "made-up", "requests": [{"text": SAID, "locale": "en-US"}]},
    )
    text = httpx.get(f"{url}/metrics").text
    assert "4711" not in text
    assert "made-up" not in text
