"""The house keeps its own rules: layers, exported names, one home for each dependency."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from inspect import get_annotations, isfunction
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import pytest

import aex_async
from aex_async import client, errors, models, sandbox

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "aex_async"

# Imports point down only. A module of the package belongs to the zone of its longest entry here.
ZONES = (
    ("values", {"_version", "_lazy", "_base_errors", "_json", "_arguments", "_secret_names", "models", "errors"}),
    ("codec", {"_codec"}),
    ("http", {"_http", "aiohttp_transport", "otel"}),
    ("walks", {"_listing", "_bulk", "_client_calls"}),
    ("orders", {"_orders", "journal", "_journal"}),
    ("client", {"client", "__init__"}),
    ("applications", {"__main__", "cli", "qualify", "sandbox", "testing"}),
)
# Applications use the library as any user would. What each may know beyond its public names, and of the others:
ALLOWED = {
    "cli": {"_arguments", "_http", "_json", "_secret_names", "_version", "qualify", "sandbox"},
    "qualify": {"_version", "cli"},
    "sandbox": {"_json", "_version"},
    "testing": {"_journal", "_version", "sandbox"},  # whose threads take time that is not skipped
}
HOMES = {
    "aiohttp": {"aiohttp_transport", *(f"_http.aiohttp_{part}" for part in ("connections", "exchange"))},
    "cattrs": {"_codec"},
    "msgspec": {"_json", "qualify", "sandbox"},
    "httpcore": {"_http.guarded_stream"},
    "httpx": {"_http", "client", "aiohttp_transport", "sandbox", "cli"},
    "certifi": {"_http.trust"},
    "opentelemetry": {"otel"},
    "sqlite3": {
        "journal",
        "_journal.attempts",
        "_journal.file",
        "_journal.schema",
        "qualify.journal",
        "qualify.local_index",
    },
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
    "typer": {"cli", "qualify.command"},
    "rich": {"cli", "qualify.command"},
}


@cache  # a dozen tests ask for all of them
def find_imports(path: Path, *, hints: bool = False) -> frozenset[str]:
    """Return the full name of every module that a file imports, relative imports resolved.

    What it imports for type hints alone is left out, unless `hints`.
    """
    names: set[str] = set()
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if hints or not _is_for_hints(node)]
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            module = (base + (node.module or "")).rstrip(".")
            names.update(f"{module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def _is_for_hints(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def name_module(path: Path) -> str:
    """Return a file's name within the package, such as `_http.calls`; a folder's `__init__` goes by the folder's."""
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name if name == "__init__" else name.removesuffix(".__init__")


