"""What the apps say in their `house.py` exists and is claimed once; otherwise the portal does not start."""

import ast
import inspect
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import permutations
from types import ModuleType
from typing import Any

import rules
from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from common import house
from common.permissions import told_holders
from common.ui import Tone

BUILT_IN_KINDS = {house.ANONYMOUS, house.SIGNED_IN}


@register
def check_house(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every word of every app."""
    routes = list(_routes(get_resolver(), "", ""))
    return [
        *_unread_tables(),
        *_missing_routes({name for name, _ in routes}),
        *_missing_permissions(),
        *_missing_kinds(),
        *_missing_paths([path for _, path in routes]),
        *_missing_statuses(),
        *_missing_verbs(),
        *_claimed_twice(),
    ]


def _unread_tables() -> Iterator[CheckMessage]:
    """A table with a name that nobody reads would vanish in silence."""
    for app, module in house.houses():
        for name in _assigned(module):
            if name not in house.WORDS and isinstance(getattr(module, name), tuple | list | dict | set | frozenset):
                yield _error("E001", app, f"{name} não é uma palavra da casa ({', '.join(house.WORDS)})")


def _assigned(module: ModuleType) -> Iterator[str]:
    """Names that the module itself gives, its imports left out."""
    for node in ast.parse(inspect.getsource(module)).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def _missing_routes(known: set[str]) -> Iterator[CheckMessage]:
    named = [(app, entry.route) for app, entry in _claims("MENU", "HOMES", "QUEUES", "WAYS_IN", "SYSTEM_CARDS")]
    named += [(app, route) for app, path in _claims("RAILS") for route in path.routes | path.wide]
    named += [(app, route) for app, system in _claims("SYSTEMS") for route in (system.door, system.home) if route]
    named += [(app, route) for app, door in _claims("PASSWORD_DOORS") for route in (door.route, door.recovery)]
    named += [(permission, holders.door) for permission, holders in told_holders().items()]
    yield from (_error("E002", who, f"a rota {route} não existe") for who, route in named if route not in known)


def _missing_permissions() -> Iterator[CheckMessage]:
    asked = [(app, word.permission) for app, word in _claims("MENU", "HOMES", "QUEUES") if word.permission]
    asked += _claims("STEP_UP")
    asked += [("rules.py", permission) for permission in told_holders()]
    for who, permission in asked:
        if not rules.perm_exists(permission):
            yield _error("E003", who, f"a permissão {permission} não existe")


def _missing_verbs() -> Iterator[CheckMessage]:
    for app, verb in _claims("RECORDED"):
        if verb not in house.verbs():
            yield _error("E009", app, f"a ação {verb} não existe")


def _missing_kinds() -> Iterator[CheckMessage]:
    known = BUILT_IN_KINDS.union(house.kinds())
    named = [(app, word.kinds) for app, word in _claims("MENU", "HOMES", "PASSWORD_DOORS")]
    for app, kinds in named:
        yield from (_error("E004", app, f"o tipo de sessão {kind} não existe") for kind in sorted(kinds - known))


def _missing_paths(known: list[str]) -> Iterator[CheckMessage]:
    prefixes = [*_claims("MACHINE_PATHS"), *((app, system.prefix) for app, system in _claims("SYSTEMS"))]
    for app, prefix in prefixes:
        if not any(path.startswith(prefix) for path in known):
            yield _error("E005", app, f"nenhuma rota começa por {prefix}")


def _missing_statuses() -> Iterator[CheckMessage]:
    for app, (status, tone) in _claims("TONES"):
        if status not in _statuses(app):
            yield _error("E006", app, f"nenhum modelo tem a situação {status}")
        if tone not in list(Tone):
            yield _error("E006", app, f"a situação {status} tem um tom que não existe: {tone}")


def _claimed_twice() -> Iterator[CheckMessage]:
    for what, claims in _exclusive().items():
        for claim, times in Counter(claims).items():
            if times > 1:
                yield _error("E007", "house.py", f"{what}: {claim} foi dito mais de uma vez")
    told = Counter(status for status, _ in {word for _, word in _claims("TONES")})
    for status in (status for status, times in told.items() if times > 1):
        yield _error("E007", "house.py", f"a situação {status} tem mais de um tom")
    for outer, inner in permutations(dict.fromkeys(path for _, path in _claims("MACHINE_PATHS")), 2):
        if inner.startswith(outer):
            yield _error("E007", "house.py", f"o caminho {inner} está dentro de {outer}")


def _exclusive() -> dict[str, list[Hashable]]:
    """What may be said once only."""
    return {
        "verbo": [verb for _, (verb, _) in _claims("VERBS")],
        "prazo": [kind.name for _, kind in _claims("DUE_KINDS")],
        "menu": [(entry.route, kind) for _, entry in _claims("MENU") for kind in entry.kinds],
        "fila": [queue.route for _, queue in _claims("QUEUES")],
        "tipo de sessão": [kind for _, kind in _claims("KINDS")],
        "caminho de máquina": [path for _, path in _claims("MACHINE_PATHS")],
        "sistema": [system.prefix for _, system in _claims("SYSTEMS")],
        "porta": [door.name for _, door in _claims("PASSWORD_DOORS")],
        "fidelidade": [area.title for _, area in _claims("FIDELITY")],
    }


def _claims(*names: str) -> list[tuple[str, Any]]:
    return [claim for name in names for claim in house.claims(name)]


def _statuses(app: str) -> set[str]:
    """Every value that some choice of the app's models has."""
    fields = [field for model in apps.get_app_config(app).get_models() for field in model._meta.fields]
    return {str(value) for field in fields for value, _ in field.flatchoices}


def _routes(resolver: URLResolver, names: str, path: str) -> Iterator[tuple[str, str]]:
    """(URL name, path) of every route."""
    path = f"{path}{resolver.pattern}" if path else "/"
    entries: Iterable[URLPattern | URLResolver] = resolver.url_patterns
    for entry in entries:
        if isinstance(entry, URLPattern):
            yield f"{names}{entry.name}", f"{path}{entry.pattern}"
        else:
            yield from _routes(entry, f"{names}{entry.namespace}:" if entry.namespace else names, path)


def _error(number: str, who: str, what: str) -> Error:
    return Error(f"{who}: {what}.", id=f"house.{number}")
