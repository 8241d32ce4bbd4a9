"""A version ready to be transmitted, and who transmits it."""

from typing import Any

from declarations.engine.beginnings import BEGINNINGS
from declarations.models import Declaration, ReportingPeriod
from declarations.services.beginning import tables_of
from declarations.services.importing import shown_hash, take_tables
from declarations.services.packing import pack_declaration
from declarations.services.transmitting import Outcome, transmit
from declarations.services.verifying import verify_declaration
from tests.clock import now
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting


def packed(sender: Acting, period: ReportingPeriod | None = None, *, version: int = 1) -> Declaration:
    """GRAVADA, with the example of the bimestre."""
    row = make_declaration(sender.entity, period or make_period(), opened_by=sender.user, version=version)
    verified = verify_declaration(declaration_id=row.pk, by=sender, at=now())
    return pack_declaration(declaration_id=row.pk, shown_hash=verified.content_hash, by=sender, at=now())


def send(declaration: Declaration, by: Acting, shown: str = "") -> Outcome:
    return transmit(declaration_id=declaration.pk, shown_hash=shown or declaration.content_hash, by=by, at=now())


def deliver(declaration: Declaration, by: Acting, *, more: int = 0) -> Declaration:
    """An open version filled with the consistent example (and so many cents more of ISS), up to its receipt."""
    tables = dict(tables_of(declaration, BEGINNINGS["coerente"]))
    *planned, collected = tables["receitas"]["ISS",]
    tables["receitas"] = tables["receitas"] | {("ISS",): (*planned, int(collected or 0) + more)}
    asked: dict[str, Any] = {"declaration_id": declaration.pk, "by": by, "at": now()}
    take_tables(tables=tables, shown=shown_hash(declaration), source="exemplo", **asked)
    verified = verify_declaration(**asked)
    pack_declaration(shown_hash=verified.content_hash, **asked)
    outcome = transmit(shown_hash=verified.content_hash, **asked)
    assert outcome.receipt is not None
    return outcome.declaration
