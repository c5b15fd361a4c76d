"""The commands that look something up: `aex customer`, `premises`, `products`, `premise` and `service`."""

from collections.abc import AsyncIterator
from typing import Annotated

import typer

from aex_async.cli import options
from aex_async.cli.connection import Connection, ask, connected
from aex_async.cli.console import leave
from aex_async.cli.exit_codes import FAILED
from aex_async.cli.records import print_record, print_rows, show_premise, show_product
from aex_async.client import AsyncAExClient
from aex_async.models import Customer, Product


def read_who(text: str) -> str:
    """Return an e-mail as it is, and of anything else the id."""
    return text if "@" in text and "://" not in text else options.read_typed_id(text)


Who = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMER", callback=read_who, show_default=False, help="The e-mail, the id, or a portal's https URL."
    ),
]


@connected
def customer(
    who: Who,
    *,
    json: options.Json = False,
    reveal: options.Reveal = False,
    connection: Connection,
) -> None:
    """Find the customer with exactly this e-mail, in any case, or with this id.

    For example:

    - `aex customer thandi.example1@example.com --sandbox`
    """

    async def look(aex: AsyncAExClient) -> None:
        print_record(await find_customer(aex, who), json=json, reveal=reveal)

    ask(look, connection)


async def find_customer(aex: AsyncAExClient, who: str) -> Customer:
    """Return the customer with this e-mail, or this id."""
    if "@" not in who:
        return await aex.get_customer(who)
    return await aex.find_customer(who) or leave(
        "No customer of yours has this e-mail", FAILED, kind="NotFoundError", advice="Check how it is spelt."
    )


@connected
def premises(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words of the address.", show_default=False)],
    *,
    limit: Annotated[int, typer.Option(min=1, help="The most addresses to show.")] = 20,
    json: options.Json = False,
    connection: Connection,
) -> None:
    """Search the addresses that fibre can reach. AEx searches loosely: read the address before you order.

    Finding nothing is an answer, not an error: the exit code is 0.

    For example:

    - `aex premises "Railway Street" --limit 5 --sandbox`
    """

    async def look(aex: AsyncAExClient) -> None:
        await print_rows("premises", aex.predefined_premises(query, limit=limit), show_premise, json=json)

    ask(look, connection)


@connected
def products(
    latitude: Annotated[
        float, typer.Argument(metavar="LATITUDE", help="Degrees; south is negative.", show_default=False)
    ],
    longitude: Annotated[
        float, typer.Argument(metavar="LONGITUDE", help="Degrees; west is negative.", show_default=False)
    ],
    *,
    json: options.Json = False,
    connection: Connection,
) -> None:
    """List what can be ordered at a point.

    For example:

    - `aex products -29.78 30.98 --sandbox`
    """

    async def look(aex: AsyncAExClient) -> None:
        await print_rows("products", list_products(aex, latitude, longitude), show_product, json=json)

    ask(look, connection)


async def list_products(aex: AsyncAExClient, latitude: float, longitude: float) -> AsyncIterator[Product]:
    """Yield what can be ordered at a point."""
    for product in await aex.available_products(latitude, longitude):
        yield product


@connected
def premise(
    premise_id: options.PremiseId,
    *,
    json: options.Json = False,
    connection: Connection,
) -> None:
    """Show one premise.

    For example:

    - `aex premise B002A6B4-6541-47A5-8438-BE8ACEAA6D82 --sandbox`
    """

    async def look(aex: AsyncAExClient) -> None:
        print_record(await aex.get_premise(premise_id), json=json)

    ask(look, connection)


@connected
def service(
    service_id: options.ServiceId,
    *,
    json: options.Json = False,
    reveal: options.Reveal = False,
    connection: Connection,
) -> None:
    """Show one service: what it is, where, and how far it has got.

    For example:

    - `aex service 34A39B28-8547-4853-9CAC-56F168EDE9D2 --sandbox`
    """

    async def look(aex: AsyncAExClient) -> None:
        print_record(await aex.get_service(service_id), json=json, reveal=reveal)

    ask(look, connection)
