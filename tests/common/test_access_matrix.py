"""Who gets what on the pages of the house itself (letters in tests.matrix)."""

from tests.matrix import AccessMatrix

# fmt: off
#                                                         an f bgtmi on rsfpct ad
ROUTES = {
    ("home", "GET"):                                      ". > >>>>> >> >>>>>> >>",
}
# fmt: on
PUBLIC = {
    ("fidelity", "GET"): ".",
    ("glossary", "GET"): ".",
    ("robots", "GET"): ".",
    ("health", "GET"): ".",
}


class TestAccess(AccessMatrix):
    app, routes, public = "common", ROUTES, PUBLIC
