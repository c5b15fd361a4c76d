"""What is built for an index: the wheel holds the library alone, the sdist all that its own check needs."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, TOOLS = PYPROJECT["project"], PYPROJECT["tool"]
CODE = [name for name in TOOLS["mypy"]["files"] if not name.endswith(".py")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both, as an installer would."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], check=True, cwd=ROOT)  # noqa: S603
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    [path] = built.glob("*.whl")
    return zipfile.ZipFile(path)


def list_files(folder: str) -> set[str]:
    """Return the files beneath a folder of the project, as an archive names them."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in paths}


def read_metadata(wheel: zipfile.ZipFile) -> Message:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return HeaderParser().parsestr(wheel.read(name).decode())


def test_the_wheel_holds_the_package_whole_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == list_files("aex_async") | {"aex_command.py"}
    assert "aex_async/py.typed" in names


def test_the_wheel_holds_the_licence_and_the_entry_points(wheel: zipfile.ZipFile) -> None:
    files = {PurePosixPath(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert wheel.read(files["LICENSE"]) == (ROOT / "LICENSE").read_bytes()
    assert files["LICENSE"].endswith(".dist-info/licenses/LICENSE")
    assert wheel.read(files["entry_points.txt"]).decode().split() == [
        *("[console_scripts]", "aex", "=", "aex_command:main"),
        *("[pytest11]", "aex_async.testing", "=", "aex_async.testing"),
    ]


def test_the_metadata_says_what_an_index_shows(wheel: zipfile.ZipFile) -> None:
    facts = read_metadata(wheel)
    assert facts["Requires-Python"] == PROJECT["requires-python"]
    assert facts["License-Expression"] == "MIT"
    assert facts["Description-Content-Type"] == "text/markdown"
    assert {line.partition(",")[0] for line in facts.get_all("Project-URL", [])} == set(PROJECT["urls"])
    assert set(facts.get_all("Provides-Extra", [])) == set(PROJECT["optional-dependencies"])
    assert facts.get_payload() == (ROOT / "README.md").read_text()


def test_every_link_of_the_readme_works_on_an_index_page() -> None:
    links = re.findall(r"\]\(([^)]*)\)", (ROOT / "README.md").read_text())
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    own = [link.removeprefix(f"{PROJECT['urls']['Source']}/blob/main/") for link in links if "/blob/main/" in link]
    assert len(own) > 10
    assert [path for path in own if not (ROOT / path).is_file()] == []


def test_the_project_has_one_address() -> None:
    source: str = PYPROJECT["project"]["urls"]["Source"]
    name = source.rpartition("/")[2]
    patterns = ("*.md", "docs/**/*.md", ".github/**/*.yml", "pyproject.toml")
    texts = [path.read_text() for pattern in patterns for path in ROOT.glob(pattern)]
    # A move that forgets a page leaves it with the owner of before.
    named = {link for text in texts for link in re.findall(rf"https://github\.com/[\w-]+/{name}\b", text)}
    assert named == {source}


def test_the_sdist_holds_what_its_own_check_needs(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        top = path.name.removesuffix(".tar.gz")
        files = {member.name.removeprefix(f"{top}/"): member for member in sdist.getmembers()}
    documents = {path.name for path in ROOT.glob("*.md")}
    code = set[str]().union(*(list_files(folder) for folder in CODE))
    assert {".ci/run", "LICENSE", "noxfile.py", "pyproject.toml", *documents} | code <= set(files)
    assert files[".ci/run"].mode & 0o111


def test_the_sdist_holds_every_folder_that_the_check_looks_at() -> None:
    included = TOOLS["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {f"/{name}" for name in (*CODE, ".ci", ".github", "noxfile.py", "*.md")} <= set(included)


def test_every_claimed_python_is_checked_before_a_release() -> None:
    claimed = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert claimed == ["3.11", "3.12", "3.13", "3.14", "3.15"]
    assert PROJECT["requires-python"] == f">={claimed[0]}"
    workflow = (ROOT / ".github/workflows/check.yml").read_text()
    assert f"python: {json.dumps(claimed)}" in workflow


def test_the_hosted_workflows_run_sessions_that_there_are() -> None:
    sessions = set(re.findall(r"^def (\w+)\(session: nox\.Session\)", (ROOT / "noxfile.py").read_text(), re.MULTILINE))
    named = {
        name.partition("-")[0]
        for workflow in (ROOT / ".github/workflows").iterdir()
        for line in re.findall(r"nox -s ([\w. -]+?)(?= --|\$|\n)", workflow.read_text())
        for name in line.split()
    }
    assert named == {"lint", "typing", "lowest", "tests", "free_threads", "build", "audit"}
    assert named <= sessions
