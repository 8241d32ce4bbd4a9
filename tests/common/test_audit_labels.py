"""Every verb of the audit trail has a name for people."""

import ast
from collections.abc import Iterator

from common.audit_labels import LABELS
from config.paths import BASE_DIR

RECORDERS = {"audit.record", "audit.record_batch"}


def recorded_verbs() -> Iterator[str]:
    """The constants that the code gives to audit.record and audit.record_batch."""
    for app in ("accounts", "config", "egestor", "pki", "rnds", "territory"):
        for path in (BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDERS and node.args:
                    yield from (str(each.value) for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant))


def test_every_recorded_verb_has_a_label() -> None:
    verbs = set(recorded_verbs())
    assert len(verbs) > 25
    assert verbs <= LABELS.keys()
