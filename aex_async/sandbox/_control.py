"""The sandbox steered over HTTP, beside the API that it plays: `/_sandbox`, a page for people, JSON for programs."""

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from ipaddress import ip_address
from typing import Any, Final, TypeAlias, TypeVar, cast

from attrs import asdict
from starlette.requests import Request as WebRequest
from starlette.responses import HTMLResponse, JSONResponse
from starlette.responses import Response as WebResponse
from starlette.routing import Route

from aex_async._json import is_deep
from aex_async.sandbox._faults import NAMES, Fault
from aex_async.sandbox._oddities import Oddities
from aex_async.sandbox._routes import read_description
from aex_async.sandbox._sandbox import Sandbox

T = TypeVar("T")

PREFIX: Final = "/_sandbox"
SHOWN: Final = 200  # entries of the ledger, and requests, in the overview; their own addresses have all
MAX_BODY: Final = 64 * 2**20  # bytes: of a snapshot of a hundred thousand orders

Json: TypeAlias = Any
Command: TypeAlias = Callable[[Sandbox, Json], Json]


class CommandError(Exception):
    """A command that the sandbox cannot obey, and why."""


def show_state(sandbox: Sandbox) -> dict[str, Json]:
    """Return what the page shows, and what a program looks at first."""
    ledger, requests = sandbox.ledger, sandbox.requests
    return {
        "seed": sandbox.seed,
        "now": sandbox.now(),
        "holds": {
            "customers": len(sandbox.customers),
            "predefined_premises": sandbox.count_places(),
            "products": len(sandbox.products),
            "services": len(sandbox.services),
            "work_orders": len(sandbox.work_orders),
        },
        "oddities": asdict(sandbox.oddities),
        "faults": list(sandbox.faults.rules),
        "fault_names": list(NAMES),
        "received": dict(sorted(sandbox.received.items())),
        "ledger": [asdict(entry) for entry in ledger[-SHOWN:]],
        "ledger_total": len(ledger),
        "requests": [asdict(record) for record in requests[-SHOWN:]],
    }


def _obey(command: Callable[[], T]) -> T:
    """Do what was asked for; raises `CommandError` for what cannot be done."""
    try:
        return command()
    except (RuntimeError, TypeError, ValueError) as error:
        raise CommandError(str(error)) from None


def _change_oddities(sandbox: Sandbox, data: Json) -> Json:
    sandbox.oddities = _obey(lambda: sandbox.oddities.changed(data))
    return asdict(sandbox.oddities)


def _set_oddities(sandbox: Sandbox, data: Json) -> Json:
    sandbox.oddities = _obey(lambda: Oddities().changed(data))
    return asdict(sandbox.oddities)


_RULE: Final = {"method", "path", "times", "skip", "rate"}


def add_fault(sandbox: Sandbox, data: Mapping[str, Any]) -> Json:
    """Add a fault, `{"fault": "late", "arguments": {"seconds": 5}, "path": "/customers"}`."""
    if strange := sorted(set(data) - _RULE - {"fault", "arguments"}):
        raise CommandError(f"a fault has no {strange[0]!r}: fault, arguments, {', '.join(sorted(_RULE))}")
    arguments = data.get("arguments", {})
    if not isinstance(arguments, dict):
        raise CommandError(f'arguments are an object, such as {{"seconds": 5}}, not {arguments!r}')
    fault = _obey(lambda: Fault.named(str(data.get("fault", "")), **arguments))
    _obey(lambda: sandbox.faults.add(fault, **{name: data[name] for name in _RULE & set(data)}))
    return list(sandbox.faults.rules)


def _clear_faults(sandbox: Sandbox, _: Json) -> Json:
    sandbox.faults.clear()
    return []


def _advance(sandbox: Sandbox, data: Json) -> Json:
    _obey(lambda: sandbox.advance(data.get("advance")))
    return {"now": sandbox.now()}


def _reset(sandbox: Sandbox, _: Json) -> Json:
    sandbox.reset()
    return show_state(sandbox)


def _take_snapshot(sandbox: Sandbox, _: Json) -> Json:
    return _obey(sandbox.snapshot)


def _restore(sandbox: Sandbox, data: Json) -> Json:
    _obey(lambda: sandbox.restore(data))
    return show_state(sandbox)


def _describe() -> Json:
    """Return the description as a server gives it out, which names that server alone."""
    return {**read_description(), "servers": [{"url": "/", "description": "This sandbox."}]}


