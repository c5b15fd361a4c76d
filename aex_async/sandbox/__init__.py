"""A stateful AEx in memory, to develop against or to test with.

    >>> import anyio, httpx
    >>> from aex_async.sandbox import Sandbox
    >>> sandbox = Sandbox()
    >>> async def main():
    ...     headers = {"Authorization": "Bearer sandbox-token"}
    ...     async with httpx.AsyncClient(transport=sandbox.transport(), headers=headers) as client:
    ...         url = "https://sandbox.example.com/premises/B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
    ...         return (await client.get(url)).json()["street_name"]
    >>> anyio.run(main)
    'Pompano Place'

Everything in it is made up. It behaves as the API's document says, oddities included (see `Oddities`); it
keeps a ledger of what was really written (see `LedgerEntry`), fails on request (see `Fault`, `Faults`).
`aex_async.sandbox.serving` serves it over HTTP, which needs the `sandbox` extra.
"""

from aex_async.sandbox._exchange import RequestRecord
from aex_async.sandbox._fault_rules import Faults
from aex_async.sandbox._faults import Effect, Fault, Handshake, Outcome
from aex_async.sandbox._oddities import Oddities
from aex_async.sandbox._routes import read_description
from aex_async.sandbox._sandbox import Sandbox
from aex_async.sandbox._state import LedgerEntry

__all__ = [
    "Effect",
    "Fault",
    "Faults",
    "Handshake",
    "LedgerEntry",
    "Oddities",
    "Outcome",
    "RequestRecord",
    "Sandbox",
    "read_description",
]
