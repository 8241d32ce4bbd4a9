"""Fixtures for every test. `live_portal` is the running portal."""

pytest_plugins = ["tests.live"]
