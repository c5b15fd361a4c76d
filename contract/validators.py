"""The validators of OpenAPI descriptions: one in Python, one in JavaScript."""

import os
import subprocess
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from aex_async import sandbox
from contract.node import find_tool

DESCRIPTION = Path(sandbox.__file__).with_name("openapi.json")
_CONFIGURATION = Path(__file__).with_name("redocly.yaml")
_OFFLINE = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def validate_in_python() -> None:
    """Raise what openapi-spec-validator objects to, if anything."""
    # The class and not `validate`, which would choose the version by itself.
    OpenAPIV31SpecValidator(sandbox.read_description()).validate()


def validate_in_javascript(tools: Path) -> None:
    """Raise `CalledProcessError` if Redocly has an error to report, or a warning, which it prints."""
    command = [find_tool(tools, "redocly"), "lint", "--config", str(_CONFIGURATION), str(DESCRIPTION)]
    subprocess.run(command, check=True, env={**os.environ, **_OFFLINE})  # noqa: S603 - a tool of this session
