"""The apps of the house, the only list of them; pyproject.toml says who may import whom, and a test compares."""

# The house first, for its commands; then from the bottom to the top.
APPS = (
    "config",
    "common",
    "rooms",
    "territory",
    "pki",
    "registry",
    "documents",
    "accounts",
    "interop",
    "desk",
    "egestor",
    "siops",
    "cadsus",
    "declarations",
    "lots",
    "gerencia",
    "oversight",
    "sanctions",
    "transparency",
    "rnds",
)

# In this order the pages speak of them: menus, lists, «Fidelidade». The words of `common` are those of the whole house.
HOUSE_ORDER = (
    "desk",
    "egestor",
    "gerencia",
    "rnds",
    "siops",
    "declarations",
    "oversight",
    "sanctions",
    "transparency",
    "cadsus",
    "lots",
    "config",
    "rooms",
    "territory",
    "pki",
    "registry",
    "documents",
    "accounts",
    "interop",
)
