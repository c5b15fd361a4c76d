"""The token: what passes for one, when its source is asked, and what becomes of a refusal."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from aex_async import AsyncAExClient
from aex_async._http.credentials import MAX_TOKEN, Credentials, Token, check_cookie, check_token
from aex_async.errors import UsageError

JWT = "eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJhZXgtY29yZSJ9.c2ln-_x"


class Source:
    """A token function that counts how often it is asked, and answers `T1`, `T2`, ..."""

    def __init__(self, *answers: str) -> None:
        self.asked = 0
        self.answers = answers

    async def __call__(self) -> str:
        self.asked += 1
        number = self.asked
        await anyio.sleep(0.01)
        return self.answers[number - 1] if self.answers else f"T{number}"


async def at_once(tasks: int, ask: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Return what `ask` gives to many tasks that ask at the same time."""
    results: list[Any] = []

    async def run() -> None:
        results.append(await ask())

    async with anyio.create_task_group() as group:
        for _ in range(tasks):
            group.start_soon(run)
    return results


# What passes for a token


@pytest.mark.parametrize("token", ["TOKEN", JWT, "a", "~!#$%&'*+", "x" * MAX_TOKEN, "bearer"], ids=lambda t: t[:12])
def test_visible_ascii_passes(token: str) -> None:
    assert check_token(token) == token


@pytest.mark.fault("S5")
@pytest.mark.fault("A1")
@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "token must be text, not NoneType"),
        (b"canary", "token must be text, not bytes"),
        (5, "token must be text, not int"),
        (["canary"], "token must be text, not list"),
        ("", "token is empty"),
        (" ", "token begins or ends with white space"),
        (" canary", "token begins or ends with white space"),
        ("canary ", "token begins or ends with white space"),
        ("canary\n", "token begins or ends with white space"),
        ("canary\r\n", "token begins or ends with white space"),
        ("\tcanary", "token begins or ends with white space"),
        ("Bearer canary", "token must come without 'Bearer' before it"),
        ("BEARER canary", "token must come without 'Bearer' before it"),
        ("can ary", "token must be at most 8,000 visible ASCII characters"),
        ("canary\r\nX-Evil: 1", "token must be at most 8,000 visible ASCII characters"),
        ("canary\nx", "token must be at most 8,000 visible ASCII characters"),
        ("canary\0", "token must be at most 8,000 visible ASCII characters"),
        ("canary\x7f", "token must be at most 8,000 visible ASCII characters"),
        ("c\u00e4nary", "token must be at most 8,000 visible ASCII characters"),
        ("canary\u200b", "token must be at most 8,000 visible ASCII characters"),
        ("canary\ud800", "token must be at most 8,000 visible ASCII characters"),
        ("\uff54\uff4f", "token must be at most 8,000 visible ASCII characters"),
        ("canary" * 40_000, "token must be at most 8,000 visible ASCII characters"),
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_what_no_header_can_hold_is_refused_and_not_repeated(token: object, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_token(token)
    assert str(caught.value).startswith(message)
    assert not any(part in str(caught.value) for part in ("canary", "can ary", "nary"))


@pytest.mark.fault("A1")
def test_a_bad_token_is_refused_when_the_client_is_built() -> None:
    with pytest.raises(UsageError, match=r"^token is empty: ask your SDM"):
        Credentials("")


@pytest.mark.fault("A1")
def test_a_token_that_nobody_gave_is_not_called_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, ""):
        monkeypatch.delenv("AEX_TOKEN", raising=False) if value is None else monkeypatch.setenv("AEX_TOKEN", value)
        with pytest.raises(UsageError, match=r"^there is no token: ask your SDM at AEx for one, and pass it or set"):
            AsyncAExClient()


@pytest.mark.parametrize("cookie", ["BAh7CEkiD3Nlc3Npb25faWQG--abc", "a%3D=", "x"])
def test_one_value_of_a_cookie_passes(cookie: str) -> None:
    assert check_cookie(cookie) == cookie


