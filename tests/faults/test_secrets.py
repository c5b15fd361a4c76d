"""Canaries for every secret, through every route and every kind of fault: none is found in anything that is shown."""

import html
import json
import logging
import os
import pickle
import traceback
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from aex_async import AsyncAExClient, Customer, NewCustomer, Order, OrderJournal, Service, errors
from tests.faults.engines import ENGINES, GUARDED, choose_loop, open_engine
from tests.servers import Action, Server, answer, close, reset, send_and, serve, stay_silent
from tests.timing import in_no_time

PRIVATE = {
    "token": "tok-canary-1f4b",
    "cookie": "cookie-canary-77aa",
    "password": "pass-canary-9c2d",
    "pppoe_password": "pppoe-canary-31e0",
    "wifi_password": "wifi-canary-5b5b",
    "email": "jane.canary@example.com",
    "mobile_number": "+27825550199",
    "home_number": "0115550123",
}
CANARIES = [text.lower() for text in PRIVATE.values()] + ["jane.canary", "jane%2ecanary", "825550199"]
# What any text of AEx can be cleared of; a password that this very request did not send is hidden where it is named.
KNOWN = {name: text for name, text in PRIVATE.items() if "password" not in name}
BODY = json.dumps({"items": 3, **PRIVATE, "errors": {name: [text] for name, text in KNOWN.items()}}).encode()
FULL = {f"{name}_said": f"AEx says {text}" for name, text in PRIVATE.items()}

NEW = NewCustomer(
    first_name="Jane",
    last_name="Doe",
    email=PRIVATE["email"],
    password=PRIVATE["password"],
    mobile_number=PRIVATE["mobile_number"],
    home_number=PRIVATE["home_number"],
)
CUSTOMER = Customer(
    id="C1",
    first_name="Jane",
    last_name="Doe",
    email=PRIVATE["email"],
    username=PRIVATE["email"],
    mobile_number=PRIVATE["mobile_number"],
)
ORDER = Order(customer=CUSTOMER, premise_guid="G1", product_id="P1", reference="r-1")

FAULTS: dict[str, Action] = {
    **{
        str(status): answer(BODY, f"{status} Status")
        for status in (202, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503)
    },
    "wrong types": answer(BODY),
    "texts": answer(json.dumps(FULL).encode()),
    "no JSON": answer(b"<html>" + BODY),
    "cut": send_and(answer(BODY)[:-9], close),
    "no HTTP": send_and(BODY + b"\r\n\r\n", close),
    "reset": reset,
    "silent": stay_silent,
}


async def search(aex: AsyncAExClient) -> object:
    return await anext(aex.customers(PRIVATE["email"]))


