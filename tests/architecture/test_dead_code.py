"""What nothing names is not kept: functions, classes and constants, modules, templates, styles and static files."""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from config.layers import APPS
from tests.architecture.sources import ROOT, every, modules

KINDS = (".py", ".html", ".txt", ".css", ".js", ".toml", ".conf", ".sh", ".yml")
# Python and Django reach these by their name.
NAMED_BY_CONVENTION = {
    "urlpatterns",
    "app_name",
    "application",
    "handler403",
    "handler404",
    "handler500",
    "default_app_config",
    "SessionStore",
}
# Of use without being named: Django hashes with it, zoneinfo looks for its zones there, pytest loads it by itself.
UNNAMED_LIBRARIES = {"argon2-cffi", "tzdata", "pytest-timeout"}
# Types for a library that has none of its own.
ONLY_TYPES = re.compile(r"^types-|-(stubs|types)$")
# Django's own classes, dressed for the admin.
FOREIGN_CLASSES = {"object-tools", "submit-row"}
# Completed by a variable: `is-{{ tone }}`.
COMPOSED_CLASSES = re.compile(r"is-\w+")
# Completed by a variable: `emails/<name>.txt` and `rnds/request_<step>.html`.
COMPOSED_TEMPLATES = re.compile(r"emails/|rnds/request_|\d{3}\.html$|admin/")


@cache
def texts() -> dict[str, str]:
    """Everything of the product that may name something, tests left out."""
    folders = [*APPS, "templates", "static", "deploy", "scripts", "bench"]
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for path in [*files, ROOT / "manage.py", ROOT / "pyproject.toml"]
    }


@cache
def uses() -> Counter[str]:
    """How often each word appears in the product, imports that only pass it on left out."""
    passed_on = re.compile(r"^from [\w.]+ import (?:\([^)]*\)|.*)$|^__all__ = \[[^\]]*\]", re.MULTILINE)
    bodies = (passed_on.sub("", text) if path.endswith("__init__.py") else text for path, text in texts().items())
    return Counter(word for body in bodies for word in re.findall(r"\w+", body))


def top_level_names(tree: ast.Module) -> list[tuple[int, str]]:
    """Names that a module defines, those left out which a decorator or a base class of Django puts to use."""
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            names.append((node.lineno, node.name))
        elif isinstance(node, ast.Assign):
            names += [(node.lineno, target.id) for target in node.targets if isinstance(target, ast.Name)]
    return names


def is_reached_by_django(path: str, name: str) -> bool:
    return name in NAMED_BY_CONVENTION or name.endswith("Config") or "/settings/" in path or name.startswith("__")


def test_every_function_class_and_constant_is_named_somewhere() -> None:
    dead = [
        f"{path}:{line} {name}"
        for path, tree in modules().items()
        for line, name in top_level_names(tree)
        if uses()[name] <= 1 and not is_reached_by_django(path, name)
    ]
    assert not dead, "\n".join(dead)


def test_every_method_and_filter_that_the_house_invented_is_named_somewhere() -> None:
    filters = ast.parse((ROOT / "common/templatetags/ensaio.py").read_text())
    names = {node.name for node in filters.body if isinstance(node, ast.FunctionDef)}
    names |= {
        node.name
        for path, owner in every(ast.ClassDef)
        if "/models" in path
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    # The command `createsuperuser` calls it.
    assert sorted(name for name in names if uses()[name] <= 1) == ["create_superuser"]


def test_no_module_is_empty() -> None:
    empty = [
        path
        for path, tree in modules().items()
        if Path(path).name != "__init__.py" and all(isinstance(node, ast.Expr) for node in tree.body)
    ]
    assert not empty


def test_every_template_is_shown_somewhere() -> None:
    everything = "\n".join(texts().values())
    names = [path.removeprefix("templates/") for path in texts() if path.startswith("templates/")]
    assert not [name for name in names if name not in everything and not COMPOSED_TEMPLATES.match(name)]


def test_every_style_is_worn_somewhere() -> None:
    others = (text for path, text in texts().items() if not path.endswith(".css"))
    named = {word for text in others for word in re.findall(r"[\w-]+", text)}
    dead = []
    for path, text in texts().items():
        if path.endswith(".css"):
            bare = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", text, flags=re.DOTALL)
            worn = set(re.findall(r"\.([a-zA-Z_][\w-]*)", bare)) - FOREIGN_CLASSES
            dead += [f"{path} .{name}" for name in sorted(worn - named) if not COMPOSED_CLASSES.fullmatch(name)]
    assert not dead, "\n".join(dead)


def test_every_static_file_is_asked_for_somewhere() -> None:
    everything = "\n".join(texts().values())
    files = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    assert files
    assert not [path.name for path in files if path.name not in everything]


def plain(library: str) -> str:
    """The one spelling of a library's name."""
    return re.sub(r"[-_.]+", "-", library).lower()


@cache
def modules_of() -> dict[str, set[str]]:
    """Library → the modules that it installs; none of another system's is here."""
    found: dict[str, set[str]] = {}
    for module, libraries in packages_distributions().items():
        for library in libraries:
            found.setdefault(plain(library), set()).add(module)
    return found


def unnamed(requirements: list[str], text: str) -> set[str]:
    """The libraries of which no module is imported or named between quotes."""
    named = set(re.findall(r"""(?:^\s*(?:import|from) |["'])(\w+)""", text, re.MULTILINE))
    libraries = (plain(re.split(r"[^\w.-]", line)[0]) for line in requirements)
    return {library for library in libraries if not modules_of().get(library, named) & named}


def test_every_library_is_used_somewhere() -> None:
    described = (ROOT / "pyproject.toml").read_text()
    tools, project = described[described.index("[tool.") :], tomllib.loads(described)["project"]
    product = "\n".join(text for path, text in texts().items() if path != "pyproject.toml")
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    dead = unnamed(project["dependencies"], product)
    dead |= unnamed(project["optional-dependencies"]["dev"], "\n".join((product, tests, tools)))
    assert {library for library in dead if not ONLY_TYPES.search(library)} == UNNAMED_LIBRARIES
