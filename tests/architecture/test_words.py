"""Each app brings its own words: the rooms below name no product, and a new screen touches no file outside its app."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from common import house
from common.permissions import told_holders
from config.layers import APPS
from tests.architecture.sources import ROOT, attribute_chain, every, texts

A_PRODUCT = re.compile(r"e-?gestor|e-?sus\b|(?<![a-z])pec(?![a-z])|siops|rnds|cadsus|sisrede", re.IGNORECASE)
# Path → what it may name, and why.
NAMED_ALL_THE_SAME = {
    "common/switch_choices.py": "the one class of every switch, by the names that the environment publishes",
    "common/switches.py": "the one class of every switch, by the names that the environment publishes",
    "accounts/models.py": "profiles and programmes are stored with the names that the sources publish",
    "accounts/rules.py": "who gives which of these profiles, with the same names",
    "accounts/services/sign_in.py": "the refusals of the real door, in its own words",
}
# Files that name the screens of another product, and why a new screen leaves them alone.
NAMES_SCREENS_OF_OTHERS = {
    "egestor/views/home.py": "the real home opens each system from a profile; a new screen is no new profile",
    "templates/egestor/home.html": "the way back of who came from the other system",
    "templates/common/home.html": "the public door shows both paths from end to end",
}
RECORDERS = {"audit.record", "audit.record_each", "audit.record_batch", "_record"}


@cache
def layers() -> list[set[str]]:
    """The apps from the top to the bottom."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return [{app.strip() for app in layer.split("|")} for layer in linter["contracts"][0]["layers"]]


def products() -> set[str]:
    """The apps above the accounts, without the one that assembles them."""
    above = layers()[1 : next(i for i, layer in enumerate(layers()) if "accounts" in layer)]
    return set().union(*above)


def of_common_and_accounts() -> Iterator[Path]:
    yield from (ROOT / path for path in texts() if path.startswith(("common/", "accounts/")))
    templates = ROOT / "templates"
    for part in (templates.glob("*.html"), (templates / "components").glob("*.html"), (templates / "admin").glob("*")):
        yield from part


def named_products() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in of_common_and_accounts():
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if A_PRODUCT.search(line):
                found.setdefault(file.relative_to(ROOT).as_posix(), []).append(f"{number}: {line.strip()}")
    return found


def test_common_and_accounts_name_no_product() -> None:
    found = named_products()
    assert {path: lines for path, lines in found.items() if path not in NAMED_ALL_THE_SAME} == {}
    assert found.keys() == NAMED_ALL_THE_SAME.keys()


def words_of(app: str) -> re.Pattern[str]:
    """What a screen of the app is named by: its routes, permissions, verbs and addresses."""
    asked = [name for name in told_holders() if name.startswith(f"{app}.")]
    verbs = [verb for owner, (verb, _) in house.claims("VERBS") if owner == app]
    prefixes = [system.prefix for owner, system in house.claims("SYSTEMS") if owner == app]
    paths = [path for owner, path in house.claims("MACHINE_PATHS") if owner == app]
    quoted = "|".join([rf"{app}:[a-z_]+", *map(re.escape, [*asked, *verbs, *prefixes, *paths])])
    return re.compile(rf"""["'](?:{quoted})["']""")


def below_or_beside(app: str) -> set[str]:
    """Apps that do not know the app. Those above it, and the one that assembles the house, may name it."""
    height = next(index for index, layer in enumerate(layers()) if app in layer)
    return set().union(*layers()[height:]) - {app}


@cache
def pages() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "templates").rglob("*.html")}


def files_that_name_screens_of(app: str) -> set[str]:
    """Files of the product outside the app that name something of its screens."""
    others = below_or_beside(app)
    code = {path: text for path, text in texts().items() if path.split("/", 1)[0] in others}
    above = set(APPS) - others
    shown = {path: text for path, text in pages().items() if path.split("/")[1] not in above}
    words = words_of(app)
    return {path for path, text in (code | shown).items() if words.search(text)}


def test_a_new_screen_touches_no_file_outside_its_app() -> None:
    found = set().union(*(files_that_name_screens_of(app) for app in products()))
    assert products() >= {"egestor", "rnds", "siops"}
    assert found == NAMES_SCREENS_OF_OTHERS.keys()
    assert not [path for path in found if path.startswith(("common/", "accounts/"))]


def recorded() -> Iterator[tuple[str, str]]:
    """(app, verb) of every verb that the code gives to whatever records."""
    for path, node in every(ast.Call):
        if node.args and ".".join(attribute_chain(node.func)) in RECORDERS:
            verbs = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
            yield from ((path.split("/", 1)[0], str(verb)) for verb in verbs)


def test_every_recorded_verb_is_one_of_the_app_or_of_one_that_it_may_know() -> None:
    owner = {verb: app for app, (verb, _) in house.claims("VERBS")}
    found = set(recorded())
    assert len(found) > 80
    assert [verb for _, verb in found if verb not in owner] == []
    assert [f"{app} records {verb}" for app, verb in found if app in below_or_beside(owner[verb])] == []


@pytest.mark.parametrize("app", sorted({app for app, _ in house.claims("VERBS")}))
def test_every_verb_of_an_app_is_recorded_by_its_code(app: str) -> None:
    own = [text for path, text in texts().items() if path.startswith(f"{app}/") and path != f"{app}/house.py"]
    written = "".join(own)
    declared = [verb for owner, (verb, _) in house.claims("VERBS") if owner == app]
    assert [verb for verb in declared if f'"{verb}"' not in written] == []


def test_nobody_imports_a_house() -> None:
    """It stands on the services of its app; what others need of it comes merged, from common.house."""
    apps = "|".join(set(APPS) - {"common"})
    own = re.compile(rf"^(?:from|import) (?:{apps})(?:\.house| import (?:.*\b)?house\b)", re.MULTILINE)
    assert [path for path, text in texts().items() if own.search(text)] == []
