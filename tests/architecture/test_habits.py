"""The habits of the house, each with its check. An exception is a line here, with its reason."""

import ast

import pytest

from tests.architecture.sources import ROOT, attribute_chain, in_room, modules, outermost_chains

EDGES = (
    "session",
    "views",
    "admin",
    "api",
    "tasks",
    "commands",
    "middleware",
    "health",
    "signals",
    "checks",
    "context_processors",
    "servers",
)

# Rows that everybody may see, or that are looked up by a secret that is itself the permission.
UNSCOPED_READS = {
    "accounts/views/mailbox.py": {"OutboxMessage"},  # stands for the real mailbox; only in a demonstration
    "rnds/views/terms.py": {"TermsAcceptance"},  # public verification by code
    "pki/views.py": {"Authority"},  # certificates and lists of the authorities are public
    "common/health.py": {"Heartbeat"},  # no person's data
}


def violations(text: str) -> str:
    return f"\n{text}" if text else ""


def test_views_never_query_a_model_unscoped() -> None:
    found = []
    for path, tree in modules().items():
        if not in_room(path, "views", "api", "health") or "/management/" in path:
            continue
        for line, chain in outermost_chains(tree):
            if "objects" not in chain:
                continue
            model, *rest = chain
            if rest[1:2] != ["visible_to"] and model not in UNSCOPED_READS.get(path, set()):
                found.append(f"{path}:{line} {'.'.join(chain)}")
    assert not found, violations("\n".join(found))


def test_nothing_typed_is_unpacked_into_a_dictionary() -> None:
    """`{**request.POST}` and `dict(form.data)` turn every field into a list; `.copy()`, `.dict()` and names do not."""
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            unpacked: list[ast.expr] = []
            if isinstance(node, ast.Dict):
                unpacked = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
            elif isinstance(node, ast.Call) and attribute_chain(node.func) == ["dict"]:
                unpacked = node.args
            names = [attribute_chain(value)[-1:] for value in unpacked]
            if any(name in (["POST"], ["GET"], ["data"]) for name in names):
                found.append(f"{path}:{node.lineno}")  # type: ignore[attr-defined] # a dictionary or a call
    assert not found, violations("\n".join(found))


# Services that must not hold one transaction: they commit in batches, or talk to the network between two of them.
NOT_ATOMIC = {
    ("egestor/services/tokens.py", "record_expiries"): "commits batch by batch",
    ("egestor/services/expiry.py", "record_expiries"): "commits batch by batch",
    ("rnds/services/connection.py", "test_connection"): "calls the network between two short transactions",
    ("rooms/services.py", "open_room"): "one transaction of control, and a database made before it when none is ready",
    ("rooms/services.py", "check_pin"): "the count of wrong PINs is committed although the answer is a refusal",
    ("rooms/services.py", "end"): "inside the transaction of who ends it",
}
# Parts of another service, which has asked: they take `by` to say in the trail who acted.
ASKED_BEFORE = {
    ("siops/services/succession.py", "change_heads"): "asked by the load of the election and by the approved letter",
    ("siops/services/succession.py", "change_secretariat"): "asked by whoever registers or ends the secretary",
    ("rnds/services/credentials/granting.py", "grant_credential"): "asked by the acceptance and by the approval",
    ("rnds/services/requests/public_certificate.py", "import_public"): "asked by the section of the certificate",
}
# Functions of services that act for no person: sweeps, look-ups and low-level issuing whose caller asked.
ACTORLESS_APPS = ("pki/", "territory/", "common/")


def service_functions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (path, node)
        for path, tree in modules().items()
        if in_room(path, "services")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def decorators(node: ast.FunctionDef) -> set[str]:
    return {".".join(attribute_chain(d)) for d in node.decorator_list}


def test_services_exist() -> None:
    assert len(service_functions()) > 20


