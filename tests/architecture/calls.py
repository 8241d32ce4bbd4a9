"""Who refers to whom in the project's own code, by its imports, followed to where a name is defined.

A node is a top-level function or a method, as `app.module.name` or `app.module.Class.name`. What a function refers to
counts as called: a check handed to another function is asked by it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.architecture.sources import attribute_chain, in_room, kept, modules, walk

# Ways in which a row is written, by the last name of a chain.
WRITES = frozenset({"save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "delete"})

# Asking for a permission.
ASKING = tuple(f"common.permissions.{name}" for name in ("require", "require_as_read", "require_held"))

# Where callers wait for each other without locking a row.
LINES = frozenset({"common.counters.count", "pki.services.locks.take"})


@dataclass
class Source:
    """One module: what its names mean, and the functions it defines."""

    dotted: str
    path: str
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for node in walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.imports[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.path}: relative import"
                self.imports |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        for statement in self.tree.body:
            if isinstance(statement, ast.FunctionDef):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                self.classes.add(statement.name)
                methods = (inner for inner in statement.body if isinstance(inner, ast.FunctionDef))
                self.functions |= {f"{statement.name}.{method.name}": method for method in methods}


@kept
def sources() -> dict[str, Source]:
    """Dotted name → module."""
    found = (
        Source(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), path, tree)
        for path, tree in modules().items()
    )
    return {source.dotted: source for source in found}


@cache
def functions() -> dict[str, tuple[Source, ast.FunctionDef]]:
    """Every node, with its module."""
    return {
        f"{source.dotted}.{name}": (source, node)
        for source in sources().values()
        for name, node in source.functions.items()
    }


def defined(dotted: str) -> str:
    """Where a dotted name is defined, followed through the modules that only hand it on; itself when it is not ours."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        source = sources().get(".".join(parts[:cut]))
        if source is None:
            continue
        head, *rest = parts[cut:]
        here = ".".join([source.dotted, head])
        if here in sources() or here in functions() or head in source.classes or head not in source.imports:
            return dotted
        return defined(".".join([source.imports[head], *rest]))
    return dotted


def meaning(source: Source, chain: list[str], owner: str = "") -> str:
    """What a chain of names in a module, or in a class of it, is: dotted, where it is defined."""
    head, *rest = chain
    if head == "self" and owner and rest:
        return f"{source.dotted}.{owner}.{rest[0]}"
    if head in source.functions or head in source.classes:
        return ".".join([source.dotted, *chain])
    return defined(".".join([source.imports[head], *rest])) if head in source.imports else ".".join(chain)


@cache
def mentioned(node: str) -> frozenset[str]:
    """Dotted names that a function mentions, each chain whole and each start of it."""
    source, function = functions()[node]
    owner = node.removeprefix(f"{source.dotted}.").rpartition(".")[0]
    found: set[str] = set()
    for inner in walk(function):
        if isinstance(inner, ast.Name | ast.Attribute) and (chain := attribute_chain(inner)):
            found.add(meaning(source, chain, owner))
    return frozenset(found)


@cache
def reached(node: str) -> frozenset[str]:
    """Every dotted name mentioned by a function or by any function of ours that it comes to."""
    seen: set[str] = set()
    waiting, visited = [node], set()
    while waiting:
        current = waiting.pop()
        if current in visited:
            continue
        visited.add(current)
        names = mentioned(current)
        seen |= names
        waiting += [name for name in names if name in functions()]
    return frozenset(seen)


def writes(node: str) -> bool:
    """Whether a function, or one that it comes to, writes a row."""
    return any(_writes_itself(current) for current in {node, *reached(node)} if current in functions())


@cache
def _writes_itself(node: str) -> bool:
    _, function = functions()[node]
    return any(_is_write(call) for call in walk(function) if isinstance(call, ast.Call))


def _is_write(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name == "update":
        # Of a queryset: fields by name. A dictionary or a digest takes one thing.
        return bool(call.keywords) and not call.args
    return name in WRITES


@cache
def used_at_the_edges() -> frozenset[str]:
    """Everything that modules outside of the services mention: views, admin, tasks, commands, back ends, houses."""
    found: set[str] = set()
    for source in sources().values():
        if in_room(source.path, "services"):
            continue
        for inner in walk(source.tree):
            if isinstance(inner, ast.Name | ast.Attribute) and (chain := attribute_chain(inner)):
                found.add(meaning(source, chain))
    return frozenset(found)


@cache
def _mentioned_by() -> dict[str, set[str]]:
    """Node → functions of services that mention it."""
    found: dict[str, set[str]] = {}
    for caller, (source, _) in functions().items():
        if in_room(source.path, "services"):
            for name in mentioned(caller) & functions().keys() - {caller}:
                found.setdefault(name, set()).add(caller)
    return found


def only_serves_its_app(node: str) -> bool:
    """Whether services of its own app call a function, and nobody else's: it is judged by those that call it."""
    callers = {caller.partition(".")[0] for caller in _mentioned_by().get(node, set())}
    return callers == {node.partition(".")[0]}


def writing_services() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Public functions of services that come to write, of those that an edge calls or that act for somebody (`by`).

    What only other services of its app call is judged by whoever calls it.
    """
    for node, (source, function) in functions().items():
        is_public = in_room(source.path, "services") and function.name in source.functions
        acts = any(argument.arg == "by" for argument in function.args.kwonlyargs) and not only_serves_its_app(node)
        acts = acts or node in used_at_the_edges()
        if is_public and not function.name.startswith("_") and acts and writes(node):
            yield node, function


def locks(node: str) -> bool:
    """Whether a function, or one that it comes to, locks rows, waits in a line of the database or counts in it."""
    names = {node, *reached(node)}
    return bool(names & LINES) or any(
        "select_for_update" in (name.rpartition(".")[2]) or _mentions_lock(name) for name in names
    )


@cache
def _mentions_lock(name: str) -> bool:
    if name not in functions():
        return False
    _, function = functions()[name]
    return any(isinstance(inner, ast.Attribute) and inner.attr == "select_for_update" for inner in walk(function))


def is_atomic(node: str) -> bool:
    """Whether the function as a whole is one transaction."""
    _, function = functions()[node]
    return any(attribute_chain(decorator) == ["transaction", "atomic"] for decorator in function.decorator_list)


def comes_to_a_transaction(node: str) -> bool:
    """Whether the function, or one that it comes to, is or opens a transaction."""
    if "django.db.transaction.atomic" in reached(node):
        return True
    return any(name in functions() and is_atomic(name) for name in reached(node))


def asks_before_it_locks(node: str) -> bool:
    """Whether a function asks for a permission on a line above the first that locks, when it does both itself."""
    source, function = functions()[node]
    asked, locked = [], []
    for inner in walk(function):
        if not isinstance(inner, ast.Call) or not (chain := attribute_chain(inner)):
            continue
        name = meaning(source, chain)
        if name in ASKING:
            asked.append(inner.lineno)
        elif chain[-1] == "select_for_update" or "select_for_update" in chain or (name in functions() and locks(name)):
            locked.append(inner.lineno)
    return bool(asked and locked) and min(asked) < min(locked)
