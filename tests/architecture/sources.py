"""The project's own Python, parsed once for the architecture tests."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config.layers import APPS

ROOT = Path(__file__).resolve().parents[2]


@cache
def modules() -> dict[str, ast.Module]:
    """Path (relative, with slashes) → syntax tree of every module, migrations left out."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(), str(path))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


def in_room(path: str, *rooms: str) -> bool:
    """Whether a module lives in one of the named rooms (`views.py` or a `views/` package, at any depth)."""
    parts = path.removesuffix(".py").split("/")
    return any(room in parts[1:] for room in rooms)


def attribute_chain(node: ast.AST) -> list[str]:
    """`A.objects.visible_to(u).filter()` → ["A", "objects", "visible_to", "filter"]; [] when it starts otherwise."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Name):
            return [node.id, *reversed(names)]
        else:
            return []


def outermost_chains(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Each attribute chain once, whole, with its line."""
    inner: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in inner or not isinstance(node, ast.Attribute | ast.Call):
            continue
        walk: ast.AST = node
        while isinstance(walk, ast.Attribute | ast.Call):
            walk = walk.func if isinstance(walk, ast.Call) else walk.value
            inner.add(id(walk))
        if chain := attribute_chain(node):
            yield node.lineno, chain