COMMANDS: Final[Mapping[tuple[str, str], Command]] = {
    ("GET", "state"): lambda sandbox, _: show_state(sandbox),
    ("GET", "oddities"): lambda sandbox, _: asdict(sandbox.oddities),
    ("PATCH", "oddities"): _change_oddities,
    ("PUT", "oddities"): _set_oddities,
    ("GET", "faults"): lambda sandbox, _: list(sandbox.faults.rules),
    ("POST", "faults"): add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "ledger"): lambda sandbox, _: [asdict(entry) for entry in sandbox.ledger],
    ("GET", "requests"): lambda sandbox, _: [asdict(record) for record in sandbox.requests],
    ("GET", "clock"): lambda sandbox, _: {"now": sandbox.now()},
    ("POST", "clock"): _advance,
    ("POST", "reset"): _reset,
    ("GET", "snapshot"): _take_snapshot,
    ("PUT", "snapshot"): _restore,
    ("GET", "openapi.json"): lambda _, __: _describe(),
}
"""What is to be asked below `/_sandbox`. A change takes a JSON object, and answers how things stand then."""


def _make_endpoint(
    sandbox: Sandbox, hosts: frozenset[str] | None, command: Command
) -> Callable[[WebRequest], Awaitable[WebResponse]]:
    async def obey(request: WebRequest) -> WebResponse:
        if refusal := refuse_stranger(request, hosts):
            return _tell_error(403, refusal)
        try:
            data = await _read_body(request)
            return JSONResponse(command(sandbox, data))
        except CommandError as error:
            return _tell_error(400, str(error))

    return obey


def refuse_stranger(request: WebRequest, hosts: frozenset[str] | None) -> str | None:
    """Return why a request is refused that does not come from this machine, or from a page of another site."""
    if request.client is not None and not is_loopback(request.client.host):
        return "the sandbox is steered from the machine that it runs on"
    if not is_called_by(request, hosts):
        return "this host is not served here"
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
        return "the sandbox is not steered from pages of other sites"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_called_by(request: WebRequest, hosts: frozenset[str] | None) -> bool:
    """Whether a request's `Host` is this machine, an address, or one of `hosts`; `None` admits any.

    A page of another site can point a name of its own at this machine, and would otherwise steer the sandbox by it.
    It cannot bind an address to itself, so that addresses need no permission.
    """
    if hosts is None:
        return True
    name = request.url.hostname or ""
    return name in hosts or is_loopback(name) or _is_address(name)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _read_body(request: WebRequest) -> Json:
    if request.method in ("GET", "DELETE"):
        return {}
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise CommandError(f"the body is larger than {MAX_BODY:,} bytes")
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise CommandError("the body is not JSON") from None
    if is_deep([data]):  # what is refused is shown, and what is kept is copied, by recursion both
        raise CommandError("the body is nested too deep")
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # an escape of half a character, which no answer could hold
        raise CommandError("the body has half a character in it") from None
    if not isinstance(data, dict):
        raise CommandError("the body is not a JSON object")
    return cast("dict[str, Any]", data)  # an object of JSON, whose names are texts


def _tell_error(status: int, message: str) -> WebResponse:
    return JSONResponse({"error": message}, status)


def list_routes(sandbox: Sandbox, hosts: frozenset[str] | None) -> list[Route]:
    """Return the routes below `/_sandbox`, for requests from this machine that call it by one of `hosts`."""

    async def show_page(request: WebRequest) -> WebResponse:
        if refusal := refuse_stranger(request, hosts):
            return _tell_error(403, refusal)
        return HTMLResponse(read_page(), headers=PAGE_HEADERS)

    async def refuse(request: WebRequest) -> WebResponse:
        known = sorted({f"{method} {PREFIX}/{name}" for method, name in COMMANDS})
        return _tell_error(404, f"there is no {request.method} {request.url.path}: {', '.join(known)}")

    names = dict.fromkeys(name for _, name in COMMANDS)
    routes = [Route(PREFIX, show_page), Route(f"{PREFIX}/", show_page)]
    routes += [
        Route(f"{PREFIX}/{name}", _make_endpoint(sandbox, hosts, COMMANDS[method, name]), methods=[method])
        for name in names
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if (method, name) in COMMANDS
    ]
    return [*routes, Route(f"{PREFIX}/{{path:path}}", refuse, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


PAGE_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data:; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


def read_page() -> str:
    """Return the page for people."""
    return files("aex_async.sandbox").joinpath("page.html").read_text(encoding="utf-8")
