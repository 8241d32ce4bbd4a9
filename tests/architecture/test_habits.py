"""The habits of the house, each with its check. An exception is a line here, with its reason."""

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps as django_apps
from django.db.models import DateTimeField

from common import exceptions
from common.exceptions import Refusal
from config.layers import APPS
from tests.architecture.sources import attribute_chain, every, in_room, modules, outermost_chains, texts

# Where work begins. Each reads the clock once; everything below takes the instant.
CLOCK_EDGES = {
    "common/clock.py": "the clock itself",
    "common/switches.py": "what is off until an instant, beside the clock of the same room",
    "common/requests.py": "both instants of a request, settled when it enters its room",
    "common/sessions.py": "the end of a session, which Django asks without a request",
    "config/checks.py": "`manage.py check`",
    "pki/admin.py": "a column of a list of the admin, which is given no request",
    "config/preparation.py": "what `make run` and a deployment do before anything listens",
    "config/servers/web.py": "a TLS handshake, which comes before every request",
}
# Background work and commands.
CLOCK_EDGE_ROOMS = ("tasks", "commands")
CLOCK_READINGS = {"now", "real_now", "instants"}

# Rows that everybody may see, or that are looked up by a secret that is itself the permission.
UNSCOPED_READS = {
    "declarations/api/transmission.py": {"Entity"},  # that a município exists is public; who calls is judged next
    "accounts/views/mailbox.py": {"OutboxMessage"},  # stands for the real mailbox; only in a demonstration
    "rnds/views/terms.py": {"TermsAcceptance"},  # public verification by code
    "interop/views.py": {"Message"},  # by a link that nobody guesses
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
    unpacked: list[tuple[str, ast.expr]] = [
        (path, value)
        for path, node in every(ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is None
    ]
    unpacked += [
        (path, value) for path, node in every(ast.Call) if attribute_chain(node.func) == ["dict"] for value in node.args
    ]
    typed = (["POST"], ["GET"], ["data"])
    found = [f"{path}:{value.lineno}" for path, value in unpacked if attribute_chain(value)[-1:] in typed]
    assert not found, violations("\n".join(found))


# Services that must not hold one transaction: they commit in batches, or talk to the network between two of them.
NOT_ATOMIC = {
    ("declarations/services/homologating.py", "homologate_declaration"): "a wrong PIN counts, and to sign takes time",
    ("documents/services/log.py", "export_log"): "gives places and signs in short transactions of their own",
    ("egestor/services/tokens.py", "record_expiries"): "commits batch by batch",
    ("egestor/services/expiry.py", "record_expiries"): "commits batch by batch",
    ("rnds/services/connection.py", "test_connection"): "calls the network between two short transactions",
    ("rooms/services.py", "open_room"): "one transaction of control, and a database made before it when none is ready",
    ("rooms/services.py", "check_pin"): "the count of wrong PINs is committed although the answer is a refusal",
    ("rooms/services.py", "end"): "inside the transaction of who ends it",
}


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


@pytest.mark.parametrize("banned", [".update(status=", ".refresh_from_db(", "timezone.now", "datetime.utcnow"])
def test_banned_phrases_outside_tests(banned: str) -> None:
    found = [
        f"{path}:{number}"
        for path, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if banned in line.replace(" ", "")
    ]
    assert not found, violations("\n".join(found))


def clock_readings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every way to ask what time it is, with its line."""
    for line, chain in outermost_chains(tree):
        of_the_house = chain[:1] == ["clock"] and set(chain[1:2]) <= CLOCK_READINGS and len(chain) > 1
        if of_the_house or chain[-2:] in (["datetime", "now"], ["date", "today"]):
            yield line, ".".join(chain)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "common.clock":
            yield from ((node.lineno, name.name) for name in node.names if name.name in CLOCK_READINGS)


def test_only_the_edges_read_the_clock() -> None:
    found = {
        path: list(clock_readings(tree)) for path, tree in modules().items() if not in_room(path, *CLOCK_EDGE_ROOMS)
    }
    read = {path for path, lines in found.items() if lines}
    beyond = [f"{path}:{line} {name}" for path in read - set(CLOCK_EDGES) for line, name in found[path]]
    assert not beyond, violations("\n".join(beyond))
    assert read == set(CLOCK_EDGES)


# Where a view answers a refusal itself; everywhere else `with attempt(…)` shows it.
OTHER_PAGE = "which page answers depends on the code of the refusal"
COUNTED = "the attempt that failed is recorded too"
ANY_REFUSAL = "also what is not permitted, or not now, is told on the page"
REFUSALS_ANSWERED_BY_VIEWS = {
    ("accounts/views/access_link.py", "by_link"): COUNTED,
    ("accounts/views/passwords.py", "password_set"): OTHER_PAGE,
    ("accounts/views/sign_in.py", "continue_as"): COUNTED,
    ("accounts/views/sign_in.py", "sign_in_govbr"): COUNTED,
    ("cadsus/views/sign_in.py", "sign_in"): COUNTED,
    ("cadsus/views/sign_in.py", "sisrede_sign_in"): COUNTED,
    ("egestor/views/memberships.py", "membership_reactivate"): OTHER_PAGE,
    ("egestor/views/memberships.py", "_grant"): ANY_REFUSAL,
    ("egestor/views/memberships_ab_manager.py", "_save"): OTHER_PAGE,
    ("rnds/views/children.py", "handle"): "the step has no form: the refusal stands above its table",
    ("rnds/views/pec.py", "_enable"): "a real certificate is erased at once",
    ("rnds/views/pec.py", "pec_key_remove"): ANY_REFUSAL,
    ("rnds/views/requests.py", "_accept"): OTHER_PAGE,
    ("rnds/views/requests.py", "_copy"): ANY_REFUSAL,
    ("rnds/views/wizard.py", "_review"): "the page has no form, and lists the sections that lack something",
    ("rooms/switch_views.py", "switches"): OTHER_PAGE,
    ("rooms/views.py", "_asked_way"): "the field at fault depends on the way that was chosen",
    ("siops/views/attachments.py", "attachment_download"): "a foreign file does not exist",
    ("siops/views/certification.py", "_followed"): "a protocol that is gone is as none",
    ("siops/views/elections.py", "election_confirm"): OTHER_PAGE,
    ("siops/views/managers.py", "manager_register"): OTHER_PAGE,
    ("siops/views/sign_in.py", "sign_in_certificate"): COUNTED,
    ("siops/views/sign_in.py", "sign_in_choose"): COUNTED,
    ("siops/views/sign_in.py", "sign_in_puk"): ANY_REFUSAL,
    ("siops/views/sign_in.py", "_after_pin"): COUNTED,
    ("siops/views/sign_in.py", "_enter"): COUNTED,
    ("siops/views/technician_access.py", "technician_sign_in"): COUNTED,
    ("siops/views/technicians.py", "technician_register"): OTHER_PAGE,
}
REFUSALS = {name for name, kind in vars(exceptions).items() if isinstance(kind, type) and issubclass(kind, Refusal)}


def catches_a_refusal(node: ast.AST) -> bool:
    return any(
        isinstance(handler, ast.ExceptHandler)
        and handler.type is not None
        and REFUSALS & {name.id for name in ast.walk(handler.type) if isinstance(name, ast.Name)}
        for handler in ast.walk(node)
    )


def test_views_answer_refusals_by_attempt() -> None:
    found = {
        (path, node.name)
        for path, node in every(ast.FunctionDef)
        if in_room(path, "views", "switch_views", "admin") and catches_a_refusal(node)
    }
    assert found == set(REFUSALS_ANSWERED_BY_VIEWS)


ORDERS = {"order_by", "latest", "earliest"}


def instant_names() -> set[str]:
    """Names of the fields of the house that hold an instant."""
    models = [model for model in django_apps.get_models() if model.__module__.split(".")[0] in APPS]
    return {field.name for model in models for field in model._meta.fields if isinstance(field, DateTimeField)}


def order_of(call: ast.Call) -> list[str]:
    """What a call of order_by, latest or earliest names, without directions: also inside F(), Min() and the like."""
    written = [node.value for each in call.args for node in ast.walk(each) if isinstance(node, ast.Constant)]
    return [text.lstrip("-").rpartition("__")[2] for text in written if isinstance(text, str)]


def test_an_order_by_an_instant_ends_in_the_key() -> None:
    """A stopped clock makes equal instants; without the key the database gives them in any order."""
    instants = instant_names()
    found = []
    for model in django_apps.get_models():
        for usual in (model._meta.ordering or (), model._meta.get_latest_by or ()):
            names = [str(name).lstrip("-") for name in ([usual] if isinstance(usual, str) else usual)]
            if model.__module__.split(".")[0] in APPS and instants & set(names) and names[-1] != "pk":
                found.append(f"{model._meta.label} {names}")
    for path, call in every(ast.Call):
        order = order_of(call) if set(attribute_chain(call)[-1:]) & ORDERS else []
        if instants & set(order) and order[-1] != "pk":
            found.append(f"{path}:{call.lineno} {order}")
    assert not found, violations("\n".join(found))


def test_bulk_updates_never_write_a_status() -> None:
    found = []
    for path, node in every(ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "bulk_update":
            named = {c.value for a in node.args for c in ast.walk(a) if isinstance(c, ast.Constant)}
            if "status" in named:
                found.append(f"{path}:{node.lineno}")
    assert not found, violations("\n".join(found))


def test_every_suppression_has_a_code_and_a_reason() -> None:
    found = []
    for path, text in texts().items():
        for number, line in enumerate(text.splitlines(), 1):
            for mark in ("# noqa", "# type: ignore"):
                if mark not in line:
                    continue
                tail = line.split(mark, 1)[1]
                coded = tail.startswith((": ", "[")) and len(tail) > 3
                if not coded or ("--" not in tail and "#" not in tail):
                    found.append(f"{path}:{number} {line.strip()}")
    assert not found, violations("\n".join(found))


def test_modules_stay_small() -> None:
    sizes = {path: len(text.splitlines()) for path, text in texts().items()}
    assert not {path: size for path, size in sizes.items() if size > 400}


def test_nothing_reads_the_forwarded_addresses() -> None:
    assert not [path for path, tree in modules().items() if "FORWARDED_FOR" in ast.unparse(tree).upper()]


def test_no_other_module_reads_the_switch_or_the_receita() -> None:
    """One availability, one Receita: the rest asks `lookup` and `tax`."""

    def using(*names: str) -> set[str]:
        return {
            path
            for path, tree in modules().items()
            for _, chain in outermost_chains(tree)
            if list(names) == [name for name in chain if name in names]
        }

    assert using("switches", "now", "cadsus_available") == {"registry/lookup.py"}
    assert using("TaxRecord", "objects") == {"registry/tax.py", "config/seed/room.py"}
