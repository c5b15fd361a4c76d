"""Other people's tests: a client built without `transport=` is intercepted as httpx is."""

import httpx
import pytest
import respx
from pytest_httpx import HTTPXMock

from aex_async import AsyncAExClient, errors
from aex_async.sandbox import Fault, Sandbox


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
        premise = await aex.get_premise("B002A6B4-6541-47A5-8438-BE8ACEAA6D82")
    assert premise.street_name == "Pompano Place"
    assert sandbox.received["GET /premises/*"] == 2
