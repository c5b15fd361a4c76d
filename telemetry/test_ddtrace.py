"""Datadog's tracer sees every try, and is given no secret by us."""

from typing import Any

import pytest
from ddtrace import patch
from ddtrace.trace import TraceFilter, tracer

from telemetry.findings import Road, judge
from telemetry.journey import travel

URLS = {"http.url", "http.query.string"}
"""What the tracer records of a URL by itself: all of it, with the query."""

CAUGHT: list[Any] = []


class Catching(TraceFilter):
    """Keeps what would go to Datadog."""

    def process_trace(self, trace: list[Any]) -> None:
        CAUGHT.extend(trace)


tracer.configure(trace_processors=[Catching()])
patch(httpx=True)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_datadog_sees_every_try(*, brought: bool, loop: str) -> None:
    CAUGHT.clear()
    received = travel(brought=brought, loop=loop)
    spans = [span for span in CAUGHT if span.name == "http.request"]
    tries = [{"name": span.name, "resource": span.resource, **span.get_tags()} for span in spans]
    road = Road(brought, loop)
    judge("Datadog", road, received + road.refusals, tries, URLS)
