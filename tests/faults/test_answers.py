"""What an answer means, over real sockets: pages of HTML, throttling, outages, caches."""

import gzip
import random
from collections import Counter
from collections.abc import Callable

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async._http.calls import Call, Calls
from aex_async._http.credentials import Credentials
from aex_async._http.engines import Direct
from aex_async._http.lanes import Lanes
from tests.servers import Action, answer, connect
from tests.timing import within

PREMISE = answer(b'{"id": "P1"}')
LOGIN = b"<!DOCTYPE html>\n<html><body>Sign in as jane.canary@example.com</body></html>"
NEW = NewCustomer(
    first_name="Jane",
    last_name="Doe",
    email="jane.canary@example.com",
    password="pw-canary-1",
    mobile_number="0820004242",
)


@pytest.mark.fault("H1", "L21")
@pytest.mark.parametrize("kind", ["text/html", "application/json", "", None])
async def test_a_page_of_html_with_a_status_of_success_is_unexpected_and_quotes_no_address(kind: str | None) -> None:
    headers = [] if kind is None else [f"Content-Type: {kind}"]
    async with connect(answer(LOGIN, "200 OK", *headers), PREMISE) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError) as caught:
            await aex.get_premise("P1")
        assert (caught.value.status, caught.value.problems) == (200, ("$: not JSON",))
        assert "canary" not in repr((str(caught.value), vars(caught.value)))
        assert str(caught.value).endswith("$: not JSON but a page that says: Sign in as [e-mail]")
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 2


@pytest.mark.fault("H1")
@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b" <p title='canary'>Back soon</p><script>canary()</script >", " but a page that says: Back soon"),
        (b"<p>" + b"so " * 200, " but a page that says: " + ("so " * 67)[:200]),
        (b"<p>Ba\xffck soon", " but a page that says: Ba\xffck soon"),
        (b"<style>canary", ""),
        (b"<p", ""),
        (b"Back soon, canary", ""),
        (b'{"email": "canary', ""),
    ],
)
async def test_of_what_is_no_json_only_the_words_of_a_page_are_quoted(page: bytes, said: str) -> None:
    async with connect(answer(page)) as (aex, _):
        with pytest.raises(errors.UnexpectedAnswerError) as caught:
            await aex.get_premise("P1")
    assert str(caught.value).endswith(f"$: not JSON{said}")
    assert "canary" not in str(caught.value)


@pytest.mark.fault("L21")
@pytest.mark.parametrize(
    "kind", [None, "", "text/html", "text/plain; charset=utf-16", "application/problem+json", "nonsense", "a/b" * 1_000]
)
async def test_json_is_read_whatever_its_content_type(kind: str | None) -> None:
    headers = [] if kind is None else [f"Content-Type: {kind}"]
    async with connect(answer(b'{"id": "P1"}', "200 OK", *headers)) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("H3")
@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 401, errors.BadRequestError),
        (401, 400, errors.AuthenticationError),
        (404, 200, errors.NotFoundError),
        (403, 500, errors.ForbiddenError),
    ],
)
async def test_the_status_decides_and_the_code_is_kept(status: int, code: int, error: type[Exception]) -> None:
    async with connect(answer(b'{"code": %d, "errors": ["no"]}' % code, f"{status} No")) as (aex, _):
        with pytest.raises(errors.ResponseError) as caught:
            await aex.get_premise("P1")
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.code, caught.value.messages) == (status, code, ("no",))


