"""The command `aex work-orders`: what is being done for a service."""

from aex_async.cli import _options
from aex_async.cli._asking import ask, print_rows
from aex_async.cli._records import show_work_order
from aex_async.client import AsyncAExClient


def work_orders(
    service_id: _options.ServiceId,
    *,
    json: _options.Json = False,
    reveal: _options.Reveal = False,
    sandbox: _options.Trial = False,
    base_url: _options.BaseUrl = None,
) -> None:
    """List the work orders of a service.

    For example:

    - `aex work-orders 34A39B28-8547-4853-9CAC-56F168EDE9D2 --sandbox`
    """

    async def look(aex: AsyncAExClient) -> None:
        await print_rows("work_orders", aex.work_orders(service_id), show_work_order, json=json, reveal=reveal)

    ask(look, base_url, sandbox=sandbox)
