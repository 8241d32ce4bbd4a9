"""A real Chromium for the journeys, and what every page of the portal owes whoever looks at it."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# The same engine without the parts of a window, which take as much time again as the page.
SHELL = "chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Without what passes, which is most of what axe tells, and without the copy of the style sheets that no rule reads.
VIOLATIONS = """axe.run({
    resultTypes: ["violations"],
    preload: {assets: ["media"]},
    rules: {"color-contrast": {enabled: false}},
}).then(({violations}) => violations)"""
# The contrast takes most of axe's time, and most texts of a page look as those of another.
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
CSRF_TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
# Text, and the attributes that lead or send somewhere.
NUMBERED = re.compile(r'>[^<]+<| (?:href|action|value|hx-\w+)="[^"]*"')
DIGIT = re.compile("[0-9]")
_judged: set[tuple[int, str]] = set()
# How texts looked whose contrast is enough.
_legible: set[str] = set()


def executable() -> str | None:
    """The Chromium of the system, or None for the one that Playwright keeps."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=shutil.which(SHELL) or executable(), args=FLAGS)
    yield chromium
    chromium.close()


def look(page: Page) -> None:
    """One h1, no sideways scroll, no accessibility violation (WCAG 2.2 AA by axe, once for each page and width)."""
    assert page.locator("h1").count() == 1, page.url
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, f"{page.url} scrolls sideways by {sideways} px"
    if (shown := _as_judged(page)) not in _judged:
        page.evaluate(AXE_SCRIPT)
        contrast = page.evaluate(CONTRAST, list(_legible))
        results = AxeResults({"violations": page.evaluate(VIOLATIONS) + contrast["violations"]})
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
        _judged.add(shown)
        _legible.update(contrast["looks"])


def _as_judged(page: Page) -> tuple[int, str]:
    """Width and markup, but for what axe does not judge: the CSRF token, and which numbers are shown or linked to."""
    assert page.viewport_size
    markup = CSRF_TOKEN.sub("", page.content())
    return page.viewport_size["width"], NUMBERED.sub(lambda found: DIGIT.sub("0", found[0]), markup)
