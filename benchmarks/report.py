"""The report: a table to read, JSON to compare, and a plot that needs no text."""

import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.lines import Line
from benchmarks.peers import import_peer

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("aex-async", "httpx", "aiohttp", "openai", "openapi-python-client", "requests", "pydantic", "msgspec")
HEAD = ("", "target", "measured", "spread", "", "nothing can beat")
FARTHEST = 10.0

FOOT = """\
Each figure is the median of the ratios of rounds in which both sides were measured in turn; the spread is the
lowest and the highest of them. More than 1 x is better where the target is `>=`, and worse where it is `<=`.
What misses its target is here as much as what meets it.
"""


def show_table(lines: Sequence[Line]) -> str:
    """Return the lines as a table of Markdown, which is also fit for a terminal."""
    rows = [HEAD, *(_make_row(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in rows)


def _make_row(line: Line) -> tuple[str, ...]:
    target = "" if line.target is None else line.target.describe(line.unit)
    if line.measured is None:
        return (line.name, target, "", "", line.note, line.bound)
    spread = f"{min(line.samples):.3g} to {max(line.samples):.3g}"
    return (line.name, target, f"{line.measured:.3g} {line.unit}", spread, line.verdict, line.bound)


def describe_place() -> dict[str, str]:
    """Return what the figures depend on."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        **{name: found for name in PACKAGES if (found := _find_version(name))},
    }


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def make_json(lines: Sequence[Line]) -> dict[str, Any]:
    """Return all that was measured as plain JSON."""
    return {
        "place": describe_place(),
        "lines": [
            {
                "group": line.group,
                "name": line.name,
                "target": None if line.target is None else line.target.describe(line.unit),
                "unit": line.unit,
                "median": line.measured,
                "samples": list(line.samples),
                "verdict": line.verdict,
                "bound": line.bound,
                "note": line.note,
            }
            for line in lines
        ],
    }


def write(lines: Sequence[Line], folder: Path = RESULTS) -> list[Path]:
    """Write the table, the JSON and, if matplotlib is installed, the plot; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    table, data = folder / "results.md", folder / "results.json"
    place = ", ".join(f"{name} {value}" for name, value in describe_place().items())
    table.write_text(f"# Results\n\n{show_table(lines)}\n\n{FOOT}\nMeasured with {place}.\n")
    data.write_text(json.dumps(make_json(lines), indent=2) + "\n")
    if not find_spec("matplotlib"):
        return [table, data]
    return [table, data, draw(lines, folder / "results.png")]


def rate(line: Line, value: float) -> float:
    """Return how many times better than its target a line came out: 1 is the target, more is better."""
    if line.target is None:
        raise ValueError(f"{line.name} has no target")
    if line.target.more:
        return value / line.target.limit
    return FARTHEST if value * FARTHEST <= line.target.limit else line.target.limit / value


def draw(lines: Sequence[Line], path: Path) -> Path:
    """Draw every line that has a target as a bar: to the right of the middle is better than the target."""
    shown = [line for line in lines if line.target is not None and line.measured is not None][::-1]
    figure = import_peer("matplotlib.figure").Figure(figsize=(12, 1.6 + 0.42 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for height, line in enumerate(shown):
        _draw_bar(axes, height, line)
    axes.axvline(1, color="black", linewidth=1.5)
    axes.set_xscale("log")
    axes.set_xlim(0.25, FARTHEST * 4)
    axes.set_xticks(
        [0.25, 0.5, 1, 2, 5, 10], ["4 x worse", "2 x worse", "the target", "2 x better", "5 x", "10 x or more"]
    )
    axes.minorticks_off()
    axes.set_yticks(range(len(shown)), [line.name for line in shown], fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title("aex_async against its targets (bar: median; whisker: lowest and highest round)", loc="left")
    figure.savefig(path, dpi=110)
    return path


def _draw_bar(axes: Any, height: int, line: Line) -> None:
    middle = rate(line, line.measured or 0)
    ends = sorted(rate(line, value) for value in line.samples)
    met = line.verdict == "met"
    axes.barh(height, middle - 1, left=1, color="#2a9d5c" if met else "#d1495b", height=0.6)
    axes.hlines(height, ends[0], ends[-1], color="black", linewidth=1)
    target = line.target.describe(line.unit) if line.target else ""
    axes.text(
        max(ends[-1], 1) * 1.05, height, f"{line.measured:.3g} {line.unit}  (target {target})", va="center", fontsize=9
    )
