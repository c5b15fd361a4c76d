"""The options and arguments that several commands share."""

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import typer

from aex_async._arguments import check_base_url, check_id
from aex_async._http.proxy import check_proxy
from aex_async.errors import UsageError

GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
BREAKS = re.compile(r"[/?&=#]")

MAX_SECONDS: Final = 86_400


def read_base_url(url: str | None) -> str | None:
    """Return a base URL that the token may be sent to. A slash at its end is how browsers copy it, and no mistake."""
    if url is None:
        return None
    try:
        return check_base_url(url.removesuffix("/"))
    except UsageError as error:
        raise typer.BadParameter(f"{quote(url)}{error}") from None


def quote(text: str) -> str:
    """Return what was typed, for a message about it; nothing of a URL in which a password or a token may stand."""
    return "" if "@" in text or ("://" in text and ("?" in text or "#" in text)) else f"{text!r}: "


def read_typed_id(text: str) -> str:
    """Return an id that was typed, or pasted as the URL of a page."""
    try:
        return read_id(text)
    except UsageError as error:
        raise typer.BadParameter(f"{quote(text)}{error}") from None


def read_id(text: str) -> str:
    """Return an id as it is, or the one that an https URL names. The URL is never called, nor repeated."""
    if "://" not in text:
        return check_id(text, "it")
    found = find_ids(split_url(text))
    if len({guid.upper() for guid in found}) != 1:
        raise UsageError(f"the URL names {'several ids' if found else 'no id'}: give the one you mean")
    return found[0]


def split_url(url: str) -> SplitResult:
    """Return the parts of an https URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme != "https" or not parts.netloc:
        raise UsageError("a URL must begin with https:// and a host: give the id alone")
    return parts


def find_ids(url: SplitResult) -> list[str]:
    """Return the last id of the path, the ids of the query, and the last one of the fragment."""
    query = [value for _, value in parse_qsl(url.query) if GUID.fullmatch(value)]
    return [*pick_guids(url.path)[-1:], *query, *pick_guids(url.fragment)[-1:]]


def pick_guids(text: str) -> list[str]:
    """Return the parts of a text that are ids."""
    return [part for part in BREAKS.split(unquote(text)) if GUID.fullmatch(part)]


def read_seconds(seconds: float | None) -> float | None:
    """Return seconds that end. The range of an option lets NaN pass, or not, by the version of typer."""
    if seconds is not None and not 0 <= seconds <= MAX_SECONDS:
        raise typer.BadParameter(f"{seconds:.15g}: must be from 0 to {MAX_SECONDS}")
    return seconds


def read_proxy(proxy: str | None) -> str | None:
    """Return a proxy's URL. What is wrong with one is never quoted: there may be a password in it."""
    if proxy == "":  # as of a variable that is not set: the way would be another one than is meant
        raise typer.BadParameter(f"{proxy!r} is no URL of a proxy: leave the option out")
    try:
        check_proxy(proxy)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from None
    return proxy


def read_path(path: Path | None) -> Path | None:
    """Return the path of a file. Of an empty name Python makes the folder it is in."""
    if path == Path():
        raise typer.BadParameter("'' is no name of a file: leave the option out, or name one")
    return path


BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        callback=read_base_url,
        show_default=False,
        help="The AEx to use; by default AEX_BASE_URL, or pre-production. Its token must be in AEX_TOKEN.",
    ),
]
Journal = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        dir_okay=False,
        callback=read_path,
        show_default=False,
        help="The journal of orders; by default aex_async/orders.sqlite in your data folder.",
    ),
]
Patience = Annotated[
    float,
    typer.Option(callback=read_seconds, help="Seconds to keep looking while it is unclear what became of the order."),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print JSON for programs: one object, or one per line where there can be several."),
]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show PPPoE and Wi-Fi passwords too.")]
InSandbox = Annotated[bool, typer.Option("--sandbox", help="Use a sandbox that ends with the command, to try it out.")]
Proxy = Annotated[
    str | None,
    typer.Option(
        "--proxy",
        metavar="URL",
        callback=read_proxy,
        show_default=False,
        help="The proxy to use; by default HTTPS_PROXY, unless NO_PROXY exempts the host.",
    ),
]
CaBundle = Annotated[
    Path | None,
    typer.Option(
        "--ca-bundle",
        metavar="FILE",
        callback=read_path,
        show_default=False,
        help="The certificate authorities to trust, as PEM; by default SSL_CERT_FILE, SSL_CERT_DIR or the public ones.",
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        callback=read_seconds,
        show_default=False,
        help="Seconds for the whole command; an order that may exist by then is reported.",
    ),
]
PremiseId = Annotated[
    str,
    typer.Argument(
        metavar="ID", callback=read_typed_id, show_default=False, help="The premise: its id, or a portal's https URL."
    ),
]
ServiceId = Annotated[
    str,
    typer.Argument(
        metavar="SERVICE",
        callback=read_typed_id,
        show_default=False,
        help="The service: its id, or a portal's https URL.",
    ),
]
