"""The tree of errors: what each is, what each carries, and that each travels."""

import copy
import inspect
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from aex_async import errors
from aex_async.errors import AExError
from aex_async.models import Attempt

PREMISES = "/premises/P1"
ATTEMPT = Attempt(
    reference="R1",
    customer_id="C1",
    premise_guid="G1",
    product_id="P1",
    baseline=("S1", "S2"),
    started_at=datetime(2024, 10, 17, 13, 42, 49, tzinfo=UTC),
)


def _answered(cls: type[errors.ResponseError]) -> AExError:
    return cls(
        "GET /premises/P1 answered 418: no",
        status=418,
        method="GET",
        path=PREMISES,
        code=400,
        messages=("email is already taken", "no"),
        fields={"email": ("is already taken",)},
        retry_after=12.5,
        attempts=3,
        body='{"code": 400}',
    )


def _lost(cls: type[errors.RequestError]) -> AExError:
    return cls("the connection was lost", method="POST", path="/customers", attempts=2, sent=True)


OTHERS: dict[type[AExError], AExError] = {
    errors.ClientClosedError: errors.ClientClosedError("the client is closed", sent=True),
    errors.UnexpectedAnswerError: errors.UnexpectedAnswerError(
        "not JSON", method="GET", path=PREMISES, status=200, attempts=2, problems=("$.id: missing", "$.x: is null")
    ),
    errors.PaginationError: errors.PaginationError("the pages repeat", page=7),
    errors.OrderUncertainError: errors.OrderUncertainError("it may exist", attempt=ATTEMPT),
}


def make(cls: type[AExError]) -> AExError:
    """Return an error of `cls` that carries as much as it can."""
    if issubclass(cls, errors.ResponseError):
        return _answered(cls)
    if issubclass(cls, errors.RequestError):
        return _lost(cls)
    return copy.copy(OTHERS[cls]) if cls in OTHERS else cls("something went wrong")


def descend(cls: type[AExError]) -> list[type[AExError]]:
    """Return a class and all below it that the library has."""
    return [cls, *(below for child in cls.__subclasses__() for below in descend(child) if _is_ours(below))]


def _is_ours(cls: type[AExError]) -> bool:
    return cls.__module__ == errors.__name__


TREE = descend(AExError)
every_error = pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)


# The tree


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"    ((?:[│├└─ ]{4})*)(\w+Error)(?:  | \(|$)", line):
            depth = len(match[1]) // 4
            del above[depth:]
            drawn[match[2]] = above[-1] if above else ""
            above.append(match[2])
    assert drawn == {cls.__name__: "" if cls is AExError else cls.__bases__[0].__name__ for cls in TREE}


def test_the_docstring_tells_what_else_an_error_is() -> None:
    drawn = dict(re.findall(r"(\w+Error) \(also (\w+)\)", errors.__doc__ or ""))
    assert drawn == {cls.__name__: cls.__bases__[1].__name__ for cls in TREE if len(cls.__bases__) > 1}
    assert issubclass(errors.UsageError, ValueError)
    assert issubclass(errors.DeadlineError, TimeoutError)


def test_every_error_is_exported_and_nothing_else_is() -> None:
    assert errors.__all__ == sorted(cls.__name__ for cls in TREE)


@every_error
def test_every_error_says_what_it_means(cls: type[AExError]) -> None:
    assert (inspect.getdoc(cls) or "").strip()
    assert cls.__doc__


@every_error
def test_every_error_is_caught_as_the_base(cls: type[AExError]) -> None:
    with pytest.raises(AExError):
        raise make(cls)


# What it carries


@every_error
def test_an_error_says_its_message_and_has_no_page_of_its_own(cls: type[AExError]) -> None:
    error = make(cls)
    assert str(error) == error.args[0]
    assert error.page == (7 if cls is errors.PaginationError else None)


