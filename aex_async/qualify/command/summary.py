"""How a run of `aex qualify` ended, or what it will cost, for people or for programs."""

from collections import Counter
from collections.abc import Iterable

from aex_async.cli.format import Result
from aex_async.qualify import Address
from aex_async.qualify.command.progress import OUTCOMES, tell_counts
from aex_async.qualify.cost import count_places, estimate


def describe_ending(counts: Counter[str], *, addresses: int, requests: int) -> Result:
    """Return what came of a run that is complete, for programs; `addresses` is how many the file has."""
    by_outcome = {name: counts[name] for name in OUTCOMES}
    return {"outcome": "qualified", "addresses": addresses, "done": counts.total(), **by_outcome, "requests": requests}


def tell_ending(ended: Result) -> str:
    """Return the same for people."""
    counts = Counter({name: ended[name] for name in OUTCOMES})
    addresses, done = ended["addresses"], ended["done"]
    shown = (
        f"{done} addresses" if done == addresses else f"{done} of {addresses} addresses, for --limit leaves the rest"
    )
    made = f" {ended['requests']} requests were made." if ended["requests"] else ""
    return f"{shown}: {tell_counts(counts) or 'none in the file'}.{made}"


def describe_cost(left: Iterable[Address], *, addresses: int) -> Result:
    """Return how many requests qualifying what is left will take, for programs."""
    demand = count_places(left)
    cost = estimate(demand)
    return {
        "outcome": "dry_run",
        "addresses": addresses,
        "left": demand.total,
        "about": cost.about,
        "most": cost.most,
        "places": len(demand.places),
    }


def tell_cost(cost: Result) -> str:
    """Return the same for people."""
    places = f" {cost['places']} places are listed once each, as many addresses are there." if cost["places"] else ""
    return (
        f"{cost['left']} of {cost['addresses']} addresses are left to be asked for: about {cost['about']} requests, "
        f"at most {cost['most']}, without repeats of failed ones.{places} Nothing was sent."
    )
