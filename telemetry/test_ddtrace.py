"""Datadog's tracer sees every try, and is given no secret by us."""

from typing import Any

import pytest
from ddtrace import patch
from ddtrace.trace import TraceFilter, tracer

from telemetry.journey import SECRETS, travel

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
    assert len(spans) == received + brought  # one for the write that refused a kept connection, and never left
    tags = [{name: value for name, value in span.get_tags().items() if name not in URLS} for span in spans]
    shown = repr([(span.name, span.resource, tag) for span, tag in zip(spans, tags, strict=True)])
    assert not [secret for secret in SECRETS if secret in shown]
