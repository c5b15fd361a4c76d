"""Every try goes through `httpx.AsyncClient.send`: of a client of ours, or of the caller's, which stays as it was."""

import gzip
import logging
import ssl
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import anyio
import httpcore
import httpx
import pytest

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async._http.calls import Call, Calls, Progress
from aex_async._http.credentials import Credentials
from aex_async._http.engines import CallersClient, OurToken, choose_engine
from aex_async._http.lanes import Lanes
from aex_async._http.request import Headers, PreparedRequest, Url
from tests.servers import answer, close, connect, serve

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
NEW = NewCustomer(first_name="J", last_name="D", email="jane@example.com", password="pw-canary", mobile_number="082000")


class Counting(httpx.AsyncClient):
    """A client that counts what it is asked to send."""

    sent = 0

    async def send(self, *args: Any, **options: Any) -> httpx.Response:
        self.sent += 1
        return await super().send(*args, **options)


def plain_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, **options)


def test_a_pool_is_looked_into_only_where_it_is_the_callers() -> None:
    request, transport = httpx.Request("GET", "https://fno.example"), httpx.AsyncHTTPTransport()
    options: dict[str, Any] = {"transport": None, "proxy": None, "verify": True, "trust_env": False}
    brought = plain_client(transport=transport)
    ours = choose_engine("https://fno.example", http_client=None, **options)
    theirs = choose_engine("https://fno.example", http_client=brought, **options)
    direct = choose_engine("https://fno.example", http_client=None, **options | {"transport": transport})
    assert ours.find_transport(request) is None
    assert theirs.find_transport(request) is direct.find_transport(request) is transport
    assert (ours.width, theirs.width, direct.width) == (None, 100, 100)


