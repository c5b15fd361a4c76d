"""A page of every listing, decoded by us, by pydantic, and by msgspec at its best."""

from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from time import process_time
from typing import Any

import msgspec

from aex_async import PredefinedPremise
from aex_async._codec import Codec
from benchmarks.lines import Line, Scale, Target, divide, interleave
from benchmarks.peers import import_peer
from benchmarks.rows import LISTINGS, Listing, make_page

GROUP = "decoding"
COUNT = 100
CODEC = Codec()
OURS, PYDANTIC, MSGSPEC = "aex_async", "pydantic", "msgspec structs"


@cache
def make_decoders(listing: Listing) -> dict[str, Callable[[bytes], Any]]:
    """Return what turns the body of a page into its rows, by name; what is not installed is left out."""
    decoders: dict[str, Callable[[bytes], Any]] = {OURS: lambda body: CODEC.read_rows(body, listing.model)}
    if find_spec("pydantic"):
        twins = import_peer("benchmarks.twins")
        spaced = listing.model is not PredefinedPremise
        decoders[PYDANTIC] = twins.make_pydantic_page(listing.model, spaced=spaced).model_validate_json
        decoders[MSGSPEC] = msgspec.json.Decoder(twins.make_struct_page(listing.model, spaced=spaced)).decode
    return decoders


def clock_decoding(decode: Callable[[bytes], Any], body: bytes, times: int) -> float:
    """Return the seconds of CPU that decoding a page so many times takes."""
    start = process_time()
    for _ in range(times):
        decode(body)
    return process_time() - start


def measure(scale: Scale) -> list[Line]:
    """Return the lines of decoding."""
    lines: list[Line] = []
    for listing in LISTINGS:
        body = make_page(listing.make, COUNT, total=COUNT)
        decoders = make_decoders(listing)
        runs = {name: partial(clock_decoding, decode, body, scale.decodings) for name, decode in decoders.items()}
        interleave(1, runs)
        found = interleave(3 * scale.rounds, runs)
        for peer, target, bound in (
            (PYDANTIC, Target(1), "about 0.2 to 0.4 x: the parser alone, with types checked, before dates are read"),
            (MSGSPEC, None, "1 x: msgspec parses for both, and we also read dates, keep what is unknown, and freeze"),
        ):
            lines.append(
                Line(
                    GROUP,
                    f"{COUNT} {listing.name} decoded, against {peer}",
                    target,
                    divide(found[OURS], found[peer]) if peer in found else (),
                    bound,
                    note="" if peer in found else f"{peer}: not installed",
                )
            )
    return lines
