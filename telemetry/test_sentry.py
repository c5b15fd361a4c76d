"""Sentry sees every try, and is given no secret by us."""

import json
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from telemetry.journey import SECRETS, travel

ADDED_BY_SENTRY = {"jane.canary-3%40example.com", "taken.canary-9%40example.com", "address-canary-10"}
"""Its integration for httpx records the query of a URL by itself: `http.query`, in spans and breadcrumbs."""

CAUGHT: list[dict[str, Any]] = []


class Catching(Transport):
    """Keeps what would go to Sentry."""

    def capture_envelope(self, envelope: Any) -> None:
        CAUGHT.extend(item.payload.json for item in envelope.items if item.payload.json)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_sentry_sees_every_try(*, brought: bool, loop: str) -> None:
    CAUGHT.clear()
    sentry_sdk.init("http://key@127.0.0.1:1/1", traces_sample_rate=1.0, transport=Catching, send_default_pii=False)
    with sentry_sdk.start_transaction(name="journey"):
        received = travel(brought=brought, loop=loop)
        sentry_sdk.capture_message("the breadcrumbs so far")
    sentry_sdk.flush()
    spans = [span for event in CAUGHT for span in event.get("spans", []) if span["op"] == "http.client"]
    assert len(spans) == received + brought  # one for the write that refused a kept connection, and never left
    crumbs = [crumb for event in CAUGHT for crumb in (event.get("breadcrumbs") or {}).get("values", [])]
    assert crumbs
    by_itself = {secret for secret in SECRETS if secret in json.dumps([*spans, *crumbs])}
    assert by_itself <= ADDED_BY_SENTRY
    for record in (*spans, *crumbs):
        record.get("data", {}).pop("http.query", None)
    ours = json.dumps(spans) + json.dumps(crumbs)
    assert not [secret for secret in SECRETS if secret in ours]