CALLS: dict[str, Callable[[AsyncAExClient], Awaitable[object]]] = {
    "create_customer": lambda aex: aex.create_customer(NEW),
    "get_or_create_customer": lambda aex: aex.get_or_create_customer(NEW),
    "find_customer": lambda aex: aex.find_customer(PRIVATE["email"]),
    "customers": search,
    "get_customer": lambda aex: aex.get_customer("C1"),
    "get_service": lambda aex: aex.get_service("S1"),
    "place_order": lambda aex: aex.place_order(ORDER, patience=0.0, journal=OrderJournal(":memory:")),
    "request": lambda aex: aex.request("POST", "/anything", json=PRIVATE, params={"email": PRIVATE["email"]}),
    "listing": lambda aex: anext(aex.listing("/customers", params={"q": PRIVATE["email"]})),
    "misused listing": lambda aex: anext(aex.listing("/customers", params={"q": PRIVATE["email"], "x": ""})),
    "misuse": lambda aex: aex.request("POST", "/anything", json={**PRIVATE, "x": object()}),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> tuple[str, dict[str, Any]]:
    return in_no_time(choose_loop(engine))


@asynccontextmanager
async def connect(engine: str, fault: Action) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    async with (
        serve(fault) as server,
        open_engine(engine) as options,
        AsyncAExClient(
            PRIVATE["token"],
            base_url=server.url,
            session_cookie=PRIVATE["cookie"],
            attempts=1,
            timeout=0.1,
            order_timeout=0.1,
            **options,
        ) as aex,
    ):
        yield aex, server


def show(error: BaseException) -> list[str]:
    """Return everything that a crash reporter could make of an error, with the locals of our own frames."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True, compact=False)
    shown = [
        str(error),
        repr(error),
        repr(vars(error)),
        repr(pickle.dumps(error)),
        repr(getattr(error, "__notes__", "")),
    ]
    parts: list[traceback.TracebackException | None] = [report]
    while parts:
        part = parts.pop()
        if part is None:
            continue
        shown += part.format_exception_only()
        shown += [
            f"{frame.name} {frame.locals}" for frame in part.stack if f"{os.sep}aex_async{os.sep}" in frame.filename
        ]
        parts += [part.__cause__, part.__context__]
    return shown


def find_canaries(texts: list[str]) -> list[str]:
    return [text for text in texts if any(canary in text.lower() for canary in CANARIES)]


@pytest.mark.fault("S1", "S16", "M15")
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_secret_is_in_an_error_or_a_log(engine: str, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "aex_async", "httpx", "httpcore", "asyncio", "aiohttp"):
        caplog.set_level(logging.DEBUG, name)
    shown: list[str] = []
    async with connect(engine, FAULTS[fault]) as (aex, server):
        with warnings.catch_warnings(record=True) as warned:
            for call in CALLS.values():
                try:
                    await call(aex)
                except errors.AExError as error:
                    shown += show(error)
        shown += [repr(aex), str(aex), *(str(warning.message) for warning in warned)]
    assert server.requests
    assert shown
    # What httpcore says at DEBUG of a pool that is the caller's holds what was read, where that was not HTTP.
    records = [record for record in caplog.records if engine in GUARDED or not record.name.startswith("httpcore")]
    shown += [record.getMessage() for record in records]
    assert find_canaries(shown) == []
    assert not [record for record in caplog.records if "\n" in record.getMessage()]


@pytest.mark.fault("S1", "H9", "H10")
@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "500 Server Error"])
async def test_no_token_is_in_an_error_whatever_has_become_of_it_meanwhile(engine: str, status: str) -> None:
    refusal = answer(json.dumps({"errors": [f"no good: {PRIVATE['token']}"]}).encode(), status)
    shown: list[str] = []
    for call in CALLS.values():
        tokens = iter([PRIVATE["token"], "another"])
        async with (
            serve(refusal) as server,
            open_engine(engine) as options,
            AsyncAExClient(lambda given=tokens: next(given), base_url=server.url, attempts=1, **options) as aex,
        ):
            try:
                await call(aex)
            except errors.AExError as error:
                shown += show(error)
    assert shown
    assert find_canaries(shown) == []


@pytest.mark.fault("S1")
@pytest.mark.parametrize("spell", [html.escape, quote, quote_plus, json.dumps])
async def test_no_password_is_in_an_error_however_a_server_spells_it(engine: str, spell: Callable[[str], str]) -> None:
    password = "c'4n &r<y>\"/\u00e9+ pw"
    customer = NewCustomer(first_name="J", last_name="D", email="j@x.example", password=password, mobile_number="08200")
    page = f"<html>You sent {spell(password)} to us".encode()
    async with (
        serve(answer(page, "500 Server Error")) as server,
        open_engine(engine) as options,
        AsyncAExClient("T", base_url=server.url, **options) as aex,
    ):
        with pytest.raises(errors.ServerError) as caught:
            await aex.create_customer(customer)
    assert "You sent" in str(caught.value)
    assert "4n" not in "".join(show(caught.value)).replace("customer", "")


@pytest.mark.fault("S1")
def test_no_secret_is_in_what_a_model_shows() -> None:
    service = Service(
        id="S1",
        pppoe_username=PRIVATE["email"],
        pppoe_password=PRIVATE["pppoe_password"],
        extra={"wifi_password": PRIVATE["wifi_password"]},
    )
    for model in (NEW, CUSTOMER, ORDER, service):
        assert find_canaries([repr(model), str(model), f"{model}", f"{[model]}"]) == []


def read_all(folder: Path) -> list[str]:
    return [path.read_bytes().decode("latin-1") for path in folder.iterdir()]


@pytest.mark.fault("S1", "S17")
async def test_no_secret_is_in_the_file_of_a_journal(engine: str, tmp_path: Path) -> None:
    journal = OrderJournal(tmp_path / "orders.sqlite")
    none = answer(b'{"items": [], "total": 0}')
    async with connect(engine, none) as (aex, server):
        server.script = (none, FAULTS["503"])
        with pytest.raises(errors.OrderUncertainError) as caught:
            await aex.place_order(ORDER, journal=journal, patience=0.0)
    assert find_canaries([*show(caught.value), repr(journal), repr(journal.unresolved())]) == []
    written = read_all(tmp_path)
    assert any("r-1" in text for text in written)
    assert find_canaries(written) == []
