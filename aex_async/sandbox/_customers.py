"""The customers of a sandbox: made-up ones, and those that signed up."""

import random
from collections.abc import Callable, Iterable

from attrs import define, field

from aex_async.sandbox._addresses import guid
from aex_async.sandbox._exchange import Row
from aex_async.sandbox._rows import CustomerRecord, customer_row

_FIRST_NAMES = (
    "Thandi",
    "Pieter",
    "Ayesha",
    "Sipho",
    "Megan",
    "Johan",
    "Lerato",
    "Grace",
    "Daniel",
    "Naledi",
)
_LAST_NAMES = ("Example", "Voorbeeld", "Mokoena-Sample", "Naidoo-Sample", "Specimen")
# The ids of step 2, of the order in step 5, of "Check customer service".
_DOCUMENTED_IDS = (
    "FC65F24E-AADD-440E-AF96-9CBBDFA50349",
    "4348AEF7-AD89-4309-AC29-DCB621C308CF",
    "8DC17240-9312-4EE0-A313-CF519657E2D3",
)
_SEEDED = 25
_SEARCHED_COLUMNS = ("email", "username", "first_name", "last_name", "id")
_DAY = 86_400.0


@define
class Customers:
    """The customers by id in listing order, each with an e-mail address of its own."""

    _ids: random.Random
    _rows: dict[str, Row] = field(factory=dict[str, Row], init=False)
    _columns: dict[str, str] = field(factory=dict[str, str], init=False)
    _taken: set[str] = field(factory=set[str], init=False)

    def __attrs_post_init__(self) -> None:
        for index in range(_SEEDED):
            customer_id = _DOCUMENTED_IDS[index] if index < len(_DOCUMENTED_IDS) else self.new_id()
            self.add(customer_id, _somebody(index), -_DAY * (_SEEDED - index))

    def new_id(self) -> str:
        """Return an id nobody has yet."""
        return guid(self._ids)

    def find(self, customer_id: str) -> Row | None:
        """Return a customer, ignoring the id's case."""
        return self._rows.get(customer_id.upper())

    def all(self) -> list[Row]:
        """Return every customer in listing order."""
        return list(self._rows.values())

    def search(self, matches: Callable[[str], bool]) -> list[Row]:
        """Return the customers whose columns, casefolded, a line each, pass a test."""
        return [self._rows[key] for key, columns in self._columns.items() if matches(columns)]

    def is_taken(self, email: str) -> bool:
        """Tell whether somebody has this e-mail address, ignoring case."""
        return email.casefold() in self._taken

    def add(self, customer_id: str, customer: CustomerRecord, at: float) -> None:
        """Add a customer at the end of the listing."""
        row = customer_row(customer_id, guid(self._ids), customer, at)
        self._rows[customer_id] = row
        self._columns[customer_id] = _read_columns(row)
        self._taken.add(customer.email.casefold())

    def restore(self, rows: Iterable[Row]) -> None:
        """Be these customers, in this order, and no others."""
        self._rows = {row["id"]: row for row in rows}
        self._columns = {key: _read_columns(row) for key, row in self._rows.items()}
        self._taken = {row["email"].casefold() for row in self._rows.values()}

    def move_to_head(self, customer_id: str) -> None:
        """List this customer before all others."""
        self._rows = {customer_id: self._rows.pop(customer_id), **self._rows}
        self._columns = {customer_id: self._columns.pop(customer_id), **self._columns}


def _read_columns(row: Row) -> str:
    return "\n".join(row[name] for name in _SEARCHED_COLUMNS).casefold()


def _somebody(index: int) -> CustomerRecord:
    first = _FIRST_NAMES[index % len(_FIRST_NAMES)]
    last = _LAST_NAMES[index % len(_LAST_NAMES)]
    email = f"{first}.{last}{index + 1}@{'example.co.za' if index % 2 else 'example.com'}".lower()
    return CustomerRecord(first, last, email, email, f"00055501{index:02}")


def passer_by(customer_id: str) -> CustomerRecord:
    """Return somebody who signs up behind the client's back."""
    email = f"passer-by-{customer_id[:13].lower()}@example.com"
    return CustomerRecord("Passer", "By", email, email, "0005550199")
