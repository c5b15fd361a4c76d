"""The built site lacks nothing that users type, and none of its links is dead."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import typer.main

import aex_async
from aex_async import errors
from aex_async.cli import exit_codes
from aex_async.cli.app import app as aex
from aex_async.cli.schemas import COMMANDS, make_schemas
from aex_async.qualify.files.result_cells import KINDS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "aex_async"


class Page(HTMLParser):
    """What a page links to, what in it can be linked to, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif value and (tag, name) in {("a", "href"), ("img", "src"), ("link", "href"), ("script", "src")}:
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as the session `docs` does."""
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        str(ROOT / "docs"),
        str(folder),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own site
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def described(site: Path) -> set[str]:
    """Every Python object that the reference describes, by its full name."""
    inventory = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    return {line.split()[0] for line in inventory.splitlines() if line.split()[1].startswith("py:")}


def list_public_modules() -> Iterator[ModuleType]:
    """Yield the modules whose names are promised: those right in the package, without an underscore, and one more."""
    found = [each.name for each in pkgutil.iter_modules([str(PACKAGE)], "aex_async.") if "._" not in each.name]
    for name in [*found, "aex_async.sandbox.serving"]:
        if hasattr(module := importlib.import_module(name), "__all__"):
            yield module


def list_members(cls: type) -> Iterator[str]:
    """Yield what a class of ours lets users call or read, whoever of its ancestors in the package has it."""
    for owner in inspect.getmro(cls):
        if owner.__module__.startswith("aex_async"):
            yield from (name for name, value in vars(owner).items() if name[0] != "_" and is_told_of(value))


def is_told_of(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)


def test_every_public_name_and_what_it_can_do_is_described(described: set[str]) -> None:
    last = {name.rpartition(".")[2] for name in described}
    modules = [aex_async, *list_public_modules()]
    names = {name for module in modules for name in module.__all__ if not name.startswith("__")}
    assert {"AsyncAExClient", "match", "virtual_time", "serve_in_thread", "Fault", "AiohttpTransport"} <= names
    assert len(names) > 80
    submodules = {module.__name__.rpartition(".")[2] for module in modules}
    others = {"pytest_configure", "main"}  # called by pytest, and by the command
    assert sorted(names - last - submodules - others) == []


def test_every_method_of_the_client_and_the_journal_is_described(described: set[str]) -> None:
    for cls in (aex_async.AsyncAExClient, aex_async.OrderJournal, aex_async.Listing):
        members = {f"aex_async.{cls.__name__}.{name}" for name in list_members(cls)}
        assert members
        assert sorted(members - described) == []


def test_every_error_is_described_and_has_its_row(described: set[str], pages: dict[Path, Page], site: Path) -> None:
    names = [
        name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, errors.AExError)
    ]
    assert len(names) > 15
    assert [name for name in names if f"aex_async.errors.{name}" not in described] == []
    table = (ROOT / "docs/reference/errors.md").read_text().partition("```")[0]
    leaves = [name for name in names if not getattr(errors, name).__subclasses__()]
    assert [name for name in leaves if f"`{name}`" not in table] == []
    assert "advice" in pages[site / "reference" / "errors.html"].text


def walk_commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    shown = {below: inner for below, inner in getattr(command, "commands", {}).items() if not inner.hidden}
    for below, inner in shown.items():
        yield from walk_commands(inner, f"{name} {below}")


def test_every_command_and_each_of_its_options_is_described(pages: dict[Path, Page], site: Path) -> None:
    text = pages[site / "reference" / "command-line.html"].text
    commands = dict(walk_commands(typer.main.get_command(aex), "aex"))
    assert {"aex order", "aex orders resume", "aex qualify", "aex sandbox"} <= set(commands)
    for name, command in commands.items():
        begin = text.index(f"{name}¶")
        section = text[begin : text.find("¶", begin + len(name) + 1)]
        options = [
            option for each in command.params if not each.hidden for option in [*each.opts, *each.secondary_opts]
        ]
        assert [option for option in options if option.startswith("-") and option not in section] == [], name


def test_every_exit_code_is_explained() -> None:
    page = (ROOT / "docs/reference/exit-codes.md").read_text()
    explained = set(re.findall(r"\d+", " ".join(re.findall(r"^\| ([\d, ]+) \|", page, re.MULTILINE))))
    codes = {str(value) for name, value in vars(exit_codes).items() if name.isupper()}
    assert len(codes) > 5
    assert sorted({"0", *codes} - explained) == []


def test_every_variable_of_the_environment_that_is_read_is_explained() -> None:
    page = (ROOT / "docs/reference/environment.md").read_text()
    source = "".join(path.read_text() for path in [*PACKAGE.rglob("*.py"), ROOT / "aex_command.py"])
    wanted = r"\b(?:AEX_[A-Z_]+[A-Z]|XDG_[A-Z]+_HOME|[A-Z]+_PROXY|SSL_CERT_[A-Z]+|NO_COLOR)\b"
    variables = set(re.findall(wanted, source))
    assert {"AEX_TOKEN", "AEX_BASE_URL", "AEX_SESSION_COOKIE", "AEX_CUSTOMER_PASSWORD"} <= variables
    assert [name for name in sorted(variables) if f"`{name}`" not in page] == []


def test_every_extra_and_every_dependency_is_named() -> None:
    page = (ROOT / "docs/reference/extras.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    needed = [line for lines in [project["dependencies"], *extras.values()] for line in lines]
    packages = {re.split(r"[\[<>=;]", line)[0] for line in needed} - {"aex-async"}
    assert len(packages) > 15
    assert [name for name in sorted({*extras, *packages}) if f"`{name}`" not in page] == []


def test_no_option_is_printed_with_a_typographers_dash(pages: dict[Path, Page]) -> None:
    assert [str(path) for path, page in pages.items() if re.search(r"[\u2013\u2014][a-z]", page.text)] == []


def test_no_default_is_shown_as_machinery(pages: dict[Path, Page]) -> None:
    assert [str(path) for path, page in pages.items() if re.search(r"= (NOTHING|attr_dict|<)", page.text)] == []


def test_every_shape_of_json_has_its_row_and_all_of_its_own_fields() -> None:
    page = (ROOT / "docs/reference/json.md").read_text()
    shapes = make_schemas()["$defs"]
    assert len(shapes) > 10
    assert [name for name in shapes if f"`{name}`" not in page and name != "error"] == []
    assert [name for name in COMMANDS if f"`{name}`" not in page] == []
    records = {
        "customer",
        "predefined_premise",
        "product",
        "premise",
        "service",
        "work_order",
    }  # the models have theirs
    own = {name: shape.get("properties", {}) for name, shape in shapes.items() if name not in records}
    assert len([fields for fields in own.values() if fields]) > 5
    missing = {f"{name}.{field}" for name, fields in own.items() for field in fields if f"{field}`" not in page}
    assert {each for each in missing if each != "error.error"} == set()


def test_every_column_of_a_result_has_its_row() -> None:
    rows = "".join(re.findall(r"^\| (`aex_.*?) \|", (ROOT / "docs/reference/columns.md").read_text(), re.MULTILINE))
    assert len(KINDS) > 10
    assert [name for name in KINDS if f"`{name}`" not in rows] == []


def leads_somewhere(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Return whether the file that a page at `path` links to is there, and has the anchor."""
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    return target.exists() and (
        not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].anchors
    )


def test_no_link_within_the_site_is_dead(site: Path, pages: dict[Path, Page]) -> None:
    links = [(path, link) for path, page in pages.items() for link in page.links if not urlsplit(link).netloc]
    links = [(path, link) for path, link in links if not urlsplit(link).scheme]
    assert len(links) > 1000
    assert [f"{path.relative_to(site)}: {link}" for path, link in links if not leads_somewhere(link, path, pages)] == []
    index = site / "index.html"
    assert not leads_somewhere("nowhere.html", index, pages)
    assert not leads_somewhere("tutorial.html#nowhere", index, pages)


def test_the_summary_for_language_models_is_beside_the_pages_that_it_names(site: Path) -> None:
    links = re.findall(r"\]\((\S+?)\)", (site / "llms.txt").read_text())
    assert len(links) > 4
    assert [link for link in links if not (site / link).is_file()] == []
