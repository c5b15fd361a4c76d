"""Elastic's agent sees every try, and is given no secret by us."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import elasticapm
import pytest
from elasticapm.conf.constants import SPAN
from elasticapm.transport.base import Transport

from telemetry.findings import Road, judge
from telemetry.journey import travel

CAUGHT: list[dict[str, Any]] = []


class Catching(Transport):
    """Keeps what would go to Elastic."""

    def queue(self, event_type: str, data: dict[str, Any], flush: object = False) -> None:  # noqa: FBT002
        del flush
        if event_type == SPAN:
            CAUGHT.append(data)

    def start_thread(self, pid: int | None = None) -> None:
        """Start none."""

    def close(self) -> None:
        """Close nothing."""


CLIENT = elasticapm.Client(
    service_name="journey",
    transport_class="telemetry.test_elasticapm.Catching",
    metrics_interval="0ms",
    central_config=False,
    span_compression_enabled=False,
    cloud_provider="none",
)
elasticapm.instrument()


@contextmanager
def open_transaction() -> Generator[None]:
    """Have what is called be part of one transaction, without which the agent records nothing."""
    CLIENT.begin_transaction("journey")
    yield
    CLIENT.end_transaction("journey")


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_elastic_sees_every_try(*, brought: bool, loop: str) -> None:
    CAUGHT.clear()
    received = travel(brought=brought, loop=loop, within=open_transaction)
    tries = [{**span, **span["context"].pop("http")} for span in CAUGHT if span["type"] == "external"]
    road = Road(brought, loop)
    judge("Elastic", road, received + road.refusals, tries, {"url"})
