"""A permission is a member of its app's enumeration, with a rule and with words for who lacks it; there is no other."""

import ast
import re
from enum import StrEnum
from importlib import import_module

import pytest
from rules.permissions import permissions as registered

from common.permissions import holders_of
from tests.architecture.sources import every, modules

APPS = (
    "rooms",
    "documents",
    "accounts",
    "desk",
    "egestor",
    "rnds",
    "siops",
    "cadsus",
    "declarations",
    "lots",
    "gerencia",
    "sanctions",
    "oversight",
)
# The menu of the house names permissions of every app, which it cannot import.
# Below the apps that have them, they are named by their text.
IN_WORDS = {"common/navigation.py", "common/forbidden.py", "common/admin.py", "territory/admin.py", "registry/admin.py"}


def members() -> dict[str, StrEnum]:
    found = (import_module(f"{app}.permissions").Permission for app in APPS)
    return {str(member): member for enumeration in found for member in enumeration}


@pytest.mark.parametrize("name", members())
def test_each_has_a_rule_and_tells_who_holds_it(name: str) -> None:
    assert name in registered
    holders = holders_of(name)
    assert holders is not None
    assert all((holders.who, holders.given_by, holders.door))


def test_there_is_no_rule_besides() -> None:
    assert set(registered) == set(members())


@pytest.mark.parametrize("app", APPS)
def test_each_belongs_to_its_app(app: str) -> None:
    names = [str(member) for member in import_module(f"{app}.permissions").Permission]
    assert all(re.fullmatch(rf"{app}\.[a-z_]+", name) for name in names)
    assert len(names) == len(set(names))


def test_they_are_named_by_their_enumeration() -> None:
    known = members()
    found = [
        (path, node.lineno)
        for path, node in every(ast.Constant)
        if node.value in known and not path.endswith("/permissions.py") and path not in IN_WORDS
    ]
    assert found == []


def test_what_the_house_says_in_words_exists() -> None:
    known = members()
    said = {
        node.value
        for path in IN_WORDS
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(rf"({'|'.join(APPS)})\.[a-z_]+", node.value)
    }
    assert said <= known.keys()


def test_a_target_says_its_entity_by_the_protocol() -> None:
    """No rule guesses what a target is of."""
    found = [
        (path, node.lineno)
        for path, node in every(ast.Call)
        if path.endswith("/rules.py") or path == "common/actor.py"
        if isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr")
    ]
    assert found == []


def test_every_refusal_names_a_permission_that_exists() -> None:
    named = {
        next((ast.unparse(given.value) for given in node.keywords if given.arg == "permission"), "nobody")
        for _, node in every(ast.Call)
        if ast.unparse(node.func) == "NotPermitted"
    }
    # common/permissions.py passes on the permission that it was asked for.
    known = {name.rpartition(".")[2].upper() for name in registered}
    assert {name.rpartition("Permission.")[2] for name in named - {"permission", "'accounts.read_admin'"}} <= known


def test_a_refusal_is_raised_with_its_permission_and_never_bare() -> None:
    raised = [
        (path, node.lineno)
        for path, node in every(ast.Raise)
        if isinstance(node.exc, ast.Name) and node.exc.id == "NotPermitted"
    ]
    assert raised == []
