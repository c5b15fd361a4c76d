"""OpenTelemetry's instrumentation of httpx sees every try, and is given no secret by us."""

from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from telemetry.findings import Road, judge
from telemetry.journey import travel

URLS = {"http.url", "url.full", "url.query"}
"""What the instrumentation records of a URL by itself: all of it, with the query."""

EXPORTER = InMemorySpanExporter()
PROVIDER = TracerProvider()
PROVIDER.add_span_processor(SimpleSpanProcessor(EXPORTER))
trace.set_tracer_provider(PROVIDER)
HTTPXClientInstrumentor().instrument(tracer_provider=PROVIDER)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_opentelemetry_sees_every_try(*, brought: bool, loop: str) -> None:
    EXPORTER.clear()
    received = travel(brought=brought, loop=loop)
    spans = EXPORTER.get_finished_spans()
    tries: list[dict[str, Any]] = [
        {"name": span.name, "events": span.events, **(span.attributes or {})} for span in spans
    ]
    road = Road(brought, loop)
    judge("OpenTelemetry", road, received + road.refusals, tries, URLS)
