"""Fixtures for every test: `live_portal` is the running portal, `browser` a real Chromium."""

pytest_plugins = ["tests.live", "tests.browser"]
