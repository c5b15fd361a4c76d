"""Where npm has put the tools that it installed."""

import os
from pathlib import Path


def find_tool(tools: Path, name: str) -> str:
    """Return the command of a tool; raises `FileNotFoundError` if npm did not install it in the folder `tools`."""
    command = tools / "node_modules" / ".bin" / (f"{name}.cmd" if os.name == "nt" else name)
    if not command.exists():
        raise FileNotFoundError(f"{command}: install {name} with npm, as `nox -s contract` does")
    return str(command)
