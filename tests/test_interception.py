"""Other people's tests: a client built without `transport=` is intercepted as httpx is, by whatever does that."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
import vcr  # pyright: ignore[reportMissingTypeStubs]
from pytest_httpx import HTTPXMock

from aex_async import AsyncAExClient, errors
from aex_async.sandbox import Fault, Sandbox
from tests.sandbox.people import PREMISE_9
from tests.servers import answer, serve


async def test_respx_intercepts_a_client_built_without_a_transport() -> None:
    with respx.mock(base_url="https://preprod.fno.dev.aex.systems") as router:
        route = router.get("/premises/P1").respond(json={"id": "P1"})
        async with AsyncAExClient("TOKEN") as aex:
            assert (await aex.get_premise("P1")).id == "P1"
    assert route.calls.last.request.headers["authorization"] == "Bearer TOKEN"


async def test_respx_sees_a_query_and_can_fail_a_call() -> None:
    with respx.mock as router:
        router.get("https://preprod.fno.dev.aex.systems/customers", params={"q": "a+b@example.com"}).mock(
            side_effect=[httpx.ConnectError("refused"), httpx.Response(200, json={"items": []})]
        )
        async with AsyncAExClient("TOKEN") as aex:
            assert [row async for row in aex.customers("a+b@example.com")] == []


PREPROD = "https://preprod.fno.dev.aex.systems"


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
@pytest.mark.parametrize("whose", ["ours", "the caller's"])
async def test_respx_intercepts_in_each_of_its_modes(using: str, whose: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        with respx.mock(base_url=PREPROD, using=using) as router:
            route = router.get("/premises/P1").respond(json={"id": "P1"})
            created = router.post("/customers").respond(201, headers={"Location": "/customers/C1"})
            async with AsyncAExClient("TOKEN", http_client=None if whose == "ours" else http) as aex:
                assert (await aex.get_premise("P1")).id == "P1"
                assert await aex.request("POST", "/customers", json={"a": 1}) is None
    assert route.calls.last.request.headers["authorization"] == "Bearer TOKEN"
    assert created.calls.last.request.content == b'{"a":1}'


@pytest.mark.parametrize("road", ["transport", "http_client"])
async def test_respx_stands_in_as_a_handler(road: str) -> None:
    router = respx.Router(base_url=PREPROD)
    router.get("/premises/P1").respond(json={"id": "P1"})
    transport = httpx.MockTransport(router.async_handler)
    async with httpx.AsyncClient(transport=transport) as http:
        options: dict[str, Any] = {"transport": transport} if road == "transport" else {"http_client": http}
        async with AsyncAExClient("TOKEN", **options) as aex:
            assert (await aex.get_premise("P1")).id == "P1"


async def answer_as_an_application(scope: Any, receive: Any, send: Any) -> None:
    """Be the smallest application of ASGI that has a premise."""
    await receive()
    found = scope["path"] == "/premises/P1" and (b"authorization", b"Bearer TOKEN") in scope["headers"]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": []})
    await send({"type": "http.response.body", "body": b'{"id": "P1"}'})


@pytest.mark.parametrize("road", ["transport", "http_client"])
async def test_an_application_stands_in_without_a_socket(road: str) -> None:
    transport = httpx.ASGITransport(answer_as_an_application)
    async with httpx.AsyncClient(transport=transport) as http:
        options: dict[str, Any] = {"transport": transport} if road == "transport" else {"http_client": http}
        async with AsyncAExClient("TOKEN", **options) as aex:
            assert (await aex.get_premise("P1")).id == "P1"


async def test_a_mocked_transport_stands_in_beneath_a_client() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": request.url.path[-2:]}))
    async with httpx.AsyncClient(transport=transport) as http, AsyncAExClient("TOKEN", http_client=http) as aex:
        assert (await aex.get_premise("P1")).id == "P1"


async def test_vcrpy_records_a_call_and_plays_it_back(tmp_path: Path) -> None:
    tape = str(tmp_path / "tape.yaml")
    recorder: Any = vcr.VCR(filter_headers=["authorization"])
    async with serve(answer(b'{"id": "P1"}')) as server:
        for _ in range(2):
            with recorder.use_cassette(tape):
                async with AsyncAExClient("TOKEN", base_url=server.url) as aex:
                    assert (await aex.get_premise("P1")).id == "P1"
        assert len(server.requests) == 1
    assert "TOKEN" not in Path(tape).read_text()  # noqa: ASYNC240


async def test_a_request_that_a_mock_does_not_know_fails_the_test_and_not_the_call() -> None:
    with respx.mock:
        async with AsyncAExClient("TOKEN") as aex:
            with pytest.raises(AssertionError, match="not mocked"):
                await aex.get_premise("P1")


async def test_pytest_httpx_intercepts_a_client_built_without_a_transport(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url="https://preprod.fno.dev.aex.systems/services/S1", json={"id": "S1"})
    async with AsyncAExClient("TOKEN") as aex:
        assert (await aex.get_service("S1")).id == "S1"


async def test_what_a_mock_raises_for_a_write_counts_as_sent_because_it_proves_nothing() -> None:
    transport = httpx.MockTransport(_refuse)
    async with AsyncAExClient("TOKEN", transport=transport) as aex:
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await aex.request("POST", "/customers", json={})
    assert (caught.value.sent, caught.value.attempts) == (True, 1)


async def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


async def test_the_sandbox_stands_in_for_aex_and_counts_what_it_received() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault.cut_before(), path="/premises")
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        premise = await aex.get_premise(PREMISE_9)
    assert premise.street_name == "Pompano Place"
    assert sandbox.received["GET /premises/*"] == 2
