"""`python -m benchmarks` measures all there is; `python -m benchmarks calls decoding --quick` some, and in short."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import calls, decoding, imports, listings, memory, report, watching
from benchmarks.lines import QUICK, Line, Scale

MEASUREMENTS: Mapping[str, Callable[[Scale], list[Line]]] = {
    module.GROUP: module.measure for module in (calls, watching, listings, decoding, memory, imports)
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, print it, and write it down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=f"of {', '.join(MEASUREMENTS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds, for a first look")
    parser.add_argument("--results", type=Path, default=report.RESULTS, help="the folder to write to")
    chosen = parser.parse_args(arguments)
    groups: list[str] = chosen.groups or list(MEASUREMENTS)
    if unknown := set(groups) - set(MEASUREMENTS):
        parser.error(f"no group is called {', '.join(sorted(unknown))}: there are {', '.join(MEASUREMENTS)}")
    lines: list[Line] = []
    for group in groups:
        print(f"measuring {group} ...", flush=True)
        lines += MEASUREMENTS[group](QUICK if chosen.quick else Scale())
    print(report.show_table(lines))
    print(report.FOOT)
    for path in report.write(lines, chosen.results):
        print(path)


if __name__ == "__main__":
    main()
