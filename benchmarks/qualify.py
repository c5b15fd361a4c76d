"""Qualify many addresses against a sandbox in a process of its own: how long, whose CPU, how much memory.

python -m benchmarks.qualify [--addresses 100000] [--dask local:2]
"""

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

from attrs import frozen

from aex_async.sandbox import Sandbox

AEX: Final = str(Path(sysconfig.get_path("scripts")) / "aex")
FEW: Final = 1_000


@frozen(kw_only=True)
class Run:
    """What one run of the command took."""

    addresses: int
    seconds: float
    own: float
    peak: float
    said: str


@contextlib.contextmanager
def served(more: int) -> Generator[tuple[int, dict[str, str]]]:
    """Serve a sandbox in another process; give its id, and the environment that reaches it."""
    command = [AEX, "sandbox", "--port", "0", "--more-addresses", str(more)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        told = "".join(process.stdout.readline() for _ in range(2))
        yield process.pid, {**os.environ, **dict(re.findall(r"export (\w+)=(\S+)", told))}
        process.send_signal(signal.SIGINT)
        print(f"the sandbox says: {process.communicate()[1].splitlines()[-1]}")


def write_addresses(path: Path, count: int, more: int) -> None:
    """Write addresses of the sandbox as people write them: most as they are, some shortened, misspelt or unknown."""
    rows = Sandbox(more_addresses=more).predefined_premises
    with path.open("w") as file:
        for number in range(count):
            file.write(_misspell(str(rows[number % len(rows)]["full_text"]), number) + "\n")


def _misspell(text: str, number: int) -> str:
    match number % 10:
        case 0:
            return text.replace("Street", "St").replace("Road", "Rd").replace("Avenue", "Ave").partition(", ZA")[0]
        case 1:
            return text.replace("a", "", 1)
        case 2:
            return f"{number} Nowhere Lane, Atlantis"
        case _:
            return text


def measure(path: Path, count: int, settings: dict[str, str], *options: str) -> Run:
    """Run the command once, and look at it, without its workers if it has any, until it ends."""
    began, cpu, peak = time.perf_counter(), 0.0, 0.0
    command = [AEX, "qualify", str(path), "-o", str(path.with_suffix(".csv")), "--at-once", "20", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings) as process:  # noqa: S603 - our own
        while process.poll() is None:
            cpu, peak = max(cpu, read_cpu(process.pid)), max(peak, read_peak(process.pid))
            time.sleep(0.2)
        said = process.communicate()[1]
    seconds = time.perf_counter() - began
    return Run(addresses=count, seconds=seconds, own=cpu, peak=peak, said=said.splitlines()[-1])


def read_peak(pid: int) -> float:
    """Return the most memory that a process had so far, in MiB; 0 once it has ended."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def read_cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure a small run and a large one, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=100_000)
    parser.add_argument("--dask", help="a cluster, as aex qualify takes it")
    told = parser.parse_args()
    wanted: int = told.addresses
    options = ("--dask", str(told.dask)) if told.dask else ()
    with tempfile.TemporaryDirectory() as folder, served(wanted) as (pid, settings):
        peaks = list[float]()
        for count in (FEW, wanted):
            path = Path(folder) / f"{count}.txt"
            write_addresses(path, count, wanted)
            before = read_cpu(pid)
            run = measure(path, count, settings, *options)
            peaks.append(run.peak)
            print(
                f"{run.addresses} addresses in {run.seconds:.1f} s, {run.addresses / run.seconds:.0f} a second; CPU: "
                f"{run.own:.1f} s of the command, {read_cpu(pid) - before:.1f} s of the sandbox; "
                f"peak {run.peak:.1f} MiB. {run.said}"
            )
        print(f"memory above the small run: {peaks[1] - peaks[0]:.1f} MiB")


if __name__ == "__main__":
    main()