@every_error
def test_an_error_can_be_told_its_page(cls: type[AExError]) -> None:
    error = make(cls)
    assert error.at_page(12) is error
    assert error.page == 12


def test_what_a_refusal_carries_can_be_handed_on() -> None:
    refusal = errors.AuthenticationError("no", status=401, method="POST", path="/services/full", attempts=2, body="x")
    refusal.add_note("seen by the caller")
    rejected = errors.ServiceRejectedError("bad data", **refusal.at_page(3).facts)
    assert rejected.facts == refusal.facts
    assert (rejected.status, rejected.method, rejected.path, rejected.attempts) == (401, "POST", "/services/full", 2)
    assert rejected.page is None


def test_a_refusal_that_says_nothing_has_empty_facts() -> None:
    error = errors.ServerError("no", status=500, method="GET", path="/")
    assert error.facts == {
        "status": 500,
        "code": None,
        "messages": (),
        "fields": {},
        "method": "GET",
        "path": "/",
        "retry_after": None,
        "attempts": 1,
        "body": "",
    }


def test_the_fields_of_a_refusal_are_its_own() -> None:
    fields = {"email": ("is already taken",)}
    error = errors.BadRequestError("no", status=400, method="POST", path="/customers", fields=fields)
    fields.clear()
    assert error.fields == {"email": ("is already taken",)}


def test_an_uncertain_order_says_where_to_go_on() -> None:
    error = errors.OrderUncertainError("it may exist", attempt=ATTEMPT)
    again = copy.deepcopy(error)
    assert error.attempt is ATTEMPT
    assert (again.attempt, again.attempt.started_at.tzinfo) == (ATTEMPT, UTC)


def test_a_closed_client_sent_nothing_unless_it_says_so() -> None:
    assert not errors.ClientClosedError("closed").sent
    assert errors.ClientClosedError("closed", sent=True).sent


# It travels


def _pickle(error: AExError) -> Any:
    return pickle.loads(pickle.dumps(error))  # noqa: S301 - our own pickle


def _oldest_pickle(error: AExError) -> Any:
    return pickle.loads(pickle.dumps(error, protocol=0))  # noqa: S301 - our own pickle


@pytest.mark.fault("M14")
@every_error
@pytest.mark.parametrize("travel", [_pickle, _oldest_pickle, copy.deepcopy, copy.copy])
def test_every_error_travels_with_all_it_carries(cls: type[AExError], travel: Callable[[AExError], Any]) -> None:
    error = make(cls).at_page(4)
    error.add_note("while reading the morning's list")
    again = travel(error)
    assert type(again) is cls
    assert again is not error
    assert again.args == error.args
    assert str(again) == str(error)
    assert again.page == 4
    assert again.__dict__ == error.__dict__
    assert again.__notes__ == ["while reading the morning's list"]


@every_error
def test_a_deep_copy_shares_nothing_that_can_change(cls: type[AExError]) -> None:
    error = make(cls)
    error.add_note("first")
    again = copy.deepcopy(error)
    again.add_note("second")
    again.at_page(9)
    assert error.__notes__ == ["first"]
    assert error.page != 9


class StoreError(errors.NotFoundError):
    """An error of a user's own, below one of ours."""

    def __init__(self, *, shop: str) -> None:
        super().__init__(f"no {shop}", status=404, method="GET", path="/shops")
        self.shop = shop


@pytest.mark.parametrize("travel", [_pickle, copy.deepcopy])
def test_a_users_own_error_below_ours_travels_too(travel: Callable[[AExError], Any]) -> None:
    again = travel(StoreError(shop="corner"))
    assert (type(again), again.shop, again.status, str(again)) == (StoreError, "corner", 404, "no corner")


# What to do next


@every_error
def test_every_error_has_advice_of_one_sentence_that_travels(cls: type[AExError]) -> None:
    error = make(cls)
    assert re.fullmatch(r"[A-Z][^.]*(?:[.]\w+[^.]*)?[.]", error.advice)
    assert pickle.loads(pickle.dumps(error)).advice == copy.deepcopy(error).advice == error.advice  # noqa: S301


