"""The OpenAPI description: it has the sandbox's routes, the client's models, and says what is not known."""

import json
from collections.abc import Iterator
from typing import Any, cast, get_args, get_type_hints

import attrs
import httpx
import pytest

from aex_async import AsyncAExClient, models
from aex_async.sandbox import Oddities, Sandbox, read_description
from aex_async.sandbox._routes import TABLE
from aex_async.sandbox.serving import serve_in_thread
from tests.sandbox.people import THANDI, order, sign_up

DESCRIPTION = read_description()
SCHEMAS: dict[str, Any] = DESCRIPTION["components"]["schemas"]
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
}
# What is sent, and `FullService`, stand under other keys on the wire than in the models.
OTHER_KEYS = {"FullService", "NewCustomer", "NewService"}
MODELS = [getattr(models, name) for name in sorted({*SCHEMAS} & {*models.__all__} - OTHER_KEYS)]
SOURCES = {"document", "callers", "framework", "inference"}


def find_values(part: object, wanted: str) -> Iterator[Any]:
    """Yield what stands under a key, anywhere in a part of the description."""
    if isinstance(part, dict):
        for key, value in cast(dict[str, object], part).items():
            if key == wanted:
                yield value
            yield from find_values(value, wanted)
    for value in cast(list[object], part) if isinstance(part, list) else ():
        yield from find_values(value, wanted)


READINGS: list[dict[str, str]] = [one for several in find_values(DESCRIPTION, "x-aex-open") for one in several]


def look_up(reference: str) -> Any:
    """Return what a reference within the description names."""
    found: Any = DESCRIPTION
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def name_shape(route: str) -> str:
    """Return a route with `*` for each variable, as the sandbox names it."""
    return "/".join("*" if part.startswith("{") else part for part in route.split("/"))


def test_it_describes_the_sandboxs_routes_and_no_other() -> None:
    assert {name_shape(route) for route in OPERATIONS} == {route.name for route in TABLE}


def test_every_caller_gets_a_copy_of_its_own() -> None:
    read_description()["paths"].clear()
    assert read_description() == DESCRIPTION


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_schema_has_the_fields_of_its_model(model: type[Any]) -> None:
    fields = [field.name for field in attrs.fields(model) if field.name != "extra"]
    assert list(SCHEMAS[model.__name__]["properties"]) == fields


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_schema_lets_be_null_what_its_model_does(model: type[Any]) -> None:
    hints = get_type_hints(model)
    for name, schema in SCHEMAS[model.__name__]["properties"].items():
        shape = look_up(schema["$ref"]) if "$ref" in schema else schema
        assert ("null" in shape.get("type", "")) == (type(None) in get_args(hints[name])), name


def test_every_reference_names_something_and_every_component_is_named() -> None:
    named = set(find_values(DESCRIPTION, "$ref"))
    assert all(look_up(reference) for reference in named)
    kinds = ("parameters", "responses", "schemas")
    there = {f"#/components/{kind}/{name}" for kind in kinds for name in DESCRIPTION["components"][kind]}
    assert there == named


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_route_says_how_it_is_known(route: str) -> None:
    operation = OPERATIONS[route]
    assert operation["x-aex-known-from"] in SOURCES
    assert operation["x-aex-known-from"] == ("document" if operation["tags"] == ["ISP flow"] else "callers")
    assert {"401", "403", "429", "5XX"} <= set(operation["responses"])


def test_every_open_reading_is_a_sentence_with_its_source() -> None:
    assert len(READINGS) > 50
    for reading in READINGS:
        assert {"reading", "known_from"} <= set(reading) <= {"reading", "known_from", "oddity"}
        assert reading["known_from"] in SOURCES
        assert reading["reading"].endswith(".")


def test_every_oddity_of_the_sandbox_is_an_open_reading() -> None:
    named = {reading["oddity"] for reading in READINGS if "oddity" in reading}
    assert named == {field.name for field in attrs.fields(Oddities)}


def test_the_operations_of_the_flow_are_called_as_the_clients_methods() -> None:
    flow = [operation["operationId"] for operation in OPERATIONS.values() if operation["tags"] == ["ISP flow"]]
    assert len(flow) == 10
    assert all(callable(getattr(AsyncAExClient, name)) for name in flow)


def test_no_host_is_named_but_the_known_ones() -> None:
    assert [server["url"] for server in DESCRIPTION["servers"]] == [
        "https://preprod.fno.dev.aex.systems",
        "https://fno.national-us.aex.systems",
        "https://api.fno.za.aex.systems",
    ]


@pytest.mark.parametrize("route", [route for route in OPERATIONS if route.startswith("GET")])
async def test_an_example_has_the_keys_that_the_sandbox_answers(http: httpx.AsyncClient, route: str) -> None:
    operation = OPERATIONS[route]
    parameters = [look_up(one["$ref"]) if "$ref" in one else one for one in operation["parameters"]]
    path = route.removeprefix("GET ")
    for one in parameters:
        path = path.replace(f"{{{one['name']}}}", str(one.get("example")))
    answer = await http.get(path)
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert answer.status_code == 200
    assert show_keys(answer.json()) == show_keys(example)


def show_keys(value: object) -> Any:
    """Return the keys of an object, those of its objects and of the first row of a list."""
    if isinstance(value, list):
        return [show_keys(row) for row in cast(list[object], value)[:1]]
    if isinstance(value, dict):
        return {key: show_keys(inner) for key, inner in cast(dict[str, object], value).items()}
    return None


async def test_the_examples_of_what_is_posted_are_taken(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for path in ("/customers", "/services/full"):
        content = OPERATIONS[f"POST {path}"]["requestBody"]["content"]
        assert (await http.post(path, json=content["application/json"]["example"])).status_code == 201
    assert [entry.kind for entry in sandbox.ledger] == ["customer", "service"]


async def test_what_the_description_requires_is_required(http: httpx.AsyncClient) -> None:
    people: dict[str, Any] = sign_up()["customer"]
    assert set(SCHEMAS["NewCustomer"]["required"]) == set(people)
    for name in SCHEMAS["NewService"]["properties"]["customer"]["required"]:
        body = order()
        del body["customer"][name]
        assert (await http.post("/services/full", json=body)).status_code == 401


async def test_it_is_served_beside_the_api_with_the_sandbox_as_its_server(sandbox: Sandbox) -> None:
    with serve_in_thread(sandbox) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{url}/_sandbox/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert {**answer.json(), "servers": None} == {**DESCRIPTION, "servers": None}
    assert [server["url"] for server in answer.json()["servers"]] == ["/"]
    assert sandbox.requests == ()


def test_it_shows_no_secret_that_a_person_chose() -> None:
    assert "sandbox-token" not in json.dumps(DESCRIPTION)
    assert THANDI not in json.dumps(DESCRIPTION)
