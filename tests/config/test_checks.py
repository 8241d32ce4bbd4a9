"""Switches: a wrong value stops the portal, and the page about them names each one that exists."""

import ast
import re
from typing import Any

import pytest
from django.core.checks import run_checks

from common import switches
from config import installation
from config.checks import AT_START
from config.paths import BASE_DIR

STRONG = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def identifiers(*, deploy: bool = False) -> set[str | None]:
    return {message.id for message in run_checks(include_deployment_checks=deploy)}


def test_the_settings_as_they_are_have_no_problem() -> None:
    assert {found for found in identifiers() if str(found).startswith("config.")} == set()


@pytest.mark.parametrize(
    ("setting", "value", "identifier"),
    [
        ("UNKNOWN_SWITCHES", ("CER_POLICY='talvez' não existe. Valores: recusar, avisar, aceitar.",), "config.E002"),
        ("PORTAL_URL", "https://ehr-auth.saude.gov.br", "config.E005"),
        ("TLS_URL", "https://EHR-AUTH.SAUDE.GOV.BR:8443", "config.E005"),
    ],
)
def test_a_wrong_value_is_an_error(settings: Any, setting: str, value: object, identifier: str) -> None:
    setattr(settings, setting, value)
    assert identifier in identifiers()
    assert [message.id for message in run_checks(tags=AT_START)] == [identifier], "a start asks it too"


@pytest.mark.parametrize("secret", ["local-only-not-a-secret", "test-only-not-a-secret", "curta"])
def test_a_known_or_short_secret_is_an_error_in_production_only(settings: Any, secret: str) -> None:
    settings.SECRET_KEY = secret
    assert "config.E006" not in identifiers()
    assert "config.E006" in identifiers(deploy=True)
    settings.SECRET_KEY = STRONG
    assert "config.E006" not in identifiers(deploy=True)


def variables_read() -> set[str]:
    """Environment variables that the settings and the paths read."""
    names = set()
    for file in [*(BASE_DIR / "config" / "settings").glob("*.py"), BASE_DIR / "config" / "paths.py"]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and re.match(r"env\b|env\.|os\.environ\.get", ast.unparse(node.func)):
                names.add(ast.literal_eval(node.args[0]))
    return names


def test_the_page_of_switches_is_generated() -> None:
    assert installation.PAGE.read_text() == installation.as_markdown(), "run: python manage.py switches"


def test_the_page_of_switches_lists_exactly_what_is_read() -> None:
    rows = re.findall(r"^\| (`[^|]+?) \|", installation.as_markdown(), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    assert listed == variables_read() | set(switches.BY_VARIABLE)
    assert not variables_read() & set(switches.BY_VARIABLE)