@pytest.mark.fault("A9", "S5")
@pytest.mark.parametrize(
    "cookie",
    ["canary; Path=/", "canary,b", '"canary"', "can\\ary", "", " canary", "canary\r\n", "can ary", None, b"canary"],
)
def test_more_than_one_value_of_a_cookie_is_refused(cookie: Any) -> None:
    with pytest.raises(UsageError, match=r"^session_cookie ") as caught:
        check_cookie(cookie)
    assert "canary" not in str(caught.value)


def test_a_bad_cookie_is_refused_when_the_client_is_built() -> None:
    with pytest.raises(UsageError, match=r"^session_cookie is empty"):
        Credentials("TOKEN", "")


# What is sent, and what is hidden


def test_the_token_goes_into_one_header() -> None:
    assert Credentials("TOKEN").headers(Token("TOKEN")) == [(b"Authorization", b"Bearer TOKEN")]


def test_a_cookie_goes_along_only_if_it_was_passed() -> None:
    assert Credentials("TOKEN", "abc").headers(Token("OTHER")) == [
        (b"Authorization", b"Bearer OTHER"),
        (b"Cookie", b"_Ditty_session=abc"),
    ]


def test_a_grant_does_not_show_its_token() -> None:
    assert repr(Token("canary", 3)) == "Token(generation=3)"


async def test_token_and_cookie_are_secrets_once_they_are_known() -> None:
    source = Source()
    credentials = Credentials(source, "COOKIE")
    before = credentials.secrets
    await credentials.get()
    assert (before, credentials.secrets) == (("COOKIE",), ("T1", "COOKIE"))
    assert Credentials("TOKEN").secrets == ("TOKEN",)
    assert "TOKEN" not in repr(Credentials("TOKEN"))


async def test_a_token_that_was_replaced_or_forgotten_is_a_secret_as_long_as_calls_may_be_under_way_with_it() -> None:
    credentials = Credentials(Source())
    first = await credentials.get()
    second = await credentials.replace(first)
    assert second is not None
    credentials.forget(second)
    assert list(credentials.secrets) == ["T1", "T2"]
    await credentials.get()
    assert list(credentials.secrets) == ["T1", "T2", "T3"]


async def test_a_token_that_is_given_again_and_again_pushes_no_other_out_of_the_secrets() -> None:
    credentials = Credentials(iter(["old", *["new"] * 20]).__next__)
    for _ in range(21):
        credentials.forget(await credentials.get())
    assert credentials.secrets == ("old", "new")


# A token that is text


async def test_a_text_is_used_for_ever() -> None:
    credentials = Credentials("TOKEN")
    token = await credentials.get()
    assert token.text == "TOKEN"
    credentials.forget(token)
    assert await credentials.get() is token


async def test_there_is_no_other_token_than_a_text() -> None:
    credentials = Credentials("TOKEN")
    assert await credentials.replace(await credentials.get()) is None


# A token that is asked for


@pytest.mark.parametrize(
    "kind", ["function", "async function", "callable object", "function that returns an awaitable"]
)
async def test_any_kind_of_function_is_asked_once(kind: str) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append(kind)
        return "TOKEN"

    async def ask_later() -> str:
        await checkpoint()
        return ask()

    class Asker:
        def __call__(self) -> str:
            return ask()

    sources: dict[str, Any] = {
        "function": ask,
        "async function": ask_later,
        "callable object": Asker(),
        "function that returns an awaitable": partial(ask_later),
    }
    credentials = Credentials(sources[kind])
    assert asked == []
    assert [(await credentials.get()).text for _ in range(3)] == ["TOKEN"] * 3
    assert asked == [kind]


async def test_a_hundred_tasks_at_once_ask_once() -> None:
    source = Source()
    grants = await at_once(100, Credentials(source).get)
    assert source.asked == 1
    assert {token.text for token in grants} == {"T1"}