def changes_state(node: ast.FunctionDef) -> bool:
    """A verb that somebody performs takes the instant; a question does not write."""
    return any(arg.arg == "at" for arg in node.args.kwonlyargs + node.args.args) and any(
        isinstance(inner, ast.Attribute) and inner.attr in {"save", "create", "record", "delete", "bulk_create"}
        for inner in ast.walk(node)
    )


def test_services_that_write_are_keyword_only_and_atomic() -> None:
    found = []
    for path, node in service_functions():
        if not changes_state(node) or (path, node.name) in NOT_ATOMIC:
            continue
        if node.args.args or node.args.posonlyargs:
            found.append(f"{path}:{node.lineno} {node.name} takes positional arguments")
        if "transaction.atomic" not in decorators(node):
            found.append(f"{path}:{node.lineno} {node.name} is not @transaction.atomic")
    assert not found, violations("\n".join(found))


def reached_calls(name: str, graph: dict[str, set[str]]) -> set[str]:
    """Names of everything called by `name`, directly or through functions of the services' own modules."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for call in graph.get(waiting.pop(), set()) - seen:
            seen.add(call)
            waiting.append(call.rsplit(".", 1)[-1])
    return seen


def call_graph() -> dict[str, set[str]]:
    """Function name → dotted names that it calls, over every services module (names are unique enough)."""
    graph: dict[str, set[str]] = {}
    for path, tree in modules().items():
        if not in_room(path, "services"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                calls = {".".join(attribute_chain(c)) for c in ast.walk(node) if isinstance(c, ast.Call)}
                graph.setdefault(node.name, set()).update(calls)
    return graph


def test_a_service_for_a_person_asks_permission_and_leaves_an_audit_event() -> None:
    found = []
    graph = call_graph()
    for path, node in service_functions():
        acts = any(arg.arg == "by" for arg in node.args.kwonlyargs) and changes_state(node)
        if path.startswith(ACTORLESS_APPS) or not acts or (path, node.name) in ASKED_BEFORE:
            continue
        reached = reached_calls(node.name, graph)
        if "permissions.require" not in reached:
            found.append(f"{path}:{node.lineno} {node.name} asks no permission")
        if "audit.record" not in reached:
            found.append(f"{path}:{node.lineno} {node.name} leaves no audit event")
    assert not found, violations("\n".join(found))


@pytest.mark.parametrize("banned", [".update(status=", ".refresh_from_db(", "timezone.now", "datetime.utcnow"])
def test_banned_phrases_outside_tests(banned: str) -> None:
    found = [
        f"{path}:{number}"
        for path in modules()
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if banned in line.replace(" ", "")
    ]
    assert not found, violations("\n".join(found))


def test_only_the_edges_read_the_clock() -> None:
    found = [
        f"{path}:{line} {'.'.join(chain)}"
        for path, tree in modules().items()
        if path != "common/clock.py" and not in_room(path, *EDGES)
        for line, chain in outermost_chains(tree)
        if chain[:2] == ["clock", "now"] or chain[-2:] in (["datetime", "now"], ["date", "today"])
    ]
    assert not found, violations("\n".join(found))


def test_bulk_updates_never_write_a_status() -> None:
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "bulk_update":
                named = {c.value for a in node.args for c in ast.walk(a) if isinstance(c, ast.Constant)}
                if "status" in named:
                    found.append(f"{path}:{node.lineno}")
    assert not found, violations("\n".join(found))


def test_every_suppression_has_a_code_and_a_reason() -> None:
    found = []
    for path in modules():
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
            for mark in ("# noqa", "# type: ignore"):
                if mark not in line:
                    continue
                tail = line.split(mark, 1)[1]
                coded = tail.startswith((": ", "[")) and len(tail) > 3
                if not coded or ("--" not in tail and "#" not in tail):
                    found.append(f"{path}:{number} {line.strip()}")
    assert not found, violations("\n".join(found))


def test_modules_stay_small() -> None:
    sizes = {path: len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert not {path: size for path, size in sizes.items() if size > 400}
