"""The apps of the house, the only list of them; pyproject.toml says who may import whom, and a test compares."""

# The house first, for its commands; then from the bottom to the top.
APPS = ("config", "common", "rooms", "territory", "pki", "accounts", "interop", "egestor", "siops", "rnds")
