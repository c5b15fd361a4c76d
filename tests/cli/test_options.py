"""An id is taken as it was typed, or out of a pasted URL, or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from aex_async.cli.options import read_base_url, read_id, read_path, read_proxy, read_typed_id
from aex_async.errors import UsageError

ONE = "34A39B28-8547-4853-9CAC-56F168EDE9D2"
OTHER = "533ee0a6-7279-415b-9ed1-191bc406ab9d"
HOST = "https://portal.example.com"


@pytest.mark.parametrize(
    "told",
    [
        ONE,
        f"{HOST}/services/{ONE}",
        f"{HOST}/services/{ONE}/edit?tab=2#top",
        f"{HOST}/customers/{OTHER}/services/{ONE}",
        f"{HOST}/work-orders?service={ONE}&page=2",
        f"{HOST}/#/services/{ONE}",
        f"{HOST}/#/customers/{OTHER}?service={ONE}",
        f"{HOST}/services/{ONE}?service={ONE}",
        f"{HOST}:8443/services/%7B/{ONE}",
    ],
)
def test_an_id_is_found(told: str) -> None:
    assert read_id(told) == ONE


def test_an_id_in_either_case_is_one() -> None:
    assert read_id(f"{HOST}/services/{ONE}?service={ONE.lower()}") == ONE


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (f"{HOST}/services/{ONE}?premise={OTHER}", "the URL names several ids"),
        (f"{HOST}/services/{ONE}#{OTHER}", "the URL names several ids"),
        (f"{HOST}/services", "the URL names no id"),
        (f"{HOST}/services/{ONE}0", "the URL names no id"),
        (f"http://portal.example.com/services/{ONE}", "a URL must begin with https://"),
        (f"https:///services/{ONE}", "a URL must begin with https://"),
        (f"https://[portal/services/{ONE}", "a URL must begin with https://"),
        (f"../{ONE}", "it must be an id"),
        ("", "it must be an id"),
    ],
)
def test_what_is_no_id_is_refused_and_not_repeated(told: str, words: str) -> None:
    with pytest.raises(UsageError, match=f"^{words}") as caught:
        read_id(told)
    assert "portal" not in str(caught.value)


@pytest.mark.parametrize("told", [f"https://{ONE}", "https://x" + "/%00" * 1000])
def test_a_host_is_no_id(told: str) -> None:
    with pytest.raises(UsageError, match="no id"):
        read_id(told)


@pytest.mark.parametrize(
    ("read", "told"), [(read_base_url, ""), (read_proxy, ""), (read_path, Path()), (read_typed_id, "")]
)
def test_what_is_empty_as_a_variable_may_be_is_not_taken_for_left_out(read: Callable[[Any], Any], told: object) -> None:
    with pytest.raises(typer.BadParameter, match=r"^''"):
        read(told)


def test_what_is_left_out_is_left_out() -> None:
    assert (read_base_url(None), read_proxy(None), read_path(None)) == (None, None, None)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (read_base_url, "https://me:hush@aex.example.com"),
        (read_base_url, "https://aex.example.com/?token=hush"),
        (read_proxy, "http://me:hush@proxy.example.com:0"),
        (read_typed_id, f"{HOST}/login?next={ONE[1:]}&session=hush"),
        (read_typed_id, f"{HOST}/login#hush"),
    ],
)
def test_a_url_that_may_hold_a_secret_is_not_repeated(read: Callable[[Any], Any], told: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        read(told)
    assert "hush" not in caught.value.message
