"""Models that another generator makes of the description, which are to read all that the sandbox answers."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import httpx

from aex_async import AsyncAExClient, sandbox
from aex_async.sandbox import Oddities, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from contract.validators import DESCRIPTION
from contract.walk import walk

MODULE = "generated_models"


def read_with_models(readings: Mapping[str, Oddities]) -> int:
    """Generate models, have them read every answer of a walk of each sandbox, and return how many answers that were.

    Raises for an answer that they cannot read, and if there is a route whose answer they never read.
    """
    described = find_answers(sandbox.read_description())
    with tempfile.TemporaryDirectory() as folder:
        _generate(Path(folder) / f"{MODULE}.py")
        sys.path.insert(0, folder)
        try:
            answers = [anyio.run(_walk, oddities, described) for oddities in readings.values()]
        finally:
            sys.path.remove(folder)
    return sum(answers)


def find_answers(description: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the name of the model for each route that answers a success with a body."""
    found: dict[tuple[str, str], str] = {}
    for path, item in description["paths"].items():
        for method, operation in item.items():
            content = operation["responses"].get("200" if method == "get" else "201", {}).get("content")
            if content:
                schema = content["application/json"]["schema"]
                own = operation["operationId"].title().replace("_", "") + "Response"  # where it is written in place
                found[method.upper(), path] = schema.get("$ref", own).rpartition("/")[2]
    return found


def _generate(path: Path) -> None:
    command = [
        *(
            sys.executable,
            "-m",
            "datamodel_code_generator",
            "--input",
            str(DESCRIPTION),
            "--input-file-type",
            "openapi",
        ),
        *("--output", str(path), "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"),
        # So that a schema keeps its name, whatever is called the same within another.
        *("--parent-scoped-naming", "--openapi-scopes", "schemas", "paths", "--use-operation-id-as-name"),
    ]
    subprocess.run(command, check=True)  # noqa: S603 - a tool of this session


async def _walk(oddities: Oddities, described: Mapping[tuple[str, str], str]) -> int:
    models = import_module(MODULE)
    read: list[tuple[str, str]] = []

    async def check(response: httpx.Response) -> None:
        route = find_route(response.request, described)
        if response.is_success and route:
            getattr(models, described[route]).model_validate_json(await response.aread())
            read.append(route)

    # The client takes no premise for a service: where that is a reading, the generated client has walked it.
    with serve_in_thread(Sandbox(oddities=oddities.changed({"service_is_premise": False}))) as url:
        async with (
            httpx.AsyncClient(event_hooks={"response": [check]}, trust_env=False) as http,
            AsyncAExClient("sandbox-token", base_url=url, http_client=http) as aex,
        ):
            await walk(aex, "ann.specimen@example.co.za")
    if missing := described.keys() - set(read):
        raise ValueError(f"the models never read an answer of {sorted(missing)}")
    return len(read)


def find_route(request: httpx.Request, described: Mapping[tuple[str, str], str]) -> tuple[str, str] | None:
    """Return which of the described routes a request goes to, the one with most fixed segments if there are several."""
    asked = request.url.path.split("/")
    fitting = [
        (method, path)
        for method, path in described
        if method == request.method
        and len(parts := path.split("/")) == len(asked)
        and all(part == other or part.startswith("{") for part, other in zip(parts, asked, strict=True))
    ]
    return min(fitting, key=lambda route: route[1].count("{"), default=None)
