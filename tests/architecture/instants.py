"""What a test reaches: which fixtures, helpers and constants, in its own module and in the others of `tests`.

A node is a top-level name of a module of tests, or a method (`Class.method`). It is read by its text alone, so that a
test need not run to be judged.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tests.architecture.sources import attribute_chain, walk

Node = tuple[str, str]

# Births and foundations are older, ends of time later: neither is near the day on which the suite runs.
NEAR = range(2010, 2100)
WRITTEN_DAY = re.compile(r"\b20[1-9]\d-[01]\d-[0-3]\d|\b[0-3]\d/[01]\d/20[1-9]\d\b")


@dataclass(frozen=True)
class Said:
    """What the text of a node mentions: dotted names, literal days near the present, texts."""

    names: frozenset[str]
    days: tuple[str, ...]
    texts: frozenset[str]


@dataclass
class Module:
    """One file of tests: what its names mean, and the nodes it defines."""

    path: str
    tree: ast.Module
    # Name in this module → dotted name that it was imported as.
    imports: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, list[ast.AST]] = field(default_factory=dict)
    _said: dict[str, Said] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in walk(self.tree):
            if isinstance(node, ast.Import):
                self.imports |= {a.asname or a.name: a.name for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                self.imports |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        for statement in self.tree.body:
            self._define(statement, "")

    def _define(self, statement: ast.stmt, owner: str) -> None:
        if isinstance(statement, ast.ClassDef):
            self.nodes[statement.name] = [*statement.decorator_list, *statement.bases]
            for inner in statement.body:
                self._define(inner, f"{statement.name}.")
        elif isinstance(statement, ast.FunctionDef):
            self.nodes[owner + statement.name] = [statement]
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in (leaf for t in targets for leaf in walk(t) if isinstance(leaf, ast.Name)):
                self.nodes.setdefault(owner + target.id, []).append(statement)

    def dotted(self, node: ast.AST) -> str:
        """`factories.NOON` → "tests.factories.NOON"; "" for what is no plain chain of names."""
        head, *rest = attribute_chain(node) or [""]
        return ".".join([self.imports.get(head, head), *rest])

    def functions(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        for name, parts in self.nodes.items():
            if parts and isinstance(parts[0], ast.FunctionDef):
                yield name, parts[0]

    @cached_property
    def fixtures(self) -> dict[str, bool]:
        """The names of its fixtures, and whether nobody needs to ask for them."""
        return {name: is_autouse(function) for name, function in self.functions() if is_fixture(function)}

    def said(self, name: str) -> Said:
        """Of one node, read once: many tests reach it."""
        if name not in self._said:
            inner = [each for part in self.nodes[name] for each in walk(part)]
            texts = (each.value for each in inner if isinstance(each, ast.Constant))
            self._said[name] = Said(
                frozenset(self.dotted(each) for each in inner if isinstance(each, ast.Name | ast.Attribute)),
                tuple(literal_days(self, inner)),
                frozenset(text for text in texts if isinstance(text, str)),
            )
        return self._said[name]


def fixtures_used(node: ast.AST) -> set[str]:
    """Names in every `usefixtures(...)` under a node."""
    calls = (c for c in walk(node) if isinstance(c, ast.Call) and attribute_chain(c)[-1:] == ["usefixtures"])
    return {str(a.value) for call in calls for a in call.args if isinstance(a, ast.Constant)}


def is_fixture(function: ast.FunctionDef) -> bool:
    return bool(_fixture_marks(function))


def is_autouse(function: ast.FunctionDef) -> bool:
    return any("autouse" in ast.dump(mark) for mark in _fixture_marks(function))


def _fixture_marks(function: ast.FunctionDef) -> list[ast.expr]:
    return [each for each in function.decorator_list if attribute_chain(each)[-1:] == ["fixture"]]


def is_test(name: str) -> bool:
    return name.rpartition(".")[2].startswith("test_")


def documented(nodes: Iterable[ast.AST]) -> set[int]:
    """Docstrings, by identity: words, not data."""
    owners = (n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Module))
    return {id(o.body[0].value) for o in owners if o.body and isinstance(o.body[0], ast.Expr)}


class Suite:
    """Every module of tests, and who reaches what."""

    def __init__(self, modules: dict[str, Module], judged: str = "") -> None:
        """Of all these modules, the tests of those under `judged`."""
        self.modules = modules
        self.judged = {path: module for path, module in modules.items() if path.startswith(judged)}
        self.paths = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in modules}
        self._followed: dict[tuple[Node, bool], list[Node]] = {}

    @cached_property
    def fixtures(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for path, module in self.modules.items():
            for name in module.fixtures:
                found.setdefault(name, []).append((path, name))
        return found

    @cached_property
    def everywhere(self) -> list[Node]:
        """Fixtures that nobody needs to ask for; `clock` alone is where a test stands, and not what it reaches."""
        found = (
            (path, name)
            for path, module in self.modules.items()
            for name, is_everywhere in module.fixtures.items()
            if is_everywhere
        )
        return [node for node in found if node != ("tests/clock.py", "clock")]

    def tests(self) -> Iterator[Node]:
        for path, module in self.judged.items():
            yield from ((path, name) for name, _ in module.functions() if is_test(name))

    def parts(self, node: Node) -> list[ast.AST]:
        return self.modules[node[0]].nodes[node[1]]

    def reached(self, start: Node) -> dict[Node, Node | None]:
        """Everything that a test runs or reads in tests, each with whoever led to it."""
        came_from: dict[Node, Node | None] = {start: None}
        waiting = [start]
        while waiting:
            node = waiting.pop()
            key = (node, node == start)
            if key not in self._followed:
                self._followed[key] = list(self._next(node, whole=node == start))
            for following in self._followed[key]:
                if following not in came_from:
                    came_from[following] = node
                    waiting.append(following)
        return came_from

    def _next(self, node: Node, *, whole: bool) -> Iterator[Node]:
        path, name = node
        module, owner = self.modules[path], name.rpartition(".")[0]
        for part in self.parts(node):
            yield from self._references(module, owner, part)
            if isinstance(part, ast.FunctionDef) and (is_test(name) or is_fixture(part)):
                yield from self._fixtures(path, self._asked(module, owner, part, whole=whole))
        if name in module.nodes and not owner:
            yield from ((path, inner) for inner in module.nodes if inner.startswith(f"{name}."))

    def _asked(self, module: Module, owner: str, function: ast.FunctionDef, *, whole: bool) -> set[str]:
        """Fixtures by parameter and by mark; those of the class and the module only for the test itself."""
        asked = {argument.arg for argument in function.args.args} | fixtures_used(function)
        if whole:
            for holder in ("pytestmark", owner, f"{owner}.pytestmark"):
                asked |= {name for part in module.nodes.get(holder, []) for name in fixtures_used(part)}
            asked |= {name for path, name in self.everywhere if path == module.path or self._serves(path, module.path)}
        return asked - {"self", "request"}

    def _fixtures(self, path: str, names: Iterable[str]) -> Iterator[Node]:
        """The definition in the same module, else in the nearest folder above, else of the plugins."""
        for name in names:
            if name in self.modules[path].nodes:
                yield path, name
                continue
            above = [n for n in self.fixtures.get(name, []) if self._serves(n[0], path)]
            yield from sorted(above, key=lambda n: len(n[0]))[-1:]

    @staticmethod
    def _serves(giver: str, path: str) -> bool:
        folder, _, file = giver.rpartition("/")
        return (file == "conftest.py" and path.startswith(folder)) or folder == "tests"

    def _references(self, module: Module, owner: str, part: ast.AST) -> Iterator[Node]:
        for inner in walk(part):
            if isinstance(inner, ast.Attribute) and attribute_chain(inner)[:1] == ["self"]:
                yield from self._known(module.path, f"{owner}.{attribute_chain(inner)[1]}")
            elif isinstance(inner, ast.Name | ast.Attribute) and isinstance(inner.ctx, ast.Load):
                dotted = module.dotted(inner)
                yield from self._known(module.path, dotted)
                yield from self._imported(dotted)

    def _known(self, path: str, name: str) -> Iterator[Node]:
        if name in self.modules[path].nodes:
            yield path, name

    def _imported(self, dotted: str) -> Iterator[Node]:
        """`tests.factories.NOON`, followed through the modules that only hand it on."""
        place, _, name = dotted.rpartition(".")
        path = self.paths.get(place)
        if path is None:
            return
        if name in self.modules[path].nodes:
            yield path, name
        elif name in self.modules[path].imports:
            yield from self._imported(self.modules[path].imports[name])

    def said(self, node: Node) -> Said:
        return self.modules[node[0]].said(node[1])


def literal_days(module: Module, nodes: list[ast.AST]) -> Iterator[str]:
    words = documented(nodes)
    for inner in nodes:
        if isinstance(inner, ast.Call) and module.dotted(inner.func) in ("datetime.date", "datetime.datetime"):
            given = [*inner.args[:1], *(k.value for k in inner.keywords if k.arg == "year")]
            if any(isinstance(year, ast.Constant) and year.value in NEAR for year in given):
                yield ast.unparse(inner)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and id(inner) not in words:
            yield from WRITTEN_DAY.findall(inner.value)
