"""One browser and one JupyterLab for all tests of this folder, and a place for screenshots."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.server import Server, running
from tests.lacking import lacking

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",  # it does not start as root otherwise, and opens nothing but the course
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ELSEWHERE = re.compile(r"^https?://(?!127\.0\.0\.1[:/])")


# Playwright keeps an event loop running, which nobody else's tests should meet: it ends with the
# package. Being used by all, the browser comes first, so that a skip does not wait for the rest.
@pytest.fixture(scope="package", autouse=True)
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        lacking("Chromium, to see the course in a browser (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser, request: pytest.FixtureRequest, snap) -> Iterator[Page]:
    """Return an empty page that reaches no other machine; the tests of a module share it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(ELSEWHERE, lambda route: route.abort())
    page = context.new_page()
    yield page
    snap(page, f"last-{request.module.__name__.rpartition('.')[2]}")
    context.close()


@pytest.fixture(scope="package")
def snap(build_folder: Path) -> Callable[..., None]:
    """Return a function that keeps a screenshot of a page under a name."""
    folder = build_folder / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

    def take(page: Page, name: str, full_page: bool = False) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=full_page, animations="disabled")

    return take


@pytest.fixture(autouse=True)
def failed_state(page: Page, request: pytest.FixtureRequest, snap) -> Iterator[None]:
    """Keep what a test that failed saw last."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        snap(page, f"failed-{request.node.name}")


@pytest.fixture(scope="package")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server in a copy of what a student gets."""
    scratch = tmp_path_factory.mktemp("lab")
    folder = scratch / "course"
    notebooks_only = shutil.ignore_patterns("*.py", ".ipynb_checkpoints")
    for name in ("lectures", "exercises", "setup"):
        shutil.copytree(course / name, folder / name, ignore=notebooks_only)
    for name in ("nbgrader_config.py", "syllabus.yml"):
        shutil.copy(course / name, folder)
    with running(folder, scratch / "state") as server:
        yield server
