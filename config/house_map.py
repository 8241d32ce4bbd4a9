"""The drawings of docs/adr/0001-a-casa.md, read from the code: who imports whom, and the way of one request."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings

from config.layers import APPS
from config.paths import BASE_DIR

PAGE = BASE_DIR / "docs" / "adr" / "0001-a-casa.md"
BEGIN, END = "<!-- gerado por manage.py house_map; não edite à mão -->", "<!-- fim do gerado -->"

Edges = set[tuple[str, str]]


def page() -> str:
    """The text of the ADR with its drawings as the code is now."""
    before, rest = PAGE.read_text().split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{drawings()}\n{END}{after}"


def drawings() -> str:
    house, inside = (contract["layers"] for contract in _contracts()[:2])
    lines = [
        "",
        "Camadas, de cima para baixo:",
        "",
        f"    {' > '.join(house)}",
        "",
        "Quem importa quem (sem as setas que outras já dizem):",
        "",
        "```mermaid",
        "flowchart TB",
        *(f"    {above} --> {below}" for above, below in sorted(_without_implied(imports()), key=_from_the_top)),
        "```",
        "",
        "O caminho de um pedido, das duas portas ao banco:",
        "",
        "```mermaid",
        "flowchart TB",
        *_way_of_a_request(inside),
        "```",
        "",
    ]
    return "\n".join(lines)


def _from_the_top(edge: tuple[str, str]) -> tuple[int, int]:
    above, below = edge
    order = (APPS[0], *reversed(APPS[1:]))
    return order.index(above), order.index(below)


@cache
def imports() -> Edges:
    """(app, app that it imports), of all the code but migrations."""
    found: Edges = set()
    for app in APPS:
        for path in (BASE_DIR / app).rglob("*.py"):
            if "migrations" not in path.parts:
                found |= {(app, other) for other in _imported(ast.parse(path.read_text()))}
    return {(app, other) for app, other in found if app != other and other in APPS}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)


def _without_implied(edges: Edges) -> Edges:
    """Those that no longer way says already; there are no circles."""
    beyond: dict[str, set[str]] = {app: set() for app in APPS}
    for _ in APPS:
        for above, below in edges:
            beyond[above] |= {below} | beyond[below]
    return {
        (above, below)
        for above, below in edges
        if not any((above, middle) in edges and below in beyond[middle] for middle in APPS if middle != below)
    }


def _way_of_a_request(inside: list[str]) -> Iterator[str]:
    """The wrappers of config/wsgi.py, what its dispatch chooses from, and the rooms of an app."""
    tree = ast.parse((BASE_DIR / "config" / "wsgi.py").read_text())
    wrappers = [*_wrappers(tree)]
    middleware = "<br>".join(path.rsplit(".", 1)[-1] for path in settings.MIDDLEWARE)
    rooms = [layer.replace("(", "").replace(")", "").replace(" : ", " · ") for layer in inside]
    yield from _chain("w", [_whole_name(tree, wrapper) for wrapper in wrappers])
    for number, target in enumerate(_targets(tree, wrappers[-1])):
        yield f'    w{len(wrappers) - 1} --> t{number}["{_whole_name(tree, target)}"]'
        if target == "django_application":
            yield f'    t{number} --> m["{middleware}"]'
            yield "    m --> r0"
    yield from _chain("r", rooms)


def _chain(letter: str, labels: list[str]) -> Iterator[str]:
    yield from (f'    {letter}{number}["{label}"]' for number, label in enumerate(labels))
    yield from (f"    {letter}{number} --> {letter}{number + 1}" for number in range(len(labels) - 1))


def _wrappers(tree: ast.Module) -> Iterator[str]:
    """`application = a(b(c))` → a, b, c."""
    named = (
        node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "application"
    )
    value: ast.expr = next(named).value
    while isinstance(value, ast.Call):
        yield ast.unparse(value.func)
        value = value.args[0]
    yield ast.unparse(value)


def _targets(tree: ast.Module, name: str) -> Iterator[str]:
    """The applications that the last of the wrapped ones hands a request to, in the order of its text."""
    chooser = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    for node in ast.walk(chooser):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            yield ast.unparse(node.value.func)


def _whole_name(tree: ast.Module, name: str) -> str:
    """The dotted name of what the module imports; its own names as they are."""
    first, *rest = name.split(".")
    origins = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    found = [node.module for node in origins if first in [alias.name for alias in node.names]]
    return ".".join([*filter(None, found), first, *rest])


def _contracts() -> list[dict[str, Any]]:
    tools = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]
    contracts: list[dict[str, Any]] = tools["importlinter"]["contracts"]
    return contracts