MODULES = {name_module(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def find_own_imports(path: Path) -> set[str]:
    """Return the modules of this package that a file imports, be it for type hints, by their names within it."""
    imports = find_imports(path, hints=True)
    names = {name.removeprefix("aex_async.") for name in imports if name.startswith("aex_async.")}
    return {name if name in MODULES else name.rpartition(".")[0] for name in names} & set(MODULES)


def is_within(module: str, places: Iterable[str]) -> bool:
    """Whether a module is one of the places, or in one."""
    return any(module == place or module.startswith(f"{place}.") for place in places)


def find_zone(module: str) -> int:
    """Return the number of the zone that a module belongs to."""
    depths = [depth for depth, (_, places) in enumerate(ZONES) if is_within(module, places)]
    assert depths, f"give {module} its zone in ZONES of {__file__}, and in CONTRIBUTING.md"
    return depths[0]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down_only(module: str) -> None:
    upward = {name for name in find_own_imports(MODULES[module]) if find_zone(name) > find_zone(module)}
    assert not upward


@pytest.mark.parametrize("application", sorted(ALLOWED))
def test_an_application_uses_the_library_as_any_user_would(application: str) -> None:
    used = {
        name
        for module, path in MODULES.items()
        if is_within(module, {application})
        for name in find_own_imports(path)
        if not is_within(name, {application})
    }
    others = {name for name, places in ZONES[-1:] for name in places}
    strange = {name for name in used if name.startswith("_") or is_within(name, others)}
    assert {name for name in strange if not is_within(name, ALLOWED[application])} == set()


def test_no_import_is_part_of_a_circle() -> None:
    graph = {module: find_own_imports(path) - {module} for module, path in MODULES.items()}
    while leaves := {module for module, wanted in graph.items() if not wanted & set(graph)}:
        graph = {module: wanted for module, wanted in graph.items() if module not in leaves}
    assert graph == {}


@pytest.mark.parametrize("dependency", sorted(HOMES))
def test_a_dependency_has_one_home(dependency: str) -> None:
    users = {module for module, path in MODULES.items() if dependency in {n.split(".")[0] for n in find_imports(path)}}
    assert users
    assert {module for module in users if not is_within(module, HOMES[dependency])} == set()
    assert all(any(is_within(module, {home}) for module in users) for home in HOMES[dependency])


@pytest.mark.parametrize("module", [aex_async, errors, models, sandbox], ids=lambda module: module.__name__)
def test_all_is_sorted_and_complete(module: ModuleType) -> None:
    names: list[str] = module.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(module, name) for name in names)


@pytest.mark.parametrize("module", [errors, models], ids=lambda module: module.__name__)
def test_every_public_class_is_exported(module: ModuleType) -> None:
    parts = [import_module(name) for name in sys.modules if is_within(name, {module.__name__})]
    defined = {
        name
        for part in parts
        for name, value in vars(part).items()
        if isinstance(value, type) and is_within(value.__module__, {module.__name__})
    }
    aliases = {"DateOrDatetime", "Scalar"}
    assert {name for name in defined if name[0] != "_" and len(name) > 1} == set(module.__all__) - aliases


def test_every_model_that_users_name_is_on_top() -> None:
    refs = {"CustomerRef", "DateOrDatetime", "Model", "PremiseRef", "ServiceRef", "Scalar"}  # parts of others
    assert set(models.__all__) - refs <= set(aex_async.__all__)


def test_no_route_has_a_body_of_more_than_a_few_lines() -> None:
    """A route costs a signature, a sentence and about a line."""
    tree = ast.parse(Path(client.__file__).read_text())
    cls = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    routes = [
        node
        for node in cls.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and "ISP flow" in (ast.get_docstring(node) or "")
    ]
    sizes = sorted(sum((part.end_lineno or 0) - part.lineno + 1 for part in node.body[1:]) for node in routes)
    assert len(sizes) >= 14
    assert sizes[len(sizes) // 2] <= 2


@pytest.mark.fault("C18")
def test_nothing_is_caught_that_could_be_a_cancellation() -> None:
    """`except BaseException` is allowed only where it raises on, or lets a cancellation pass before all else.

    Of a group, it is also allowed outside of all event loops.
    """
    passes = "if is_cancellation(error):\n    raise"
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        waits = any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and catches_cancellation(node, waits=waits):
                raises_on = isinstance(node.body[-1], ast.Raise) or ast.unparse(node.body[0]) == passes
                assert raises_on, f"{path}:{node.lineno}"


def catches_cancellation(handler: ast.ExceptHandler, *, waits: bool) -> bool:
    caught = handler.type or ast.Name("BaseException")
    names = {part.id for part in ast.walk(caught) if isinstance(part, ast.Name)}
    return "BaseException" in names or (waits and "BaseExceptionGroup" in names)


@pytest.mark.fault("R13")
def test_importing_the_library_brings_no_extra_and_no_sandbox() -> None:
    # rich is not among them: httpx imports it wherever it is installed.
    code = (
        "import sys, aex_async;"
        "extras = {'pyarrow', 'starlette', 'uvicorn', 'typer', 'aiohttp', 'distributed', 'opentelemetry'};"
        "extras |= {'aex_async.cli', 'aex_async.qualify', 'aex_async.sandbox'};"
        "print(sorted(extras & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert shown.stdout == "[]\n"


def test_importing_the_client_leaves_to_later_what_only_some_programs_use() -> None:
    """SQLite to orders, cattrs and the models of records to the first client, much of anyio to its calls."""
    late = {"cattrs", "sqlite3", "html", "anyio.abc", "anyio.lowlevel"}
    late |= {f"aex_async.models.{part}" for part in ("customers", "orders", "places", "services")}
    code = (
        # Without the command line of httpx, which brings some of it where it is installed.
        "import sys; sys.modules['click'] = None; import anyio, attrs, httpx, msgspec; known = set(sys.modules)\n"
        f"import aex_async; aex_async.AsyncAExClient; print({late} & (set(sys.modules) - known))"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # which needs SQLite
    shown = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=unmeasured, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "set()\n"


def test_a_client_has_every_model_before_its_first_call_but_those_of_orders() -> None:
    code = """
import sys
from aex_async import AsyncAExClient
AsyncAExClient("T")
print(sorted(name.removeprefix("aex_async.models.") for name in sys.modules if name.startswith("aex_async.models.")))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert shown.stdout == "['base', 'customers', 'places', 'results', 'services']\n"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are counted on POSIX alone")
def test_answers_are_given_by_a_process_that_has_no_file_left_to_open(backend: str) -> None:
    code = """
import os, resource, sys
import anyio, httpx
from aex_async import AsyncAExClient

async def answer(request):
    await anyio.lowlevel.checkpoint()
    if not request.url.path.endswith(("/customers", "/services")):
        return httpx.Response(200, json={"id": request.url.path.rpartition("/")[2]})
    return httpx.Response(200, json={"items": [{"id": "A"}], "total": 1})

async def main():
    async with AsyncAExClient("T", transport=httpx.MockTransport(answer)) as aex:
        await aex.get_premise("warm")
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        held = []
        try:
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        try:
            bulk = await aex.get_customers(["A", "B"])
            rows = [row.id async for row in aex.customers("a")]
            async with aex.lookups(aex.get_service, ["A"]) as stream:
                seen = [lookup.value.id async for lookup in stream]
        finally:
            for each in held:
                os.close(each)
        print(sorted(bulk.found), rows, seen)

anyio.run(main, backend=sys.argv[1])
"""
    shown = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, backend], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "['A', 'B'] ['A'] ['A']\n"


@pytest.mark.parametrize("name", sorted(vars(client.AsyncAExClient)))
def test_the_hints_of_the_client_can_be_read_at_run_time(name: str) -> None:
    method = vars(client.AsyncAExClient)[name]
    if isfunction(method):
        assert get_type_hints(method).keys() == get_annotations(method).keys()


def test_nothing_that_a_contributor_has_set_sways_the_suite() -> None:
    """As with a token of theirs, with which a test that forgot its own would go to the real AEx."""
    theirs = {"AEX_TOKEN": "canary", "https_proxy": "canary", "FORCE_COLOR": "1", "XDG_DATA_HOME": "canary"}
    code = "import os, tests.conftest; print(sorted({*os.environ} & {'PATH', *%r}))" % [*theirs]
    shown = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env={**os.environ, **theirs}, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert shown.stdout == "['PATH']\n"


def test_a_package_has_no_names_but_its_own_even_where_it_loads_some_late() -> None:
    assert aex_async.from_json is sys.modules["aex_async._codec.converter"].from_json
    with pytest.raises(AttributeError, match="module 'aex_async' has no attribute 'of_course_not'"):
        aex_async.of_course_not  # type: ignore[attr-defined]  # noqa: B018


def test_the_changelog_begins_with_this_version() -> None:
    head = re.search(r"^## \[(.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert head is not None
    assert head[1] == aex_async.__version__


def test_every_entry_of_the_changelog_is_whole() -> None:
    entries = re.findall(r"^- .*(?:\n  .*)*", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert entries
    assert [entry for entry in entries if not entry.endswith(".")] == []


def test_contributing_shows_the_zones_as_they_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    drawn = re.search(r"```text\n(7 applications.*?)```", text, re.DOTALL)
    assert drawn is not None
    lines = [line.split()[1:] for line in drawn[1].splitlines()]
    assert [(name, set(places)) for name, *places in lines][::-1] == list(ZONES)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_in_its_first_line_what_it_is(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    docstring = import_module(name).__doc__ or ""
    assert docstring.splitlines()[0].rstrip(".:")


@pytest.mark.fault("S18")
def test_every_dependency_has_a_lowest_version_and_what_reads_the_wire_a_safe_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [line for lines in project["optional-dependencies"].values() for line in lines]
    assert not [line for line in wanted if ">=" not in line and not line.startswith("aex-async[")]
    assert {"h11>=0.16", "httpcore>=1.0.9,<2", "httpx>=0.28.1,<0.29"} <= set(wanted)
