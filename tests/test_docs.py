"""The documentation does what it says: every block of code and shell runs, every name is there."""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest

import aex_async
from aex_async import errors
from aex_async.sandbox import Fault, Oddities, Sandbox
from aex_async.sandbox.serving import serve_in_thread

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if page.name[0] != "_")
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")


def name_page(page: Path) -> str:
    return str(page.relative_to(DOCS))


def make_commands(page: Path, folder: Path) -> Iterator[list[str]]:
    """Save the programs of a page as they say in their first line, and yield how each block is run."""
    for index, (language, code) in enumerate(BLOCK.findall(page.read_text())):
        if language == "sh":
            yield ["bash", "-euo", "pipefail", "-c", code]
            continue
        named = re.match(r"# (\w+\.py)\n", code)
        path = folder / (named[1] if named else f"block_{index}.py")
        path.write_text(code)
        if path.name.startswith("test_"):
            yield [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name]
        elif "FastAPI(" in code:
            yield [sys.executable, "-W", "error", "-c", f"import {path.stem}"]
        else:
            yield [sys.executable, "-W", "error", path.name]


@pytest.mark.parametrize("page", [page for page in PAGES if BLOCK.search(page.read_text())], ids=name_page)
def test_every_block_of_a_page_runs_as_it_stands(page: Path, tmp_path: Path) -> None:
    sandbox = Sandbox()
    scripts = sysconfig.get_path("scripts")
    with serve_in_thread(sandbox) as url:
        environment = {
            **os.environ,
            "AEX_TOKEN": str(sandbox.token),
            "AEX_BASE_URL": url,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "XDG_DATA_HOME": str(tmp_path),
        }
        without = {name: value for name, value in environment.items() if name not in ("AEX_TOKEN", "AEX_BASE_URL")}
        for command in make_commands(page, tmp_path):
            run = subprocess.run(  # noqa: S603 - the documentation's own code
                command,
                env=without if "pytest" in command else environment,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        assert (page.parent / link).exists(), link


def test_every_module_that_is_named_to_contributors_is_there() -> None:
    root = DOCS.parent
    paths = [str(path) for path in [*root.glob("*.py"), *root.glob("[!.]*/**/*.py")]]
    for name in ("CONTRIBUTING.md", "noxfile.py", "docs/architecture.md"):
        wanted = re.findall(r"[\w/]+\.py\b", (root / name).read_text())
        assert [path for path in wanted if not any(each.endswith(f"/{path}") for each in paths)] == [], name
    assert len(re.findall(r"[\w/]+\.py\b", (root / "noxfile.py").read_text())) > 10


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = {
        (index.parent / line.strip()).with_suffix(".md")
        for index in PAGES
        for tree in re.findall(r"```{toctree}\n(.*?)```", index.read_text(), re.DOTALL)
        for line in tree.splitlines()
        if line.strip() and not line.startswith(":")
    }
    assert set(PAGES) - listed == {DOCS / "index.md"}


def test_every_option_of_the_client_is_explained_with_its_default() -> None:
    page = (DOCS / "reference" / "options.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", page.partition("## How long")[0], re.MULTILINE))
    options = signature(aex_async.AsyncAExClient).parameters
    assert list(rows) == list(options)
    defaults = {name: f"`{option.default}`" for name, option in options.items() if option.default is not None}
    assert {name: rows[name] for name in defaults} == defaults
    assert len(defaults) > 5


def test_every_known_host_has_its_address() -> None:
    page = (DOCS / "reference" / "client.md").read_text()
    hosts = {name: value for name, value in vars(aex_async).items() if name.startswith(("PREPROD", "PRODUCTION"))}
    assert len(hosts) == 3
    assert [name for name, value in hosts.items() if f"aex_async.{name}\n   :value: '{value}'\n" not in page] == []


def test_the_summary_for_language_models_names_every_route() -> None:
    summary = (DOCS / "llms.txt").read_text()
    routes = [name for name in vars(aex_async.AsyncAExClient) if not name.startswith("_")]
    assert len(routes) > 30
    assert [name for name in routes if name not in summary] == []


@pytest.mark.parametrize("cls", [Oddities, Fault, errors.AExError], ids=lambda cls: cls.__name__)
def test_what_the_reference_is_made_of_has_docstrings(cls: type) -> None:
    assert cls.__doc__
