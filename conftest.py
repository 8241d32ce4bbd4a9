"""Fixtures for every test: `clock` is its instant, `live_portal` the running portal, `browser` a real Chromium."""

pytest_plugins = ["tests.clock", "tests.actors", "tests.keys", "tests.authorities", "tests.live", "tests.browser"]
