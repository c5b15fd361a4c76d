"""The options that several commands share, and how they are checked."""

from pathlib import Path
from typing import Annotated

import typer

from aex_async._arguments import check_base_url
from aex_async.cli.ids import read_id
from aex_async.errors import UsageError


def read_base_url(url: str | None) -> str | None:
    """Return a base URL that the token may be sent to."""
    try:
        return url and check_base_url(url)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None


def read_told_id(told: str) -> str:
    """Return an id that was typed, or pasted as the URL of a page."""
    try:
        return read_id(told)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None


MAX_SECONDS = 86_400


def read_seconds(seconds: float) -> float:
    """Return seconds that end. The range of an option lets NaN pass, or not, by the version of typer."""
    if not 0 <= seconds <= MAX_SECONDS:
        raise typer.BadParameter(f"must be from 0 to {MAX_SECONDS}")
    return seconds


BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        callback=read_base_url,
        show_default=False,
        help="The AEx to use; else AEX_BASE_URL, else pre-production. Its token must be in AEX_TOKEN.",
    ),
]
Journal = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        dir_okay=False,
        show_default=False,
        help="The journal of orders; else aex_async/orders.sqlite in your data folder.",
    ),
]
Patience = Annotated[
    float,
    typer.Option(callback=read_seconds, help="Seconds to go on looking while it is not clear what came of it."),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print JSON for programs: one object, or one a line where there can be several.")
]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show PPPoE and Wi-Fi passwords too.")]
Trial = Annotated[bool, typer.Option("--sandbox", help="Ask a sandbox that ends with the command, to try it out.")]
PremiseId = Annotated[
    str,
    typer.Argument(
        metavar="ID", callback=read_told_id, show_default=False, help="The premise: its id, or a portal's https URL."
    ),
]
ServiceId = Annotated[
    str,
    typer.Argument(
        metavar="SERVICE",
        callback=read_told_id,
        show_default=False,
        help="The service: its id, or a portal's https URL.",
    ),
]
