"""The command `aex schemas`: what `--json` prints, for programs that read it."""

import json

import typer

from aex_async.cli.shapes import make_schemas


def schemas() -> None:
    """Print the JSON Schema of what --json prints, and which command prints what.

    For example:

    - `aex schemas > aex.schema.json`
    """
    typer.echo(json.dumps(make_schemas(), indent=2))
