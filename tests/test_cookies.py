"""The jar of the caller's client stays what its owner made it, whatever AEx sets and hooks do."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import anyio
import httpx
import pytest

from aex_async import AsyncAExClient, errors
from tests.servers import Action, answer, serve

Hook: TypeAlias = Callable[[httpx.Response], Awaitable[None]]

PREMISE = b'{"id": "P1"}'


async def stumble(_: httpx.Response) -> None:
    raise ZeroDivisionError


async def refuse_errors(response: httpx.Response) -> None:
    response.raise_for_status()


async def find_cookies_after_a_read(action: Action, *hooks: Hook, before: dict[str, str] | None = None) -> object:
    """Return what is in a jar after one read, whatever that came to."""
    async with serve(action) as server, httpx.AsyncClient(trust_env=False) as http:
        for name, value in (before or {}).items():
            http.cookies.set(name, value, domain="127.0.0.1", path="/")
        http.event_hooks = {"response": list(hooks)}
        async with AsyncAExClient("T", base_url=server.url, http_client=http, attempts=1) as aex:
            try:
                await aex.get_premise("P1")
            except (errors.AExError, ZeroDivisionError):
                assert hooks
        return dict(http.cookies)


@pytest.mark.parametrize(
    "header",
    [
        "Set-Cookie: mine=; Max-Age=0; Path=/",
        "Set-Cookie: mine=gone; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/",
        "set-cookie: mine=theirs; Path=/",
        "Set-Cookie: mine=theirs; Path=/premises\r\nSet-Cookie: mine=; Max-Age=0; Path=/",
        "Set-Cookie: _Ditty_session=theirs; HttpOnly",
        "Set-Cookie: mine",
        "Set-Cookie: ;",
    ],
)
async def test_a_cookie_is_neither_set_nor_replaced_nor_deleted(header: str) -> None:
    action = answer(PREMISE, "200 OK", header)
    assert await find_cookies_after_a_read(action, before={"mine": "kept"}) == {"mine": "kept"}


@pytest.mark.parametrize(("status", "hook"), [("200 OK", stumble), ("404 No", refuse_errors), ("503 No", stumble)])
async def test_a_hook_that_raises_leaves_nothing_behind_either(status: str, hook: Hook) -> None:
    assert await find_cookies_after_a_read(answer(PREMISE, status, "Set-Cookie: a=b"), hook) == {}


async def test_what_the_owner_sets_meanwhile_stays() -> None:
    async def log_in(_: httpx.Response) -> None:
        http.cookies.set("login", "yes", domain="127.0.0.1", path="/")
        http.cookies.set("both", "owner's", domain="127.0.0.1", path="/")

    cookies = ("Set-Cookie: other=1; Path=/", "Set-Cookie: both=theirs; Path=/")
    async with serve(answer(PREMISE, "200 OK", *cookies)) as server, httpx.AsyncClient(trust_env=False) as http:
        http.event_hooks = {"response": [log_in]}
        async with AsyncAExClient("T", base_url=server.url, http_client=http) as aex:
            await aex.get_premise("P1")
        assert dict(http.cookies) == {"login": "yes", "both": "owner's"}


@pytest.mark.parametrize("first_to_end", [0, 1])
async def test_of_tries_that_overlap_none_takes_anothers_cookie_for_the_owners(first_to_end: int) -> None:
    arrivals, ends = [anyio.Event(), anyio.Event()], [anyio.Event(), anyio.Event()]

    async def wait(response: httpx.Response) -> None:
        number = int(response.cookies["session"])
        arrivals[number].set()
        await ends[number].wait()

    script = [answer(PREMISE, "200 OK", f"Set-Cookie: session={number}; Path=/") for number in range(2)]
    async with serve(*script) as server, httpx.AsyncClient(trust_env=False) as http:
        http.event_hooks = {"response": [wait]}
        async with (
            AsyncAExClient("T", base_url=server.url, http_client=http) as aex,
            anyio.create_task_group() as group,
        ):
            for number in range(2):
                group.start_soon(aex.get_premise, "P1")
                await arrivals[number].wait()
            ends[first_to_end].set()
            await anyio.wait_all_tasks_blocked()
            ends[1 - first_to_end].set()
        assert dict(http.cookies) == {}