@pytest.mark.fault("H5")
@pytest.mark.parametrize(
    ("body", "coding"),
    [
        pytest.param(b"", "identity", id="empty"),
        pytest.param(b"\xff\x00\xfe" * 1_000, "identity", id="binary"),
        pytest.param(b'{"errors": ["half', "identity", id="half of JSON"),
        pytest.param(b"[" * 65_000, "identity", id="deep"),
        pytest.param(gzip.compress(b"x" * 2**25), "gzip", id="bomb"),
        pytest.param(gzip.compress(b"{}")[:-6], "gzip", id="truncated gzip"),
        pytest.param(b"plain", "gzip", id="gzip that is none"),
        pytest.param(b"{}", "br", id="brotli"),
    ],
)
async def test_no_body_of_an_error_hides_its_status(body: bytes, coding: str) -> None:
    hostile = answer(body, "404 Not Found", f"Content-Encoding: {coding}")
    async with connect(hostile, PREMISE) as (aex, _):
        with pytest.raises(errors.NotFoundError) as caught:
            await aex.get_premise("P1")
        assert (caught.value.status, len(caught.value.body) <= 4_200) == (404, True)
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("H9", "H11", "H12")
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b'{"code": 401, "errors": ["Not Authenticated"]}', errors.AuthenticationError),
        (401, b"", errors.AuthenticationError),
        (403, b'{"code": 403, "errors": ["no"]}', errors.ForbiddenError),
        (403, b"", errors.ForbiddenError),
        (404, b'{"code": 404, "errors": ["Not Found"]}', errors.NotFoundError),
        (404, LOGIN, errors.NotFoundError),
    ],
    ids=["401", "empty 401", "403", "empty 403", "404", "404 in HTML"],
)
async def test_a_refusal_has_its_class_whatever_its_body_and_is_not_repeated(
    status: int, body: bytes, error: type[Exception]
) -> None:
    async with connect(answer(body, f"{status} No")) as (aex, server):
        with pytest.raises(errors.ResponseError) as caught:
            await aex.get_premise("P1")
    assert (type(caught.value), len(server.requests)) == (error, 1)


PASSING = [408, 425, 500, 502, 503, 504, 507, 520, 530]


@pytest.mark.fault("H14", "H16", "H21", "H22")
@pytest.mark.parametrize("status", PASSING)
async def test_what_passes_by_itself_is_asked_again_by_a_read_and_never_by_a_write(status: int) -> None:
    passing = answer(b"Unknown Error", f"{status} Later", "Retry-After: 0")
    async with connect(passing, PREMISE) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
        assert len(server.requests) == 2
        server.requests.clear()
        with pytest.raises(errors.ResponseError) as caught:
            await aex.create_customer(NEW)
    assert (caught.value.status, len(server.requests)) == (status, 1)


@pytest.mark.fault("H15", "H23")
@pytest.mark.parametrize("status", [409, 410, 412, 413, 414, 415, 422, 423, 424, 426, 428, 431, 451, 501, 505, 511])
async def test_what_repeating_cannot_help_is_raised_at_once(status: int) -> None:
    async with connect(answer(b"", f"{status} No", "Retry-After: 0")) as (aex, server):
        with pytest.raises((errors.BadRequestError, errors.ServerError)) as caught:
            await aex.get_premise("P1")
    assert (caught.value.status, caught.value.attempts, len(server.requests)) == (status, 1, 1)


@pytest.mark.fault("H17")
async def test_a_write_that_is_throttled_is_sent_once_and_tells_how_long_to_wait() -> None:
    async with connect(answer(b"", "429 Slow Down", "Retry-After: 0")) as (aex, server):
        with pytest.raises(errors.RateLimitedError) as caught:
            await aex.create_customer(NEW)
    assert (caught.value.retry_after, len(server.requests)) == (0.0, 1)


@pytest.mark.fault("H18")
@pytest.mark.parametrize(
    "value",
    ["-1", "inf", "1e309", "9" * 400, "-1, -2", "Mon, 01 Jan 2024 00:00:30 +9999"],
    ids=lambda value: str(value)[:9],
)
@pytest.mark.in_no_time
async def test_a_wait_that_makes_no_sense_is_waited_for_no_longer_than_any_other(value: str) -> None:
    async with connect(answer(b"", "500 Later", f"Retry-After: {value}"), PREMISE, timeout=1) as (aex, _):
        with within(2):
            assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("H19")
@pytest.mark.in_no_time
async def test_a_date_to_wait_for_is_measured_by_the_servers_clock() -> None:
    date = "Fri, 01 Jan {} 0{}:00:00 GMT"
    ahead = (f"Retry-After: {date.format(2999, 0)}", f"Date: {date.format(2999, 0)}")
    async with connect(answer(b"", "500 Later", *ahead), PREMISE) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
        late = (f"Retry-After: {date.format(1999, 1)}", f"Date: {date.format(1999, 0)}")
        server.script = (answer(b"", "500 Later", *late),)
        with pytest.raises(errors.ServerError) as caught:
            await aex.get_premise("P1")
    assert (caught.value.retry_after, caught.value.attempts) == (3600.0, 1)


@pytest.mark.fault("H20")
@pytest.mark.in_no_time
async def test_waits_again_and_again_end_with_the_deadline() -> None:
    async with connect(answer(b"", "429 Slow Down", "Retry-After: 0.4"), attempts=100, timeout=1.0) as (aex, server):
        start = anyio.current_time()
        with pytest.raises((errors.RateLimitedError, errors.DeadlineError)):
            await aex.get_premise("P1")
    assert anyio.current_time() - start < 1.25
    assert len(server.requests) <= 3


