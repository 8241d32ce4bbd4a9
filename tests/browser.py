"""A real Chromium for the journeys, and what every page of the portal owes whoever looks at it."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

# A narrow telephone and a desk: every page is owed to both.
WIDTHS = TELEPHONE, DESK = 390, 1280
HEIGHT = 900
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
    # Each page is new and soon left: what the optimizing compilers take they do not give back.
    "--js-flags=--no-turbofan --no-maglev",
]
# Without what passes, which is most of what axe tells, and without the copy of the style sheets that no rule reads.
VIOLATIONS = """axe.run({
    resultTypes: ["violations"],
    preload: {assets: ["media"]},
    rules: {"color-contrast": {enabled: false}},
}).then(({violations}) => violations)"""
# The contrast takes most of axe's time, and most texts of a page look as those of another.
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
# What lies over a control at one width may not at another.
TOUCH = Path(__file__).with_name("touch.js").read_text()
SHOWN = """() => {
    const {scrollWidth, clientWidth} = document.documentElement;
    return {
        headings: document.querySelectorAll("h1").length,
        sideways: scrollWidth - clientWidth,
        markup: document.documentElement.outerHTML,
        words: document.body.innerText,
    };
}"""
# What a change of width may move: the focus of what the other width hides, how far all is scrolled, what is unfolded.
KEEP = """() => ({
    focus: document.activeElement,
    scrolled: [...document.querySelectorAll("*")]
        .filter(({scrollLeft, scrollTop}) => scrollLeft || scrollTop)
        .map((each) => [each, {left: each.scrollLeft, top: each.scrollTop, behavior: "instant"}]),
    folds: [...document.querySelectorAll("details")].map((each) => [each, each.open]),
})"""
PUT_BACK = """({focus, scrolled, folds}) => {
    for (const [each, open] of folds) if (each.open !== open) each.open = open;
    if (document.activeElement !== focus) focus.focus({preventScroll: true});
    for (const [each, place] of scrolled) each.scrollTo(place);
}"""
# The page is laid out anew, and has heard of it, a frame after the window changed.
LAID_OUT = """(width) => new Promise((resolve) => {
    const ask = () => (innerWidth === width ? setTimeout(resolve) : requestAnimationFrame(ask));
    requestAnimationFrame(ask);
})"""
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


@contextmanager
def in_width(page: Page, width: int) -> Iterator[None]:
    """The same page in a window of that width; afterwards it is as it was."""
    assert page.viewport_size
    if (usual := page.viewport_size["width"]) == width:
        yield
        return
    kept = page.evaluate_handle(KEEP)
    _widen(page, width)
    yield
    _widen(page, usual)
    page.evaluate(PUT_BACK, kept)


def _widen(page: Page, width: int) -> None:
    """Or narrow."""
    assert page.viewport_size
    page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    page.evaluate(LAID_OUT, width)


def look(page: Page) -> str:
    """In the present width: one h1, no sideways scroll, every control within reach, no accessibility violation.

    The last two (the second: WCAG 2.2 AA by axe) once for each page and width. Returns the words on the page.
    """
    shown = page.evaluate(SHOWN)
    assert shown["headings"] == 1, page.url
    assert shown["sideways"] <= 0, f"{page.url} scrolls sideways by {shown['sideways']} px"
    if (judged := _as_judged(page, shown["markup"])) not in _judged:
        assert (missed := page.evaluate(TOUCH)) == [], f"{page.url}: out of reach\n" + "\n".join(missed)
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE_SCRIPT)
        contrast = page.evaluate(CONTRAST, list(_legible))
        results = AxeResults({"violations": page.evaluate(VIOLATIONS) + contrast["violations"]})
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
        _judged.add(judged)
        _legible.update(contrast["looks"])
    return str(shown["words"])


def _as_judged(page: Page, markup: str) -> tuple[int, str]:
    """Width and markup, but for what is not judged: the CSRF token, and which numbers are shown or linked to."""
    assert page.viewport_size
    return page.viewport_size["width"], _without_numbers(markup)


@lru_cache(maxsize=1)
def _without_numbers(markup: str) -> str:
    """Kept for the other width, in which it is mostly the same."""
    return NUMBERED.sub(lambda found: DIGIT.sub("0", found[0]), CSRF_TOKEN.sub("", markup))
