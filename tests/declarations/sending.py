"""A version ready to be transmitted, and who transmits it."""

from declarations.models import Declaration, ReportingPeriod
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
