"""Elastic's agent sees every try, and is given no secret by us."""

from typing import Any

import elasticapm
import pytest
from elasticapm.conf.constants import SPAN
from elasticapm.transport.base import Transport

from telemetry.journey import SECRETS, travel

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


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_elastic_sees_every_try(*, brought: bool, loop: str) -> None:
    CAUGHT.clear()
    received = travel(brought=brought, loop=loop, begin=lambda: CLIENT.begin_transaction("journey"))
    spans = [span for span in CAUGHT if span["type"] == "external"]
    assert len(spans) == received + brought  # one for the write that refused a kept connection, and never left
    for span in spans:
        span["context"]["http"].pop("url")  # the agent's own doing: all of it, with the query
    shown = repr(spans)
    assert not [secret for secret in SECRETS if secret in shown]
