"""The command line as the reference shows it: written anew from the commands themselves whenever the site is built."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from sphinx.application import Sphinx

from aex_async.cli.app import app as aex


def describe(command: Any, name: str, depth: int) -> Iterator[str]:
    """Yield the lines of Markdown about a command, and about all below it."""
    yield f"{'#' * depth} `{name}`"
    yield inspect.cleandoc(command.help or "").replace("\f", "")
    options = [option for option in command.params if not option.hidden]
    if options:
        rows = "\n".join(f"| {_name(option)} | {_explain(option)} |" for option in options)
        yield f"| option | what it is |\n|---|---|\n{rows}"
    for below, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            yield from describe(inner, f"{name} {below}", depth + 1)


def _name(option: Any) -> str:
    is_option = option.param_type_name == "option"
    names = [*option.opts, *option.secondary_opts] if is_option else [option.metavar or option.name.upper()]
    return ", ".join(f"`{name}`" for name in names)


def _explain(option: Any) -> str:
    default = option.default
    told = f" Default: `{default}`." if isinstance(default, str | int | float) and not isinstance(default, bool) else ""
    return ((option.help or "") + told).replace("|", "\\|").replace("\n", " ")


def write(app: Sphinx) -> None:
    """Write the page that `reference/command-line.md` includes."""
    lines = describe(typer.main.get_command(aex), "aex", 2)
    Path(app.srcdir, "reference", "_commands.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Have the page written before the site is."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