async def test_each_try_is_one_send_of_a_client_of_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    send = httpx.AsyncClient.send

    async def note(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        sent.append(f"{request.method} {request.url.path}")
        return await send(self, request, **options)

    monkeypatch.setattr(httpx.AsyncClient, "send", note)  # as whatever watches httpx does
    async with connect(answer(b"", "503 Busy", "Retry-After: 0"), PREMISE, CREATED) as (aex, server):
        await aex.get_premise("P1")
        await aex.create_customer(NEW)
    assert sent == ["GET /premises/P1", "GET /premises/P1", "POST /customers"]
    assert len(server.requests) == 3


async def test_a_client_of_the_callers_sends_each_try_and_stays_open() -> None:
    async with serve(answer(b"", "503 Busy", "Retry-After: 0"), PREMISE) as server, Counting(trust_env=False) as http:
        async with AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex:
            await aex.get_premise("P1")
        assert not http.is_closed
        assert http.sent == 2
        assert (await http.get(server.url)).status_code == 200


async def test_event_hooks_fire_once_a_try() -> None:
    seen: list[str] = []

    async def note_request(request: httpx.Request) -> None:
        seen.append(f"{request.method} {request.content!r}")

    async def note_response(response: httpx.Response) -> None:
        seen.append(str(response.status_code))

    hooks = {"request": [note_request], "response": [note_response]}
    script = (answer(b"", "503 Busy", "Retry-After: 0"), PREMISE, answer(b"", "201 Created"))
    async with (
        serve(*script) as server,
        plain_client(event_hooks=hooks) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        await aex.get_premise("P1")
        await aex.request("POST", "/x", json={"a": 1})
    assert seen == ["GET b''", "503", "GET b''", "200", """POST b'{"a":1}'""", "201"]


async def read_all(response: httpx.Response) -> None:
    await response.aread()


async def take_body(response: httpx.Response) -> None:
    async for _ in response.aiter_raw():
        pass


async def refuse_errors(response: httpx.Response) -> None:
    response.raise_for_status()


async def test_a_hook_that_reads_the_answer_spoils_nothing() -> None:
    body = gzip.compress(b'{"id": "P1"}')
    async with (
        serve(answer(body, "200 OK", "Content-Encoding: gzip")) as server,
        plain_client(event_hooks={"response": [read_all]}) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 1


async def test_an_answer_whose_body_a_hook_took_says_so() -> None:
    async with (
        serve(PREMISE) as server,
        plain_client(event_hooks={"response": [take_body]}) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        with pytest.raises(errors.UnexpectedAnswerError, match="an event hook took"):
            await aex.get_premise("P1")


async def test_an_answer_that_a_hook_inflated_is_cut_off_all_the_same() -> None:
    bomb = gzip.compress(b" " * (16 * 2**20 + 1))
    async with (
        serve(answer(bomb, "200 OK", "Content-Encoding: gzip")) as server,
        plain_client(event_hooks={"response": [read_all]}) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        with pytest.raises(errors.UnexpectedAnswerError, match="cut off"):
            await aex.get_premise("P1")


@pytest.mark.parametrize(("status", "error"), [("404 None", errors.NotFoundError), ("500 Oops", errors.ServerError)])
async def test_a_hook_that_raises_for_a_status_leaves_it_the_error_that_it_is(
    status: str, error: type[errors.ResponseError]
) -> None:
    async with (
        serve(answer(b'{"errors": ["no"]}', status)) as server,
        plain_client(event_hooks={"response": [refuse_errors]}) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http, attempts=2) as aex,
    ):
        with pytest.raises(error) as caught:
            await aex.get_premise("P1")
    assert caught.value.attempts == (2 if error is errors.ServerError else 1)


@pytest.mark.parametrize("kind", [ZeroDivisionError, RuntimeError])  # as httpx and asyncio raise, too
async def test_what_a_hook_raises_of_its_own_is_the_callers(kind: type[Exception]) -> None:
    async def stumble(_: httpx.Response) -> None:
        raise kind("the hook's")

    async with (
        serve(PREMISE) as server,
        plain_client(event_hooks={"response": [stumble]}) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        with pytest.raises(kind, match="the hook's"):
            await aex.get_premise("P1")


class Signing(httpx.Auth):
    """Adds a header of its own, and would like to replace the token and to send again."""

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["X-Signature"] = "signed"
        request.headers["Authorization"] = "Basic evil"
        request.headers["Cookie"] = "_Ditty_session=evil"
        yield request
        yield request  # pragma: no cover - it is not let


@pytest.mark.parametrize(
    "auth",
    [Signing(), httpx.BasicAuth("user", "pw"), httpx.DigestAuth("user", "pw")],
    ids=["signing", "basic", "digest"],
)
async def test_auth_of_the_callers_client_neither_replaces_the_token_nor_sends_again(auth: httpx.Auth) -> None:
    refused = answer(b'{"errors": ["no"]}', "401 No", 'WWW-Authenticate: Digest realm="x", nonce="y", qop="auth"')
    async with (
        serve(refused) as server,
        plain_client(auth=auth) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        with pytest.raises(errors.AuthenticationError):
            await aex.create_customer(NEW)
        assert http.auth is auth
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer TOKEN"]
    assert "cookie" not in server.requests[0].headers
    assert server.requests[0].headers.get("x-signature") == ("signed" if isinstance(auth, Signing) else None)


async def test_a_request_with_our_token_is_sent_once_whatever_comes_of_it() -> None:
    request = httpx.Request("GET", "http://127.0.0.1:1/")
    flow = OurToken().async_auth_flow(request)
    assert [each async for each in flow] == [request]
    with pytest.raises(StopAsyncIteration):
        await flow.asend(httpx.Response(401))
    with pytest.raises(StopAsyncIteration):
        await flow.athrow(httpx.ReadTimeout("no answer"))


class LoggingIn(httpx.Auth):
    """Fetches a token of its own before every request."""

    def auth_flow(self, request: httpx.Request) -> Any:
        yield httpx.Request("POST", "http://127.0.0.1:1/login")
        yield request  # pragma: no cover - it is not let


class SigningAll(httpx.Auth):
    """Signs the target and the body, as a gateway of a company may want it."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add to both query and headers."""
        request.url = request.url.copy_add_param("length", str(len(request.content)))
        request.headers["X-Signed"] = request.headers.get("X-Signed", "") + "once"
        yield request


class SigningTransport(httpx.AsyncBaseTransport):
    """Likewise, around another transport."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sign and send."""
        return await self._inner.handle_async_request(next(SigningAll().auth_flow(request)))

    async def aclose(self) -> None:
        """Close what is within."""
        await self._inner.aclose()


@pytest.mark.parametrize("signer", ["auth", "transport of a client", "transport"])
async def test_a_request_that_goes_out_once_more_is_signed_once(signer: str) -> None:
    options: dict[str, Any] = {"auth": SigningAll()} if signer == "auth" else {"transport": SigningTransport()}
    async with serve(PREMISE, CREATED, PREMISE, close, PREMISE) as server, plain_client(**options) as http:
        given: dict[str, Any] = options if signer == "transport" else {"http_client": http}
        async with AsyncAExClient("T", base_url=server.url, **given) as aex:
            await aex.get_premise("P1")
            assert await aex.create_customer(NEW) == "C1"  # a kept connection refuses it first
            for _ in range(2):
                await aex.get_premise("P1")  # the second time, a kept one closes at that moment
    asked = [request.target for request in server.requests]
    assert [target.count("length=") for target in asked] == [1] * 5
    assert [request.headers["x-signed"] for request in server.requests] == ["once"] * 5
    assert len(server.requests[1].body) == int(asked[1].partition("length=")[2])


class OfAnotherLoop(httpx.AsyncHTTPTransport):
    """A pool with a connection that another loop has made."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raise what asyncio raises."""
        del request
        raise RuntimeError("Event loop is closed")


async def test_a_write_for_which_there_is_only_a_connection_of_another_loop_was_never_sent() -> None:
    url, progress = "http://127.0.0.1", Progress()
    async with httpx.AsyncClient(transport=OfAnotherLoop(trust_env=False)) as http:
        calls = Calls(url, Lanes(1, CallersClient(http, httpx.URL(url))), Credentials("T"))
        with pytest.raises(errors.UsageError, match="from another event loop"):
            await calls.run(Call("POST", "/customers", body=b"{}"), progress)
    assert not progress.sent


class OfHttpcore(httpx.AsyncBaseTransport):
    """A transport built on httpcore alone, which lets out its errors."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raise what httpcore raises."""
        raise httpcore.ReadTimeout if request.method == "GET" else httpcore.ConnectionNotAvailable


async def test_errors_of_httpcore_are_taken_for_those_of_httpx_that_have_their_names() -> None:
    async with AsyncAExClient("T", transport=OfHttpcore(), attempts=1) as aex:
        with pytest.raises(errors.DeadlineError, match="the server fell silent"):
            await aex.get_premise("P1")
        with pytest.raises(httpcore.ConnectionNotAvailable):  # which is no fault of a network's, and never comes out
            await aex.create_customer(NEW)


async def test_auth_that_sends_requests_of_its_own_is_not_let() -> None:
    async with (
        serve(PREMISE) as server,
        plain_client(auth=LoggingIn()) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.parametrize("location", ["/premises/P2", "http://[::1", "http://127.0.0.1:1/x"])
@pytest.mark.parametrize("writes", [False, True])
async def test_a_client_that_follows_redirects_does_not_follow_ours(location: str, *, writes: bool) -> None:
    moved = answer(b"", "307 Moved", f"Location: {location}")
    async with (
        serve(moved, PREMISE) as server,
        plain_client(follow_redirects=True) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        with pytest.raises(errors.RedirectError):
            await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))
    assert len(server.requests) == 1


async def test_the_jar_of_the_callers_client_is_neither_filled_nor_sent() -> None:
    cookie = answer(b'{"id": "P1"}', "200 OK", "Set-Cookie: _Ditty_session=evil", "Set-Cookie: mine=theirs; Path=/")
    async with serve(cookie) as server, plain_client() as http:
        http.cookies.set("mine", "kept", domain="127.0.0.1", path="/")
        http.cookies.set("other", "kept")
        async with AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex:
            await aex.get_premise("P1")
            await aex.get_premise("P1")
        assert dict(http.cookies) == {"mine": "kept", "other": "kept"}
    assert not any("cookie" in request.headers for request in server.requests)


async def test_base_url_headers_and_params_of_the_callers_client_change_nothing() -> None:
    async with (
        serve(PREMISE) as server,
        plain_client(base_url="http://127.0.0.1:1/x", headers={"Authorization": "evil"}, params={"q": "evil"}) as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        await aex.get_premise("P1")
    assert server.requests[0].target == "/premises/P1"
    assert server.requests[0].headers["authorization"] == "Bearer TOKEN"


async def test_a_write_refuses_the_kept_connections_of_a_pool() -> None:
    async with (
        serve(PREMISE, PREMISE, CREATED) as server,
        plain_client() as http,
        AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex,
    ):
        async with anyio.create_task_group() as group:
            for name in ("P1", "P1"):
                group.start_soon(aex.get_premise, name)
        kept = server.connections
        assert await aex.create_customer(NEW) == "C1"
    assert server.connections == kept + 1


async def test_a_client_of_the_callers_may_be_closed_before_ours() -> None:
    async with serve(PREMISE) as server:
        http = plain_client()
        async with AsyncAExClient("TOKEN", base_url=server.url, http_client=http) as aex:
            await aex.get_premise("P1")
            await http.aclose()
            with pytest.raises(errors.ClientClosedError, match="http_client was closed by its owner"):
                await aex.get_premise("P1")


async def close_now(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await client.aclose()
    return client


async def test_what_cannot_be_a_client_or_goes_with_none_is_refused_at_once() -> None:
    closed = await close_now(plain_client())
    wrong: list[dict[str, Any]] = [
        {"http_client": httpx.Client()},
        {"http_client": closed},
        {"http_client": plain_client(), "transport": httpx.MockTransport(lambda _: httpx.Response(200))},
        {"http_client": plain_client(), "proxy": "http://127.0.0.1:1"},
        {"http_client": plain_client(), "verify": ssl.create_default_context()},
        {"http_client": plain_client(), "trust_env": True},
        {"transport": httpx.MockTransport(lambda _: httpx.Response(200)), "proxy": "http://127.0.0.1:1"},
        {"transport": "http"},
        {"proxy": "ftp://127.0.0.1"},
        {"proxy": "http://"},
        {"proxy": "http://user:pw-canary@127.0.0.1:port"},
        {"proxy": 3},
        {"verify": False},
        {"verify": None},
        {"verify": "/nowhere.pem"},
        {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)},
        {"trust_env": "yes"},
        {"on_try": "print"},
    ]
    for options in wrong:
        with pytest.raises(errors.UsageError) as caught:
            AsyncAExClient("TOKEN", **options)
        assert "pw-canary" not in str(caught.value)


def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate")
    with pytest.raises(errors.UsageError, match=r"ca\.pem.*cannot be read"):
        AsyncAExClient("TOKEN", verify=str(bundle))


# What httpx says of it in its log


async def test_httpx_logs_our_requests_without_what_they_ask_and_others_as_they_are(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listing = answer(b'{"items": [], "total": 0}')
    async with serve(listing) as server, plain_client() as http:
        with caplog.at_level(logging.INFO, logger="httpx"):
            for options in ({}, {"http_client": http}):
                async with AsyncAExClient("TOKEN", base_url=server.url, **cast("dict[str, Any]", options)) as aex:
                    assert [row async for row in aex.customers("jane.canary@example.com")] == []
            await http.get(f"{server.url}/mine?q=jane@example.com")
    told = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    ours = f'HTTP Request: GET {server.url}/customers?q=[hidden]&count=100&page=1 "HTTP/1.1 200 OK"'
    assert told == [ours, ours, f'HTTP Request: GET {server.url}/mine?q=jane@example.com "HTTP/1.1 200 OK"']


async def test_no_log_shows_what_they_ask_however_early_it_is_read_and_whatever_became_of_our_filter() -> None:
    told: list[str] = []
    logger, make = logging.getLogger("httpx"), logging.getLogRecordFactory()

    def read_at_once(*facts: Any, **more: Any) -> logging.LogRecord:
        record = make(*facts, **more)
        told.append(record.getMessage())
        return record

    filters, level = logger.filters, logger.level
    async with connect(answer(b'{"items": [], "total": 0}')) as (aex, server):
        try:
            logger.filters = []
            logger.setLevel(logging.INFO)
            logging.setLogRecordFactory(read_at_once)
            assert [row async for row in aex.customers("jane.canary@example.com")] == []
        finally:
            logging.setLogRecordFactory(make)
            logger.setLevel(level)
            logger.filters = filters
    assert f'HTTP Request: GET {server.url}/customers?q=[hidden]&count=100&page=1 "HTTP/1.1 200 OK"' in told


def test_neither_a_url_nor_a_request_shows_a_query_in_a_frame_that_is_printed() -> None:
    url = Url(httpx.URL("https://fno.example"), "/customers?q=jane%40example.com&count=10&page=1")
    assert repr(url) == "URL('https://fno.example/customers?q=[hidden]&count=10&page=1')"
    assert str(url) == "https://fno.example/customers?q=jane%40example.com&count=10&page=1"
    request = PreparedRequest(
        "GET", httpx.URL("https://fno.example"), "/x/jane%40example.com", headers=Headers(), body=None, extensions={}
    )
    assert repr(request) == "<Request('GET', URL('https://fno.example/x/[e-mail]'))>"


@pytest.mark.parametrize("name", ["http_client", "transport"])
@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ({"proxy": "http://localhost:1"}, "proxy"),
        ({"verify": ssl.create_default_context()}, "verify"),
        ({"trust_env": True}, "trust_env"),
        ({"proxy": "http://localhost:1", "trust_env": True}, "proxy, trust_env"),
    ],
    ids=["a proxy", "certificates", "the environment", "two of them"],
)
def test_what_a_callers_own_connections_exclude_is_named(name: str, options: dict[str, Any], chosen: str) -> None:
    own = {"http_client": plain_client(), "transport": httpx.MockTransport(lambda _: httpx.Response(200))}[name]
    with pytest.raises(errors.UsageError) as caught:
        AsyncAExClient("T", **{name: own}, **options)  # type: ignore[arg-type]
    assert str(caught.value) == f"{name} brings its own connections, and cannot be combined with {chosen}"


def test_a_client_of_the_callers_and_a_transport_exclude_each_other() -> None:
    with pytest.raises(errors.UsageError, match=r"^http_client brings .* cannot be combined with transport$"):
        AsyncAExClient("T", http_client=plain_client(), transport=httpx.MockTransport(lambda _: httpx.Response(200)))
