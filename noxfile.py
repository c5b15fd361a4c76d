"""The workshop: bare `nox` is the whole check, and what CI runs.

Each session makes its own environment. Pythons that are not on the path are skipped, and the last session says which.
"""

import json
import os
import platform
import shutil
import subprocess
import time
from pathlib import Path
from sys import version_info
from xml.etree import ElementTree as ET

import nox

nox.needs_version = ">=2026.2"
nox.options.default_venv_backend = "virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "typing", "tests", "lowest", "free_threads", "pythons"]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
OWN = f"{version_info.major}.{version_info.minor}"
BEGUN = time.time()
PARALLEL = ("-n", str(2 * (os.cpu_count() or 1)), "--dist", "worksteal")  # most tests wait
# What other Pythons leave out, for it says nothing of them.
ONCE = [
    f"--ignore=tests/{name}"
    for name in (
        "test_benchmarks.py",  # that the benchmarks run: they are not installed
        "test_chaos.py",  # minutes of decisions in virtual time, by code that every other test runs as well
        "test_mutation.py",  # what judges the suite itself
        "test_site.py",  # the site is built on one Python; the code on it is run on all, by test_docs.py
    )
]
# What the lowest versions and the sdist run: what reads, decides, keeps and matches.
SHORT = [
    f"tests/{name}"
    for name in (
        *(
            "test_codec.py",
            "test_converter.py",
            "test_json.py",
            "test_models.py",
            "test_listing.py",
            "test_decisions.py",
        ),
        *("test_retry_policy.py", "test_errors.py", "test_journal.py", "test_house.py", "sandbox/test_world.py"),
        *("sandbox/test_flow.py", "testing", "qualify/matching", "qualify/files"),
    )
]
# What the lowest versions run besides: what they can take another way, and what users have beside the library.
BESIDE = ("opentelemetry", "pytest-httpx", "respx", "trio", "vcrpy")
MEETINGS = [f"tests/test_{name}.py" for name in ("own_types", "otel", "interception")]
# What a sandbox answers the client in.
CLIENT = [
    "tests/faults/test_listings.py",
    "tests/test_order_customers.py",
    "tests/test_orders.py",
    "tests/test_orders_again.py",
    "tests/test_orders_given_up.py",
    "tests/test_orders_in_patience.py",
    "tests/test_orders_told_apart.py",
    "tests/testing",
]
NODE_TOOLS = ("@redocly/cli@2", "@stoplight/prism-cli@5")
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
    """Run the suite with warnings as errors: whole and covered on nox's own Python, all but `ONCE` on the others."""
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]")
    report = f"--junit-xml={place_report(str(session.python))}"
    if session.posargs:
        session.run("pytest", *PARALLEL, *session.posargs)
    elif session.python != OWN:
        session.run("pytest", *PARALLEL, *ONCE, report)
    else:
        session.run("coverage", "erase")
        session.run("coverage", "run", "-m", "pytest", *PARALLEL, report)
        session.run("coverage", "combine", "--quiet")
        # Newer Pythons tell coverage of some branches otherwise: the number that must be reached is the lowest one's.
        session.run("coverage", "report", *([] if session.python == PYTHONS[0] else ["--fail-under=0"]))


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the short suite, and meet what users have beside the library, on the lowest versions of pyproject.toml."""
    wanted = PROJECT["project"]["dependencies"] + [line for lines in EXTRAS.values() for line in lines]
    wanted += [line for line in group("test") if line.startswith(BESIDE)]
    pins = [line.split(",")[0].replace(">=", "==") for line in wanted if ">=" in line]
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(pins))
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]", "--constraint", str(constraints))
    session.run("pytest", *PARALLEL, *(session.posargs or SHORT + MEETINGS))


@nox.session(python=["3.14t", "3.15t"])  # on 3.13t msgspec cannot be built
def free_threads(session: nox.Session) -> None:
    """Run a client a thread, all at once, on the Pythons without a global lock that there are."""
    session.install("pytest", "trio", ".[sandbox]")
    # No `-X gil=0`: a dependency that would switch the lock on again says so in a warning, which is an error here.
    session.run("pytest", *(session.posargs or ["tests/test_threads.py"]))


@nox.session(python=False)
def pythons(session: nox.Session) -> None:
    """Tell what became of the suite on each Python; fail if one that is installed was left out."""
    installed = {version: release for version in PYTHONS if (release := find_release(version))}
    tested = {version: summary for version in installed if (summary := sum_up(version))}
    for version, release in installed.items():
        session.log(f"Python {release:<9} {tested.get(version, 'not tested')}")
    if left_out := installed.keys() - tested.keys():
        session.error(f"installed, but the suite did not run on it: Python {', '.join(sorted(left_out))}")


def place_report(version: str) -> Path:
    """Return where the suite's report of a Python goes."""
    return Path(".nox").absolute() / f"suite-{version}.xml"


