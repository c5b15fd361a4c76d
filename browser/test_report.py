"""The report of `aex qualify`: a page that is mailed to people, and opened from a folder."""

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.conftest import Opener

AEX = Path(sysconfig.get_path("scripts")) / "aex"
ADDRESSES = """address;ref
238 (Cottage), Railway Street, Hectorton;1
38 David Rd (Cottage), Oaktree, Krugersdorp;2
Railway Street;3
1 Nowhere Lane, A Village Whose Name Is So Long That No Column Of A Telephone Has Ever Had Room For It;4
<b>12</b> <script>alert(1)</script> Street;5
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    (folder / "a.csv").write_text(ADDRESSES)
    files = (folder / "a.csv", "-o", folder / "r.csv", "--report", folder / "r.html")
    subprocess.run([str(AEX), "qualify", *map(str, files), "--sandbox"], check=True)  # noqa: S603 - our own command
    return (folder / "r.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_fits_and_can_be_read_by_everybody(open_page: Opener, report: str, width: int, scheme: str) -> None:
    page = open_page(report, width=width, scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_it_asks_nobody_for_anything_and_runs_nothing(open_page: Opener, report: str) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report)
    assert asked == [report]
    expect(page.locator("body")).to_contain_text(re.compile("Nowhere Lane"))


def test_it_prints_on_paper(open_page: Opener, report: str) -> None:
    page = open_page(report, width=794, height=1123)  # A4 at 96 dots an inch
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    assert len(page.pdf(format="A4")) > 1_000
