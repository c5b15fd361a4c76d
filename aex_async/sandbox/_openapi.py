"""The OpenAPI description of AEx's routes."""

import json
from importlib.resources import files
from typing import Any, TypeAlias, cast

Description: TypeAlias = dict[str, Any]


def read_description() -> Description:
    """Return the OpenAPI 3.1 description of all routes, as it is shipped; a new copy at each call.

    `x-aex-known-from` says of a route how it is known. `x-aex-open` lists readings that remain open, some with the name
    of the oddity under which a sandbox shows them.
    """
    return cast(Description, json.loads(files("aex_async.sandbox").joinpath("openapi.json").read_bytes()))


def served_description() -> Description:
    """Return the description as a server gives it out, which names that server alone."""
    return {**read_description(), "servers": [{"url": "/", "description": "This sandbox."}]}
