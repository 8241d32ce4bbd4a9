"""Every verb of the audit trail has a name for people."""

import ast
from collections.abc import Iterator

from common.audit_labels import LABELS
from config.layers import APPS
from config.paths import BASE_DIR

# The last is what some services call to record for a person or for the routine of their app.
RECORDERS = {"audit.record", "audit.record_each", "audit.record_batch", "_record"}


def recorded_verbs() -> Iterator[str]:
    """The constants that the code gives to whatever records."""
    for app in set(APPS) - {"common"}:
        for path in (BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDERS and node.args:
                    yield from (str(each.value) for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant))


def test_every_recorded_verb_has_a_label() -> None:
    verbs = set(recorded_verbs())
    assert len(verbs) > 80
    assert verbs <= LABELS.keys()