@pytest.mark.fault("H24")
async def test_a_status_without_content_is_no_answer_to_a_read() -> None:
    async with connect(b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", PREMISE) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError, match="answered 205"):
            await aex.get_premise("P1")
    assert len(server.requests) == 1


@pytest.mark.fault("H26")
@pytest.mark.parametrize(("age", "stale"), [("0", False), ("1", True), ("-1", True), ("soon", True), ("", True)])
async def test_only_an_age_of_nought_comes_from_aex_itself(age: str, *, stale: bool) -> None:
    call = Call("GET", "/premises/P1", uncached=True, current=True)
    async with connect(answer(b'{"id": "P1"}', "200 OK", f"Age: {age}", 'ETag: "x"')) as (aex, _):
        run = aex._calls.run  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 - orders alone ask so
        if stale:
            with pytest.raises(errors.UnexpectedAnswerError, match="from a cache"):
                await run(call)
        else:
            assert (await run(call)).status == 200


async def read_many(aex: AsyncAExClient, count: int) -> Counter[bool]:
    """Return how many of `count` calls made at once succeed, and how many do not."""
    outcomes: Counter[bool] = Counter()

    async def read_one() -> None:
        try:
            await aex.get_premise("P1")
        except errors.ResponseError:
            outcomes[False] += 1
        else:
            outcomes[True] += 1

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(read_one)
    return outcomes


@pytest.mark.fault("H28")
async def test_in_a_blackout_calls_cost_hardly_more_than_a_request_each(scale: Callable[[int, int], int]) -> None:
    count = scale(150, 1_000)
    async with connect(answer(b"", "500 Down"), timeout=60) as (aex, server):
        outcomes = await read_many(aex, count)
    assert outcomes == {False: count}
    assert len(server.requests) <= count + 500 // 14  # for a thousand calls 1.035 each


def flap(rng: random.Random) -> Action:
    """Answer one request well and the other badly, by chance."""

    async def action(stream: SocketStream) -> None:
        await stream.send(PREMISE if rng.random() < 0.5 else answer(b"", "500 Down"))

    return action


@pytest.mark.fault("H29")
@pytest.mark.in_no_time
async def test_while_every_other_request_fails_the_budget_bounds_the_repeats() -> None:
    rng = random.Random(4)  # noqa: S311 - chance, no secret
    async with connect(flap(rng), timeout=60, attempts=100) as (aex, server):
        assert await read_many(aex, 15) == {True: 15}
        assert len(server.requests) <= 15 + 500 // 14 + 2
        outcomes = await read_many(aex, 100)
    assert len(server.requests) <= 115 + (515 + outcomes[True]) // 14


class _Crowd:
    """An engine that tells `size` calls to wait once all of them are there, and notes when each came back."""

    def __init__(self, size: int) -> None:
        self.missing = size
        self.all_there = anyio.Event()
        self.returns: list[float] = []

    async def answer(self, _: httpx.Request) -> httpx.Response:
        if not self.all_there.is_set():
            self.missing -= 1
            if not self.missing:
                self.all_there.set()
            await self.all_there.wait()
            return httpx.Response(429, headers={"Retry-After": "1"})
        self.returns.append(anyio.current_time())
        return httpx.Response(200, content=b'{"id": "P1"}')


@pytest.mark.fault("H27")
@pytest.mark.in_no_time
async def test_calls_told_to_wait_at_once_come_back_one_after_another(scale: Callable[[int, int], int]) -> None:
    count = scale(200, 1_000)
    crowd = _Crowd(count)
    lanes = Lanes(count, Direct(httpx.MockTransport(crowd.answer)))
    calls = Calls("http://127.0.0.1", lanes, Credentials("T"), rng=random.Random(5))  # noqa: S311 - jitter
    refused: list[errors.RateLimitedError] = []

    async def read_one() -> None:
        try:
            await calls.run(Call("GET", "/premises/P1", attempts=3, timeout=30))
        except errors.RateLimitedError as error:
            refused.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(read_one)
    begun = min(crowd.returns)
    quarters = Counter(min(3, int((moment - begun) * 4)) for moment in crowd.returns)
    assert len(crowd.returns) == count - len(refused) == 500 // 5  # the budget's share
    assert max(quarters.values()) <= 2 * len(crowd.returns) / 4