def find_release(version: str) -> str | None:
    """Return which release `python3.x` is; `None` if the path has none, or only a stand-in of pyenv's that fails."""
    if version == OWN:
        return platform.python_version()
    command = shutil.which(f"python{version}")
    answer = command and subprocess.run([command, "-V"], capture_output=True, text=True, check=False)
    return answer.stdout.split()[1] if answer and answer.returncode == 0 else None


def sum_up(version: str) -> str | None:
    """Return what the suite's report of a Python says; `None` if it has none since nox began."""
    report = place_report(version)
    if not report.exists() or report.stat().st_mtime < BEGUN:
        return None
    suite = next(ET.parse(report).iter("testsuite"))
    bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    passed = int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    size = "the whole suite" if version == OWN else "all that a Python can change"
    return f"{passed} passed, {bad} failed, {float(suite.get('time', 0)):.0f} s, {size}"


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel into `dist`, check both, use the wheel, and run the suite, in short, from the sdist."""
    shutil.rmtree("dist", ignore_errors=True)
    session.install(*group("build"), *group("test"))
    session.run("python", "-m", "build", "--outdir", "dist")
    [sdist], [wheel] = Path("dist").glob("*.tar.gz"), Path("dist").glob("*.whl")
    session.run("twine", "check", "--strict", str(sdist), str(wheel))
    extras = ",".join(EXTRAS)
    session.install(f"{wheel.absolute()}[{extras}]")
    place = Path(session.create_tmp())
    shutil.unpack_archive(sdist, place, filter="data")
    with session.chdir(place):  # where only the wheel can be imported
        session.run("aex", "demo")
    with session.chdir(place / sdist.name.removesuffix(".tar.gz")):
        session.install("-e", f".[{extras}]")
        session.run("pytest", *PARALLEL, *(session.posargs or SHORT[:-1]))


@nox.session
@nox.parametrize("extra", ["", *EXTRAS], ids=["none", *EXTRAS])
def extras(session: nox.Session, extra: str) -> None:
    """Install each extra alone: what it promises works, and the rest says which one is missing; about five minutes."""
    session.install(f".[{extra}]" if extra else ".")
    session.run("python", "extras/promises.py", extra)


@nox.session
def audit(session: nox.Session) -> None:
    """Write what the library is installed with to `sbom.json`, and ask whether any of it is known to be vulnerable."""
    session.install(*group("audit"))
    installed = Path(session.create_tmp()) / "installed"  # of its own: neither pip nor the tools of this session
    session.run("python", "-m", "venv", "--clear", "--without-pip", str(installed))
    python = str(installed / "bin" / "python")
    session.run("python", "-m", "pip", "--python", python, "install", "--quiet", f".[{','.join(EXTRAS)}]")
    session.run("cyclonedx-py", "environment", python, "--pyproject", "pyproject.toml", "--output-file", "sbom.json")
    answer = Path("audit.json")
    answer.unlink(missing_ok=True)
    [packages] = (installed / "lib").glob("python*/site-packages")
    session.run("pip-audit", "--path", str(packages), "--format", "json", "--output", str(answer), success_codes=[0, 1])
    if problem := find_weakness(answer):
        session.error(problem)


def find_weakness(answer: Path) -> str | None:
    """Return what is wrong by the answer of pip-audit, which passes what it could not ask about."""
    if not answer.exists():
        return "the vulnerability service did not answer: nothing is known about what is installed"
    packages = [
        each for each in json.loads(answer.read_text())["dependencies"] if each["name"] != PROJECT["project"]["name"]
    ]
    if vulnerable := [f"{each['name']} {each['version']}" for each in packages if each.get("vulns")]:
        return f"known to be vulnerable, see {answer}: {', '.join(vulnerable)}"
    if unknown := [each["name"] for each in packages if "skip_reason" in each]:
        return (
            f"the vulnerability service does not know {len(unknown)} of {len(packages)} packages: {', '.join(unknown)}"
        )
    return None


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into docs/_build, with warnings as errors; its code is run by tests/test_docs.py."""
    session.install(*group("docs"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("sphinx-build", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html", *session.posargs)


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
    session.run("python", "-m", "tests.chaos", "--orders", "20000", "--seed", "2", "--brought")
    session.run("python", "-m", "tests.chaos", "--orders", "100000", "--seed", "1", "--adversary")
    session.run("python", "-m", "tests.chaos.kill", "--kills", "1000", "--seed", "1")
    session.run("python", "-m", "tests.chaos.sockets", "--orders", "2000", "--kills", "60", "--seed", "1")


@nox.session
def contract(session: nox.Session) -> None:
    """Hold the OpenAPI description against validators, two generators, Prism and 10,000 cases by schemathesis."""
    session.install(*group("contract"), "-e", ".[sandbox]")
    tools = session.create_tmp()
    # Node comes from a wheel, so that nobody has to have it; npm alone must be able to reach its registry.
    session.run("npm", "install", "--no-audit", "--no-fund", "--prefix", tools, *NODE_TOOLS)
    session.run("python", "-m", "contract", "--tools", tools, *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Meet every fault of the catalogue at full size, and count the cells by group; at most ten minutes."""
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("pytest", *PARALLEL, "--full", "-m", "fault", *session.posargs)


@nox.session
def met(session: nox.Session) -> None:
    """Run the client's tests before sandboxes as odd as the framework was met to be; two minutes."""
    session.install(*group("test"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("pytest", *PARALLEL, "--met", *(session.posargs or CLIENT))


@nox.session
def fuzz(session: nox.Session) -> None:
    """Meet ten million bodies, a million raw answers and a million dates, changed by chance; about an hour."""
    session.install(*group("test"), "-e", ".[fast]")
    full = ("--bodies", "10000000", "--answers", "1000000", "--dates", "1000000", "--seed", "1")
    session.run("python", "-m", "tests.fuzz", *(session.posargs or full))


@nox.session
def telemetry(session: nox.Session) -> None:
    """Have Sentry, OpenTelemetry, Datadog, Elastic and New Relic, in the flesh, watch every route; about a minute."""
    session.install(*group("telemetry"), "-e", ".[sandbox]")
    for path in sorted(Path("telemetry").glob("test_*.py")):  # each in a process of its own: they patch the same places
        session.run("pytest", str(path), "-W", "default", *session.posargs)


@nox.session
def beside(session: nox.Session) -> None:
    """Order over what others build on httpx, and test beside other plugins of pytest; about a minute."""
    session.install(*group("beside"), "-e", ".[fast,sandbox]")
    # Each of the plugins is asked for where it is met: the others would change how this suite itself runs.
    alone = ("-p", "no:asyncio", "-p", "no:randomly", "-p", "no:trio", "-p", "no:socket", "-W", "default")
    session.run("pytest", "beside", *alone, *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the sandbox's page, and at a report, in a headless Chromium; photographs go to .nox/screenshots."""
    session.install(*group("browser"), "-e", f".[{','.join(EXTRAS)}]")
    session.run("pytest", "browser", *session.posargs)


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
