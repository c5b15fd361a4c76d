"""An id is taken as it was typed, or out of a pasted URL, or not at all."""

import pytest

from aex_async.cli.options import read_id
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
