"""What becomes of one address: the row that runs write, files show and reports are made of."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, cast, get_args

import msgspec
from attrs import Attribute, asdict, field, frozen

Outcome = Literal["exact", "probable", "ambiguous", "none", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
OffersFrom = Literal["premise", "around"]
"""Of where products are: of the premise's own point, or of four points around it that agree."""
EMPTY: Final = "the address is empty"
"""Why a row without an address `failed`. It is not `none`: nobody was asked, so nobody said no."""
MAX_ADDRESS: Final = 1000
"""Characters of an address. AEx's own have fewer than two hundred; reading costs more than in proportion."""
UNPLACED: Final = "AEx does not say where this premise is"
"""Why nobody knows whether a premise can be ordered: products are asked for at a point."""


@frozen(kw_only=True, eq=False)
class Address:
    """One address to qualify: its place in the input from 1 on, its text, and all columns that came with it.

    `trouble` says why it cannot be qualified, if its row could not be read as a whole.
    """

    row: int
    text: str
    columns: Mapping[str, Any] = field(factory=dict[str, Any])
    trouble: str | None = None


@frozen(kw_only=True)
class Offer:
    """An active product at a place, with its lowest monthly price, if it has one. Speeds are in Mbps."""

    id: str
    name: str | None = None
    speed_down: int | None = None
    speed_up: int | None = None
    currency: str | None = None
    price_incl: Decimal | None = None
    price_excl: Decimal | None = None

    @property
    def price(self) -> Decimal | None:
        """The price, with tax if AEx says it."""
        return self.price_excl if self.price_incl is None else self.price_incl


@frozen(kw_only=True)
class Candidate:
    """A premise that AEx knows, and how alike its address is, from 0 to 1."""

    guid: str
    full_text: str
    premise_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    deleted: bool = False
    area_id: str | None = None
    score: float = 0.0


@frozen(kw_only=True)
class Qualification:
    """What is known of one address.

    `match` is there if the outcome is `exact` or `probable`, `candidates` if it is `ambiguous`, `reason` if it `failed`
    or cannot be ordered. `parts` says what of the address was confirmed, inferred, missing or in conflict, part by
    part. `offers_from` says whether the offers are of the premise's own point (`premise`), or of four points around it
    that have the same ones (`around`); `None` if nothing was asked. `best` is the fastest offer, `cheapest` the one
    with the lowest price; none where the prices are of several currencies.
    """

    row: int
    address: str
    outcome: Outcome
    match: Candidate | None = None
    offers: tuple[Offer, ...] = ()
    offers_from: OffersFrom | None = None
    candidates: tuple[Candidate, ...] = ()
    reason: str | None = None
    columns: Mapping[str, Any] = field(factory=dict[str, Any])
    parts: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def orderable(self) -> bool:
        """Whether it can be ordered: a premise that is not deleted, and a product there."""
        return self.match is not None and not self.match.deleted and bool(self.offers)

    @property
    def best(self) -> Offer | None:
        """The fastest offer: by its speed down, then up."""
        fast = [offer for offer in self.offers if offer.speed_down is not None]
        return max(fast, key=lambda offer: (offer.speed_down or 0, offer.speed_up or 0), default=None)

    @property
    def cheapest(self) -> Offer | None:
        """The offer with the lowest monthly price."""
        priced = [offer for offer in self.offers if offer.price is not None]
        if len({offer.currency for offer in priced}) > 1:
            return None
        return min(priced, key=lambda offer: offer.price or Decimal(0), default=None)


# Numbers that came in go out with all of their digits, which a float would not keep.
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def dump(result: Qualification) -> str:
    """Return a result as one line of JSON, from which `load` makes the same one.

    What no JSON can hold is written as near as it can be: a number that is none is empty, half a character U+FFFD.
    """
    state = asdict(result, filter=_is_ours, value_serializer=_write)
    state["columns"] = {name: _write_column(value) for name, value in result.columns.items()}
    try:
        return _ENCODER.encode(state).decode()
    except UnicodeEncodeError:
        return _ENCODER.encode(_replace_halves(state)).decode()


def _write_column(value: Any) -> Any:
    """Return a value of an input without the Decimals that are no numbers, which the encoder would write as `NaN`."""
    if isinstance(value, dict):
        return {name: _write_column(item) for name, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_write_column(item) for item in cast("Sequence[Any]", value)]
    return None if isinstance(value, Decimal) and not value.is_finite() else value


def _replace_halves(value: Any) -> Any:
    """Return a value with U+FFFD for each surrogate that stands alone."""
    if isinstance(value, dict):
        return {_replace_halves(name): _replace_halves(item) for name, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_replace_halves(item) for item in cast("Sequence[Any]", value)]
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def _is_ours(attribute: "Attribute[Any]", _: object) -> bool:
    return attribute.name != "columns"


def _write(_: object, __: object, value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def load(line: str) -> Qualification:
    """Return the result that `dump` wrote."""
    state = _DECODER.decode(line)
    match = state.pop("match")
    return Qualification(
        match=match and _load_candidate(match),
        offers=tuple(_load_offer(offer) for offer in state.pop("offers")),
        candidates=tuple(_load_candidate(candidate) for candidate in state.pop("candidates")),
        **state,
    )


def _load_candidate(state: dict[str, Any]) -> Candidate:
    for name in ("latitude", "longitude", "score"):
        state[name] = None if state[name] is None else float(state[name])
    return Candidate(**state)


def _load_offer(state: dict[str, Any]) -> Offer:
    for name in ("price_incl", "price_excl"):
        state[name] = None if state[name] is None else Decimal(state[name])
    return Offer(**state)


Watch = Callable[[Qualification], None]
"""Is told of every result, as soon as it is written."""
