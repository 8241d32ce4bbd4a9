"""Fixtures for every test: its `clock`, its switches (`switch`), the running portal (`live_portal`), a Chromium."""

pytest_plugins = [
    "tests.clock",
    "tests.actors",
    "tests.in_room",
    "tests.keys",
    "tests.authorities",
    "tests.databases",
    "tests.emptying",
    "tests.rendering",
    "tests.live",
    "tests.runs",
    "tests.shares",
    "tests.browser",
    "tests.switches",
]
