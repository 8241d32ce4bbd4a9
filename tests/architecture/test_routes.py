"""Every route that the house names exists: no link, button or redirect may silently vanish."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import ROOT, every

NAMESPACES = (
    *("accounts", "admin", "cadsus", "common", "declarations", "desk", "egestor"),
    *("gerencia", "interop", "lots", "oversight", "pki", "rnds", "sanctions", "siops", "transparency"),
)
A_NAME = re.compile(rf"(?:{'|'.join(NAMESPACES)}):[a-z_]+")
IN_A_TEMPLATE = re.compile(rf"""["']({A_NAME.pattern})["']""")


@cache
def known_routes() -> frozenset[str]:
    return frozenset(_names(get_resolver(), ""))


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"
        else:
            yield from _names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


def named_in_code() -> Iterator[tuple[str, str]]:
    for path, node in every(ast.Constant):
        if isinstance(node.value, str) and A_NAME.fullmatch(node.value):
            yield f"{path}:{node.lineno}", node.value


def named_in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for name in IN_A_TEMPLATE.findall(line):
                yield f"{path.relative_to(ROOT)}:{number}", name


@pytest.mark.parametrize("named", [named_in_code, named_in_templates], ids=["code", "templates"])
def test_every_named_route_exists(named: object) -> None:
    found = list(named())  # type: ignore[operator]  # a generator function
    assert len(found) > 80
    unknown = [f"{where} {name}" for where, name in found if name not in known_routes()]
    assert not unknown, "\n".join(unknown)


def test_every_app_with_routes_has_its_access_matrix() -> None:
    apps = {getattr(entry, "namespace", None) or str(entry.pattern) for entry in get_resolver().url_patterns}
    # The admin is judged by its own permissions.
    with_matrix = {path.parent.name for path in (ROOT / "tests").glob("*/test_*_matrix.py")}
    assert apps - {"admin"} == with_matrix


def test_no_code_turns_an_unknown_route_into_nothing() -> None:
    """Whoever catches NoReverseMatch hides the button instead of mending the name."""
    assert not {path for path, name in every(ast.Name) if name.id == "NoReverseMatch"}
    silent = re.compile(r"""{%\s*url\s+["'][^%]*\sas\s+\w+\s*%}""")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for call in silent.findall(path.read_text()):
            name = re.search(r"""["']([^"']+)["']""", call)
            assert name
            assert name[1] in known_routes(), f"{path}: {call}"
