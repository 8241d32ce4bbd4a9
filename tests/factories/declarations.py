"""Makers for the declaration: the calendar, and versions in any state with the amounts of the consistent example."""

from typing import Any

from accounts.models import User
from declarations.engine.beginnings import consistent
from declarations.engine.declaration import Table
from declarations.engine.periods import Period
from declarations.models import Cell, Declaration, Receipt, ReportingPeriod
from declarations.services.contents import cells_of
from declarations.services.receipts import Figures, record_receipt
from territory.models import Entity
from tests.clock import now
from tests.factories import make_entity, make_user
from tests.factories.siops import Acting

Status = Declaration.Status
SENT = (Status.TRANSMITTED, Status.HOMOLOGATED, Status.RETURNED, Status.SUBSTITUTED, Status.RECTIFIED)


def make_period(year: int = 2026, bimester: int = 5, **fields: Any) -> ReportingPeriod:
    """The one of the calendar, made as the law dates it when it is not there."""
    found = ReportingPeriod.objects.filter(year=year, bimester=bimester).first()
    if found is None:
        found = ReportingPeriod.legal(Period(year, bimester))
        for name, value in fields.items():
            setattr(found, name, value)
        found.save()
    return found


def facts_of(status: str, account: User) -> dict[str, Any]:
    """What the database asks of a version in that state."""
    facts: dict[str, Any] = {"status": status}
    if status != Status.DRAFT:
        facts |= {"content_hash": "0" * 64, "rules": "regras-2026.1", "verified_at": now()}
    if status in (Status.WITH_FINDINGS, Status.REJECTED):
        facts["blocking"] = 1
    if status in (Status.PACKED, *SENT):
        facts["packed_at"] = now()
    if status in SENT:
        facts |= {"transmitted_by": account, "transmitted_at": now()}
    if status in (Status.HOMOLOGATED, Status.RECTIFIED):
        facts |= {"homologated_by": account, "homologated_at": now()}
    if status == Status.RETURNED:
        facts["reason"] = "Confira a receita do IPTU com a contabilidade."
    return facts


def make_declaration(
    entity: Entity | None = None,
    period: ReportingPeriod | None = None,
    *,
    status: str = Status.DRAFT,
    tables: dict[str, Table] | None = None,
    **fields: Any,
) -> Declaration:
    """In draft unless told, with the rows of the example of its bimestre (or those given)."""
    period = period or make_period()
    account = fields.pop("opened_by", None) or make_user()
    declaration: Declaration = Declaration.objects.create(
        entity=entity or make_entity(),
        period=period,
        opened_by=account,
        opened_at=now(),
        **(facts_of(status, account) | fields),
    )
    given = consistent(period.period) if tables is None else tables
    Cell.objects.bulk_create(cells_of(declaration, given, by_id=account.pk, at=now()))
    return declaration


def make_receipt(declaration: Declaration, by: Acting, kind: str = Receipt.Kind.TRANSMISSION) -> Receipt:
    """The receipt of an act on a version that has its hash, by who acts for the entity."""
    figures = Figures(declaration.content_hash, "regras-2026.1", 2, "", 3642, 1787, 1746)
    return record_receipt(declaration=declaration, kind=kind, figures=figures, author=by, at=now())
