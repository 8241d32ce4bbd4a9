"""Fixtures for every test: `clock` is its instant, `live_portal` the running portal, `browser` a real Chromium."""

pytest_plugins = ["tests.clock", "tests.in_room", "tests.keys", "tests.authorities", "tests.live", "tests.browser"]
