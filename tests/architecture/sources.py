"""The project's own Python, parsed once for the architecture tests."""

import ast
import gc
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

from config.layers import APPS

ROOT = Path(__file__).resolve().parents[2]
Node = TypeVar("Node", bound=ast.AST)
Made = TypeVar("Made")


def kept(make: Callable[[], Made]) -> Callable[[], Made]:
    """Made once, and kept until the end: the garbage collector goes through it neither meanwhile nor later."""

    @cache
    @wraps(make)
    def made() -> Made:
        gc.disable()
        try:
            return make()
        finally:
            gc.freeze()
            gc.enable()

    return made


@cache
def texts() -> dict[str, str]:
    """Path (relative, with slashes) → text of every module, migrations left out."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


@kept
def modules() -> dict[str, ast.Module]:
    """Path → its syntax tree."""
    return {path: ast.parse(text, path) for path, text in texts().items()}


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, but for the contexts of names: `ast.walk`, in half the time."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting.extend([each for each in value if isinstance(each, ast.AST)])
            elif isinstance(value, ast.AST) and name != "ctx":
                waiting.append(value)


@kept
def _by_kind() -> dict[type[ast.AST], list[tuple[str, ast.AST]]]:
    found: dict[type[ast.AST], list[tuple[str, ast.AST]]] = {}
    for path, tree in modules().items():
        for node in walk(tree):
            found.setdefault(type(node), []).append((path, node))
    return found


def every(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """(path, node) of that kind, in all modules: the trees are walked once for all who ask."""
    for path, node in _by_kind().get(kind, []):
        assert isinstance(node, kind)
        yield path, node


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
    for node in walk(tree):
        if id(node) in inner or not isinstance(node, ast.Attribute | ast.Call):
            continue
        below: ast.AST = node
        while isinstance(below, ast.Attribute | ast.Call):
            below = below.func if isinstance(below, ast.Call) else below.value
            inner.add(id(below))
        if chain := attribute_chain(node):
            yield node.lineno, chain
