"""What an answer stands for: its class, its texts, and what of it is shown."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async import errors
from aex_async._http.responses import (
    KEPT,
    ROOM,
    SHOWN,
    SMALLEST,
    Answer,
    choose_error,
    make_error,
    quote_page,
    show_body,
)
from aex_async._json import encode
from tests import samples
from tests.test_json import plain_json

PURE = settings(max_examples=100, deadline=None, derandomize=True)


def refuse(
    status: int, body: bytes = b"", *, flaw: str | None = None, secrets: tuple[str, ...] = ()
) -> errors.ResponseError:
    """Return the error that an answer stands for."""
    return make_error(
        Answer(status, [], body, flaw), method="GET", path="/x", attempts=2, retry_after=1.5, secrets=secrets
    )


# The answer itself


def test_a_header_is_found_in_any_case_and_the_first_one_counts() -> None:
    answer = Answer(200, [(b"Server", b"x"), (b"RETRY-After", b"1"), (b"retry-after", b"2")], b"")
    assert answer.header(b"retry-after") == b"1"
    assert answer.header(b"date") is None


def test_an_answer_shows_neither_its_headers_nor_its_body() -> None:
    assert repr(Answer(200, [(b"Set-Cookie", b"canary")], b"canary")) == "Answer(status=200, flaw=None)"


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (307, "Check base_url"),
        (400, "Correct the data"),
        (401, "Check the token"),
        (403, "Ask your SDM"),
        (404, "Check the id"),
        (429, "Wait 2 seconds"),
        (503, "Wait 2 seconds"),
    ],
)
def test_an_error_says_what_to_do(status: int, advice: str) -> None:
    assert advice in refuse(status).advice


# Which error


@pytest.mark.fault("H3", "H11", "H12", "H15")
@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (99, errors.ResponseError),
        (100, errors.ResponseError),
        (101, errors.ResponseError),
        (202, errors.ResponseError),
        (206, errors.ResponseError),
        (299, errors.ResponseError),
        *((status, errors.RedirectError) for status in (300, 301, 302, 303, 304, 307, 308, 399)),
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, errors.BadRequestError),
        (403, errors.ForbiddenError),
        (404, errors.NotFoundError),
        *((code, errors.BadRequestError) for code in (405, 408, 409, 410, 412, 413, 414, 415, 422, 423, 424, 425, 426)),
        (428, errors.BadRequestError),
        (429, errors.RateLimitedError),
        (431, errors.BadRequestError),
        (451, errors.BadRequestError),
        (499, errors.BadRequestError),
        *((status, errors.ServerError) for status in (500, 501, 502, 503, 504, 505, 507, 511, 520, 530, 599)),
        (600, errors.ResponseError),
        (999, errors.ResponseError),
        (1000, errors.ResponseError),
    ],
)
def test_the_status_chooses_the_class(status: int, cls: type[errors.ResponseError]) -> None:
    assert choose_error(status, {}, "/customers") is cls
    error = refuse(status, b'{"code": 404, "errors": ["no"]}')
    assert (type(error), error.status, error.code) == (cls, status, 404)


# What it says


def test_a_taken_email_is_told_as_the_document_has_it() -> None:
    error = refuse(400, samples.EMAIL_TAKEN.encode())
    assert type(error) is errors.EmailTakenError
    assert (error.code, error.messages) == (400, ("email is already taken",))
    assert error.fields == {"email": ("is already taken",)}
    assert str(error) == "GET /x answered 400: email is already taken"


def test_a_401_is_told_as_the_document_has_it() -> None:
    error = refuse(401, samples.NOT_AUTHENTICATED.encode())
    assert (error.code, error.messages, error.fields) == (401, ("Not Authenticated",), {})
    assert str(error) == "GET /x answered 401: Not Authenticated"


def test_a_404_is_told_as_the_document_has_it() -> None:
    error = refuse(404, samples.NOT_FOUND.encode())
    assert str(error) == "GET /x answered 404: not found"


def test_the_facts_of_the_call_are_carried_along() -> None:
    error = refuse(503)
    assert (error.method, error.path, error.attempts, error.retry_after) == ("GET", "/x", 2, 1.5)


@pytest.mark.fault("H4")
@pytest.mark.parametrize(
    ("body", "messages", "fields"),
    [
        pytest.param({"errors": {"a": ["b", "c"]}}, ("a b", "a c"), {"a": ("b", "c")}, id="dict of lists"),
        pytest.param({"errors": {"a": "b"}}, ("a b",), {"a": ("b",)}, id="dict of texts"),
        pytest.param({"errors": {"a": []}}, (), {"a": ()}, id="dict of nothing"),
        pytest.param({"errors": {"a": None}}, (), {"a": ()}, id="dict of null"),
        pytest.param({"errors": {"a": {"b": ["c", {"d": "e"}]}}}, ("a c", "a e"), {"a": ("c", "e")}, id="nested"),
        pytest.param({"errors": {"a": ["b"]}, "full_errors": ["A b"]}, ("A b",), {"a": ("b",)}, id="full errors"),
        pytest.param({"errors": {"a": ["b"]}, "full_errors": "A b"}, ("A b",), {"a": ("b",)}, id="full error as text"),
        pytest.param({"errors": {"a": ["b"]}, "full_errors": []}, ("a b",), {"a": ("b",)}, id="empty full errors"),
        pytest.param({"errors": {"a": ["b"]}, "full_errors": None}, ("a b",), {"a": ("b",)}, id="null full errors"),
        pytest.param({"errors": ["a", "b"]}, ("a", "b"), {}, id="list"),
        pytest.param({"errors": ["a", ["b", {"c": "d"}], "e"]}, ("a", "b", "d", "e"), {}, id="nested list"),
        pytest.param({"errors": [1, True, None, 1.5]}, ("1", "True", "1.5"), {}, id="list of odd values"),
        pytest.param({"errors": []}, (), {}, id="empty list"),
        pytest.param({"errors": [0, False]}, ("0", "False"), {}, id="list of false values"),
        pytest.param({"errors": "a"}, ("a",), {}, id="text"),
        pytest.param({"error": "a"}, ("a",), {}, id="error as text"),
        pytest.param({"error": {"a": "b"}}, ("a b",), {"a": ("b",)}, id="error as dict"),
        pytest.param({"errors": None}, (), {}, id="null"),
        pytest.param({"code": 400}, (), {}, id="absent"),
        pytest.param({}, (), {}, id="empty object"),
        pytest.param([], (), {}, id="empty bare list"),
        pytest.param(["a"], (), {}, id="bare list"),
        pytest.param("a", (), {}, id="bare text"),
        pytest.param(None, (), {}, id="bare null"),
        pytest.param({"full_errors": ["a"]}, ("a",), {}, id="full errors alone"),
    ],
)
def test_texts_are_read_in_whichever_form_they_come(
    body: Any, messages: tuple[str, ...], fields: dict[str, tuple[str, ...]]
) -> None:
    error = refuse(400, encode(body))
    assert (error.status, error.messages, error.fields) == (400, messages, fields)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"code": 401}', 401),
        (b'{"code": "401"}', None),
        (b'{"code": 401.0}', None),
        (b'{"code": true}', None),
        (b'{"code": null}', None),
        (b"{}", None),
        (b"[401]", None),
        (b"", None),
    ],
)
def test_the_code_is_the_bodys_if_it_is_a_whole_number(body: bytes, code: int | None) -> None:
    assert refuse(400, body).code == code


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "nothing"),
        (b"  \n ", "nothing"),
        (b"Unknown Error", "Unknown Error"),
        (b"<html>\n  <h1>Bad   Gateway</h1>\n</html>", "<html> <h1>Bad Gateway</h1> </html>"),
        (b"\xff\xfe\x00", "\xff\xfe\\x00"),
        (b"\x81\xff\x00", "\ufffd\xff\\x00"),
        (b'{"errors": []}', '{"errors": []}'),
        (b"x" * 5_000, "x" * SHOWN),
    ],
    ids=["empty", "blank", "text", "HTML", "binary", "other binary", "no texts", "long"],
)
def test_a_body_without_texts_is_quoted_on_one_line(body: bytes, said: str) -> None:
    assert str(refuse(502, body)) == f"GET /x answered 502: {said}"


@pytest.mark.fault("S1", "P28")
@pytest.mark.fault("S1")
@pytest.mark.parametrize("before", ["\0", "a\0", "{\0", "\0\0", "\0\0\0a"])
def test_a_lone_nul_makes_no_other_encoding_of_a_text(before: str) -> None:
    answer = Answer(400, [], f"{before}Sorry, canary is too weak a password.\n ".encode())
    error = make_error(answer, method="GET", path="/x", attempts=1, retry_after=None, secrets=("canary",))
    assert "[hidden] is too weak" in error.body
    assert "[hidden] is too weak" in str(error)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "latin-1", "cp1252"])
@pytest.mark.parametrize("secret", ["hunter2!", "p\xe4\xdfword"])
def test_a_secret_is_hidden_in_whatever_encoding_a_body_repeats_it(secret: str, encoding: str) -> None:
    for text in (f"<p>no {secret} here</p>", f'{{"said": "no {secret} here", "psk": "canary"}}'):
        error = refuse(500, text.encode(encoding), secrets=(secret,))
        assert "no [hidden] here" in error.body
        assert "can" not in error.body
        page = quote_page(Answer(200, [], text.encode(encoding)), (secret,))
        assert page == ("no [hidden] here" if text.encode(encoding).startswith(b"<") else "")


def test_a_status_of_no_class_is_told_alike() -> None:
    assert str(refuse(206, b"part")) == "GET /x answered 206: part"


def test_a_long_story_is_cut_short_and_says_so() -> None:
    error = refuse(400, encode({"errors": ["x y " * 1_000]}))
    assert len(str(error)) < 1_100
    assert error.messages == ("x y " * (ROOM // 4) + "...",)


def test_of_a_thousand_texts_the_first_are_kept_and_the_last_says_so() -> None:
    error = refuse(400, encode({"errors": ["no"] * 2_000}))
    assert len(error.messages) == ROOM // SMALLEST + 1
    assert error.messages[-2:] == ("no", "... and more")
    many = refuse(400, encode({"errors": {f"field{number}": ["no" * 100] for number in range(500)}}))
    assert len(many.fields) == 8
    assert sum(map(len, many.messages)) < 2_000


def test_fields_that_are_left_out_are_told_of() -> None:
    error = refuse(400, encode({"errors": {f"field{number}": ["no"] for number in range(9)}}))
    assert error.messages == (*(f"field{number} no" for number in range(8)), "... and more")
    assert len(error.fields) == 8


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["a" * 600 + ".first", "a" * 600 + ".second"], "a" * (ROOM // 8) + "..."),
        (["thandi@example.com", "pieter@example.com"], "[e-mail]"),
    ],
    ids=["too long", "private"],
)
def test_fields_whose_names_are_shown_alike_lose_no_text(names: list[str], shown: str) -> None:
    error = refuse(400, encode({"errors": dict(zip(names, (["is blank"], ["is taken"]), strict=True))}))
    assert error.fields == {shown: ("is blank", "is taken")}
    assert error.messages == (f"{shown} is blank", f"{shown} is taken")


def test_a_message_that_is_cut_says_so() -> None:
    said = str(refuse(400, encode({"errors": ["is wrong " * 9] * 9})))
    whole = str(refuse(400, encode({"errors": ["is wrong"]})))
    assert (said[-3:], whole) == ("...", "GET /x answered 400: is wrong")


def test_the_body_is_kept_up_to_a_limit() -> None:
    assert refuse(500, b"ab" * KEPT).body == "ab" * (KEPT // 2)


@pytest.mark.parametrize(("char", "width"), [("\xe9", 1), ("\u65e5", 2), ("\N{ROCKET}", 4)])
def test_a_limit_is_of_memory_which_wide_characters_take_more_of(char: str, width: int) -> None:
    error = refuse(500, char.encode() * 2000)
    assert error.body == char * (KEPT // width)
    assert refuse(400, encode({"errors": [char * 2000]})).messages == (char * (ROOM // width) + "...",)


@pytest.mark.parametrize(
    ("body", "shown"),
    [(b"half", "half [truncated]"), (b"", "[truncated]")],
    ids=["something", "nothing"],
)
def test_a_body_that_could_not_be_had_whole_says_so(body: bytes, shown: str) -> None:
    assert show_body(Answer(500, [], body, "truncated"), None, frozenset()) == shown
    assert refuse(500, body, flaw="truncated").body == shown


# What it hides


@pytest.mark.fault("S1")
def test_no_secret_comes_back_in_an_error() -> None:
    body = {
        "errors": {"email": ["jane@example.com is already taken"], "password": ['pa"ss is too weak']},
        "echo": {"pppoe_password": "canary", "mobile_number": "0820004242"},
    }
    error = refuse(400, encode(body), secrets=('pa"ss',))
    told = repr((str(error), error.messages, dict(error.fields), error.body))
    assert type(error) is errors.EmailTakenError
    assert error.fields["password"] == ("[hidden] is too weak",)
    assert not any(secret in told for secret in ("jane", 'pa"ss', 'pa\\"ss', "pa\\\\", "canary", "4242"))


def test_a_field_called_by_a_secret_is_hidden() -> None:
    assert refuse(400, encode({"errors": {"jane@example.com": ["is odd"]}})).fields == {"[e-mail]": ("is odd",)}


@pytest.mark.fault("S16")
@pytest.mark.fault("L8")
def test_no_text_of_the_server_forges_a_line_of_a_log() -> None:
    error = refuse(400, encode({"errors": ["no\nFORGED\r\n\x1b[31mred \u202ebidi\u2028"], "full_errors": None}))
    assert str(error).isprintable()
    assert "no FORGED" in str(error)


@given(plain_json)
@PURE
def test_no_body_makes_an_error_fail(body: Any) -> None:
    for value in (body, {"errors": body, "code": body}, {"full_errors": body, "error": body}):
        error = refuse(400, encode(value))
        assert isinstance(error, errors.BadRequestError)
        assert str(error).isprintable()


@given(st.binary(max_size=100))
@PURE
def test_no_bytes_make_an_error_fail(body: bytes) -> None:
    error = refuse(500, body)
    assert type(error) is errors.ServerError
    assert str(error).isprintable()


def test_texts_at_any_depth_are_found() -> None:
    assert refuse(400, b'{"errors":' + b"[" * 90 + b'"deep"' + b"]" * 90 + b"}").messages == ("deep",)
