"""A headless Chromium, and what it is shown: a sandbox that has been used."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = """There is no Chromium to look with, so nothing of what people see has been looked at. Install one
(Debian: apt install chromium; elsewhere: playwright install chromium), or name it in the variable CHROMIUM."""
SHOTS = Path(os.environ.get("SCREENSHOTS", ".nox/screenshots"))

Opener = Callable[..., Page]


def launch(playwright: Playwright) -> Browser:
    """Return the Chromium that CHROMIUM names, or the path has, or playwright has downloaded."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=found)
    except Error as error:
        pytest.exit(f"{MISSING}\n\n{str(error).splitlines()[0]}", returncode=1)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serve_in_thread(sandbox) as served:
        yield served


@pytest.fixture
def open_page(chromium: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Return what opens a page. At the end each is photographed, and none may have complained in its console."""
    del url  # it must outlive the page, which would complain that nobody answers any more
    opened: list[Page] = []
    complaints: list[str] = []

    def open_(address: str, *, width: int = 1280, height: int = 900, scheme: str = "light") -> Page:
        page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        # That an answer is a refusal is said by the browser too, and no complaint.
        page.on(
            "console", lambda message: complaints.append(message.text) if "status of 4" not in message.text else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(page)
        page.goto(address)
        return page

    yield open_
    for number, page in enumerate(opened):
        page.screenshot(path=SHOTS / f"{request.node.name}-{number}.png".replace("/", "-"), full_page=True)
        page.context.close()
    assert complaints == []