@every_error
def test_an_error_can_be_given_better_advice_that_travels_with_it(cls: type[AExError]) -> None:
    error = make(cls).advise("Turn it off and on again.")
    assert pickle.loads(pickle.dumps(error)).advice == "Turn it off and on again."  # noqa: S301
    assert "advice" not in str(error)


def answered(
    cls: type[errors.ResponseError], status: int, method: str = "GET", path: str = PREMISES, **facts: Any
) -> str:
    """Return the advice of an answer."""
    return cls("no", status=status, method=method, path=path, **facts).advice


@pytest.mark.parametrize(
    ("advice", "part"),
    [
        (
            answered(errors.BadRequestError, 400, "POST", fields={"email": ("x",), "name": ("y",)}),
            "Correct email, name,",
        ),
        (answered(errors.BadRequestError, 422), "Correct the data,"),
        (answered(errors.BadRequestError, 408), "Call again later"),
        (answered(errors.BadRequestError, 408, "POST"), "Look whether it has taken effect"),
        (answered(errors.BadRequestError, 425, retry_after=0.2), "Wait 1 seconds"),
        (answered(errors.EmailTakenError, 400, "POST"), "find_customer"),
        (answered(errors.AuthenticationError, 401), "Check the token"),
        (answered(errors.ServiceRejectedError, 401, "POST"), "look at the customer's services before"),
        (answered(errors.ForbiddenError, 403), "your SDM"),
        (answered(errors.NotFoundError, 404), "and the token if no id is found"),
        (answered(errors.RateLimitedError, 429), "Send fewer requests at a time"),
        (answered(errors.RateLimitedError, 429, retry_after=3_600.0), "Wait 3,600 seconds"),
        (answered(errors.RateLimitedError, 429, "POST", retry_after=60.0), "Look whether it has taken effect"),
        (answered(errors.RedirectError, 302, retry_after=5.0), "Check base_url"),
        (answered(errors.RedirectError, 307, "POST"), "Look whether it has taken effect"),
        (answered(errors.ServerError, 503, retry_after=119.5), "Wait 120 seconds"),
        (answered(errors.ServerError, 500), "Call again later"),
        (answered(errors.ServerError, 500, "POST"), "Look whether it has taken effect"),
        (answered(errors.ResponseError, 600), "Call again later"),
    ],
)
def test_what_to_do_after_an_answer_depends_on_what_was_asked(advice: str, part: str) -> None:
    assert part in advice


@pytest.mark.parametrize(
    ("cls", "method", "sent", "part"),
    [
        (errors.ConnectionFailedError, "GET", True, "Check the network and base_url"),
        (errors.ConnectionFailedError, "POST", False, "Check the network and base_url"),
        (errors.ConnectionFailedError, "POST", True, "Look whether it has taken effect"),
        (errors.DeadlineError, "GET", True, "longer timeout"),
        (errors.DeadlineError, "POST", True, "Look whether it has taken effect"),
    ],
)
def test_what_to_do_without_an_answer_depends_on_what_can_have_arrived(
    cls: type[errors.RequestError], method: str, part: str, *, sent: bool
) -> None:
    assert part in cls("lost", method=method, path="/customers", attempts=1, sent=sent).advice


def test_what_to_do_names_what_goes_on() -> None:
    assert "start_page=7" in errors.PaginationError("no", page=7).advice
    assert "R1" in errors.OrderUncertainError("it may exist", attempt=ATTEMPT).advice
    assert "look for what the call may have done" in errors.ClientClosedError("closed", sent=True).advice
    assert "call again" in errors.ClientClosedError("closed").advice
    read, written = (
        errors.UnexpectedAnswerError("no", method=method, path=PREMISES, status=200).advice for method in ("GET", "PUT")
    )
    assert "Call again" in read
    assert "Look whether it has taken effect" in written
