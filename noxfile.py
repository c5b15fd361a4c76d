"""The workshop: bare `nox` is the whole check, and what CI runs.

Each session makes its own environment. Pythons that are not on this machine are skipped.
"""

import os
from pathlib import Path
from sys import version_info

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "typing", "tests", "lowest"]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
PARALLEL = ("-n", str(2 * (os.cpu_count() or 1)), "--dist", "worksteal")  # most tests wait more than they compute
LONG = (
    *("faults", "fuzz", "test_benchmarks.py", "test_chaos.py", "test_mutation.py", "test_soak.py"),
    *("test_orders.py", "cli/test_order.py", "cli/test_orders.py", "cli/test_work_orders.py"),
)
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def group(name: str) -> list[str]:
    """Return what a dependency group of pyproject.toml asks for."""
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting: ruff with every rule that is not excused in pyproject.toml."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types: mypy and pyright, both strict, and that every public name has one."""
    session.install(*group("typing"), "nox", f".[{','.join(EXTRAS)}]")
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "aex_async", "--ignoreexternal")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite on every Python, with warnings as errors; nox's own also asks for full coverage."""
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]")
    if session.python != f"{version_info.major}.{version_info.minor}" or session.posargs:
        session.run("pytest", *PARALLEL, *session.posargs)
        return
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *PARALLEL)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the suite, but for its long parts, on the lowest versions that pyproject.toml allows."""
    wanted = PROJECT["project"]["dependencies"] + [line for lines in EXTRAS.values() for line in lines]
    pins = [line.split(",")[0].replace(">=", "==") for line in wanted if ">=" in line]
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(pins))
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]", "--constraint", str(constraints))
    left_out = [f"--ignore=tests/{name}" for name in LONG]
    session.run("pytest", *PARALLEL, *left_out, *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the peers and the targets; `nox -s bench -- decoding --quick` measures a part, in short."""
    session.install(*group("bench"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Place 100,000 disturbed orders in virtual time, and kill 1,000 processes that place one; about 15 minutes."""
    session.install(*group("test"), "-e", ".[sandbox]")
    if session.posargs:
        session.run("python", "-m", *session.posargs)
        return
    session.run("python", "-m", "tests.chaos", "--orders", "100000", "--seed", "1")
    session.run("python", "-m", "tests.chaos.kill", "--kills", "1000", "--seed", "1")


@nox.session
def faults(session: nox.Session) -> None:
    """Meet every fault of the catalogue at full size, and count the cells by group; at most ten minutes."""
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("pytest", *PARALLEL, "--full", "-m", "fault", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Meet ten million bodies, a million raw answers and a million dates, changed by chance; about an hour."""
    session.install(*group("test"), "-e", ".[fast]")
    full = ("--bodies", "10000000", "--answers", "1000000", "--dates", "1000000", "--seed", "1")
    session.run("python", "-m", "tests.fuzz", *(session.posargs or full))


@nox.session
def soak(session: nox.Session) -> None:
    """Make 400,000 calls over loopback, faults and cancellations among them, and see that nothing grows."""
    session.install(*group("test"), "-e", ".[sandbox]")
    session.run("python", "-m", "tests.soak", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Put one small mistake after another into the modules that decide, and count those that are noticed."""
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("python", "-m", "tests.mutation", *session.posargs)