@pytest.mark.fault("A4")
async def test_after_a_refusal_a_hundred_tasks_ask_once() -> None:
    source = Source()
    credentials = Credentials(source)
    refused = await credentials.get()
    grants = await at_once(100, lambda: credentials.replace(refused))
    assert source.asked == 2
    assert {token.text for token in grants} == {"T2"}
    assert (await credentials.get()).text == "T2"


async def test_who_comes_late_with_an_old_refusal_gets_the_token_in_use() -> None:
    source = Source()
    credentials = Credentials(source)
    first = await credentials.get()
    second = await credentials.replace(first)
    assert await credentials.replace(first) is second
    assert source.asked == 2
    assert second is not None
    third = await credentials.replace(second)
    assert (third, source.asked) == (Token("T3", 3), 3)


async def test_the_same_token_again_is_no_other_token() -> None:
    source = Source("SAME", "SAME", "NEW")
    credentials = Credentials(source)
    refused = await credentials.get()
    assert await at_once(10, lambda: credentials.replace(refused)) == [None] * 10
    assert source.asked == 2
    assert await credentials.replace(await credentials.get()) == Token("NEW", 3)


async def test_a_forgotten_token_is_asked_for_again_before_the_next_call() -> None:
    source = Source()
    credentials = Credentials(source)
    refused = await credentials.get()
    credentials.forget(refused)
    assert {token.text for token in await at_once(10, credentials.get)} == {"T2"}
    credentials.forget(refused)
    assert (await credentials.get()).text == "T2"
    assert source.asked == 2


# A source that fails


@pytest.mark.fault("A3")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "the token function raised TypeError"),
        (5, "the token function raised TypeError"),
        (b"canary", "the token function raised TypeError"),
        ("", "the token function's answer is empty"),
        ("canary\n", "the token function's answer begins or ends with white space"),
        ("Bearer canary", "the token function's answer must come without 'Bearer'"),
    ],
)
async def test_a_bad_answer_of_the_source_is_the_callers_error(answer: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        await Credentials(lambda: answer).get()
    assert str(caught.value).startswith(message)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("answer", [None, 5, b"canary", ["canary"]], ids=lambda answer: type(answer).__name__)
async def test_an_async_source_must_answer_with_text(answer: Any) -> None:
    async def ask() -> Any:
        await checkpoint()
        return answer

    with pytest.raises(UsageError, match=r"^the token function's answer must be text, not ") as caught:
        await Credentials(ask).get()
    assert "canary" not in str(caught.value)


@pytest.mark.fault("A3")
@pytest.mark.parametrize("error", [ValueError("canary"), OSError("canary"), KeyError("canary"), TimeoutError("canary")])
async def test_an_error_of_the_source_is_mapped_and_kept_as_its_cause(error: Exception) -> None:
    async def ask() -> str:
        await checkpoint()
        raise error

    with pytest.raises(
        UsageError, match=rf"^the token function raised {type(error).__name__}; nothing was sent$"
    ) as caught:
        await Credentials(ask).get()
    assert caught.value.__cause__ is error


async def test_after_an_error_the_source_is_asked_again() -> None:
    asked: list[int] = []

    def ask() -> str:
        asked.append(len(asked))
        if len(asked) == 1:
            raise OSError
        return "TOKEN"

    credentials = Credentials(ask)
    with pytest.raises(UsageError):
        await credentials.get()
    assert (await credentials.get()).text == "TOKEN"
    assert len(asked) == 2


@pytest.mark.fault("A3")
async def test_when_the_asking_task_is_cancelled_the_next_one_asks() -> None:
    asked: list[int] = []

    async def ask() -> str:
        asked.append(len(asked))
        if len(asked) == 1:
            await anyio.sleep_forever()
        return "TOKEN"

    credentials = Credentials(ask)
    grants: list[Token] = []

    async def get() -> None:
        grants.append(await credentials.get())

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(_get_later, get)
            with anyio.move_on_after(0.05):
                grants.append(await credentials.get())
    assert [token.text for token in grants] == ["TOKEN"]
    assert len(asked) == 2


async def _get_later(get: Callable[[], Awaitable[None]]) -> None:
    await anyio.sleep(0.02)
    await get()
