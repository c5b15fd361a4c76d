"""One order, placed once; loaded by the first call that has to do with orders, and with it SQLite."""

from typing import TYPE_CHECKING

from aex_async._lazy import load_lazily

if TYPE_CHECKING:
    from aex_async._journal.live_senders import LONGEST
    from aex_async._orders.customers import People, PrivateEmail, find_customer, get_or_create
    from aex_async._orders.flow import Ordering, make_ordering
    from aex_async._orders.order_calls import create_service, make_order_calls, make_people
    from aex_async.journal import OrderJournal, check_journal
else:
    __getattr__ = load_lazily(
        __name__,
        {
            "LONGEST": "aex_async._journal.live_senders",
            **dict.fromkeys(
                ("People", "PrivateEmail", "find_customer", "get_or_create"), "aex_async._orders.customers"
            ),
            **dict.fromkeys(("Ordering", "make_ordering"), "aex_async._orders.flow"),
            **dict.fromkeys(("create_service", "make_order_calls", "make_people"), "aex_async._orders.order_calls"),
            **dict.fromkeys(("OrderJournal", "check_journal"), "aex_async.journal"),
        },
    )

__all__ = [
    "LONGEST",
    "OrderJournal",
    "Ordering",
    "People",
    "PrivateEmail",
    "check_journal",
    "create_service",
    "find_customer",
    "get_or_create",
    "make_order_calls",
    "make_ordering",
    "make_people",
]
