"""The house keeps its own rules: layers, exported names, one home for each dependency."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import aex_async
from aex_async import client, errors, models, sandbox

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "aex_async"

# Imports point down only. A new module goes into the lowest layer that is above all it imports.
LAYERS = (
    {"_version", "errors"},
    {"_json", "_policy"},
    {"_arguments"},
    {"_credentials", "_heads", "_redaction", "models"},
    {"_answers", "_bulk", "_codec"},
    {"_paging", "_payloads", "_wire"},
    {"_lanes", "_verdicts", "journal"},
    {"_calls", "_customers", "aiohttp_transport"},
    {"_orders"},
    {"client"},
    {"__init__"},
)
APART = {"qualify", "sandbox"}, {"cli"}  # packages above the library, which never imports them
MACHINERY = {"cli": {"_arguments", "_version"}, "qualify": {"_bulk", "_version"}, "sandbox": {"_arguments", "_version"}}
HOMES = {
    "aiohttp": {"aiohttp_transport"},
    "cattrs": {"_codec"},
    "msgspec": {"_json"},
    "h11": {"_wire"},
    "httpcore": {"_heads"},
    "httpx": {"_heads", "_lanes", "_wire", "aiohttp_transport"},
    "certifi": {"_lanes"},
    "sqlite3": {"journal"},
    "ssl": {"_lanes", "_wire", "aiohttp_transport"},
}


def find_imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports when it runs."""
    tree = ast.parse(path.read_text())
    tree.body = [
        node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_own_imports(path: Path) -> set[str]:
    """Return the modules of this package that a file imports."""
    names = {name.split(".")[1] for name in find_imports(path) if name.startswith("aex_async.")}
    return {name for name in names if (PACKAGE / f"{name}.py").exists() or (PACKAGE / name).is_dir()}


MODULES = sorted(path.stem for path in PACKAGE.glob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down_only(module: str) -> None:
    depth = next((index for index, layer in enumerate(LAYERS) if module in layer), None)
    assert depth is not None, f"give {module} its place in LAYERS of {__file__}, and in CONTRIBUTING.md"
    below = {name for layer in LAYERS[:depth] for name in layer}
    assert find_own_imports(PACKAGE / f"{module}.py") <= below


@pytest.mark.parametrize("package", sorted(MACHINERY))
def test_what_stands_apart_uses_hardly_any_machinery(package: str) -> None:
    used = {name for path in (PACKAGE / package).glob("*.py") for name in find_own_imports(path)}
    assert {name for name in used if name.startswith("_")} <= MACHINERY[package]
    assert package == "cli" or not used & {"cli", "qualify", "sandbox"} - {package}


@pytest.mark.parametrize("dependency", sorted(HOMES))
def test_a_dependency_has_one_home(dependency: str) -> None:
    users = {
        module for module in MODULES if dependency in {n.split(".")[0] for n in find_imports(PACKAGE / f"{module}.py")}
    }
    assert users == HOMES[dependency]


@pytest.mark.parametrize("module", [aex_async, errors, models, sandbox], ids=lambda module: module.__name__)
def test_all_is_sorted_and_complete(module: ModuleType) -> None:
    names: list[str] = module.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(module, name) for name in names)


@pytest.mark.parametrize("module", [errors, models], ids=lambda module: module.__name__)
def test_every_public_class_is_exported(module: ModuleType) -> None:
    defined = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    assert {name for name in defined if name[0] != "_" and len(name) > 1} == set(module.__all__) - {"Scalar"}


def test_every_model_that_users_name_is_on_top() -> None:
    refs = {"CustomerRef", "Model", "PremiseRef", "ServiceRef", "Scalar"}  # parts of others
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
        and "isp-flow.txt" in (ast.get_docstring(node) or "")
    ]
    sizes = sorted(sum((part.end_lineno or 0) - part.lineno + 1 for part in node.body[1:]) for node in routes)
    assert len(sizes) >= 14
    assert sizes[len(sizes) // 2] <= 2


@pytest.mark.fault("C18")
def test_nothing_is_caught_that_could_be_a_cancellation() -> None:
    """`except BaseException` is allowed only where it raises on."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or "BaseException" in ast.unparse(node.type)):
                assert isinstance(node.body[-1], ast.Raise), f"{path}:{node.lineno}"


@pytest.mark.fault("R13")
def test_importing_the_library_brings_no_extra_and_no_sandbox() -> None:
    # rich is not among them: httpx imports it wherever it is installed.
    code = (
        "import sys, aex_async;"
        "extras = {'pyarrow', 'starlette', 'uvicorn', 'typer', 'aiohttp', 'distributed'};"
        "extras |= {'aex_async.cli', 'aex_async.qualify', 'aex_async.sandbox'};"
        "print(sorted(extras & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert shown.stdout == "[]\n"


def test_the_changelog_begins_with_this_version() -> None:
    head = re.search(r"^## \[(.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert head is not None
    assert head[1] == aex_async.__version__


def test_contributing_shows_the_layers_as_they_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    drawn = re.search(r"```layers\n(.*?)```", text, re.DOTALL)
    assert drawn is not None
    lines = [set(line.split()[1:]) for line in drawn[1].splitlines()]
    assert lines[::-1] == [*LAYERS, *APART]


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
