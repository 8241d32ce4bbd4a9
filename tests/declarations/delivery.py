"""A version as the technician sent it, and the gestor who may sign it."""

from dataclasses import dataclass
from typing import Any

from common.actor import Actor
from common.models import AuditEvent, OutboxMessage
from declarations.engine import catalogue
from declarations.engine.declaration import Table
from declarations.models import Declaration, Homologation, Receipt, Rectification
from declarations.services.comparing import case_of
from declarations.services.grid import judged
from declarations.services.homologating import homologate_declaration
from declarations.services.knowledge import origins_of
from declarations.services.receipts import figures_of, record_receipt
from documents.models import LogEntry, Paper
from siops.models import HealthManager
from siops.models.scoped import TECHNICIAN
from territory.models import Entity
from tests.clock import now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.siops.doors import PIN, make_medium


@dataclass
class Town:
    """An entity whose technician sends and whose secretary, with a virtual token, homologates."""

    entity: Entity
    sender: Acting
    secretary: Acting

    def sent(self, version: int = 1, *, tables: dict[str, Table] | None = None, **fields: Any) -> Declaration:
        """A version that waits for the gestor, with the receipt of its transmission."""
        period = fields.pop("period", None) or make_period(2026, 4)
        author = fields.pop("author", self.sender)
        made = make_declaration(
            self.entity,
            period,
            status="transmitted",
            tables=tables,
            version=version,
            opened_by=author.user,
            **fields,
        )
        report = judged(made, now())
        made.content_hash = case_of(report).declaration.content_hash
        made.save(update_fields=["content_hash"])
        figures = figures_of(report, rules=catalogue.VERSION)
        record_receipt(
            declaration=made,
            kind=Receipt.Kind.TRANSMISSION,
            figures=figures,
            origins=origins_of(made).digest,
            author=self.sender,
            at=now(),
        )
        return made

    def homologate(self, declaration: Declaration, *, by: Actor | None = None, **asked: Any) -> Declaration:
        given: dict[str, Any] = {"shown_hash": declaration.content_hash, "pin": PIN, "at": now()}
        return homologate_declaration(declaration_id=declaration.pk, by=by or self.secretary, **(given | asked))


def make_town(entity: Entity | None = None) -> Town:
    entity = entity or make_entity()
    sender = siops.make_acting(TECHNICIAN, entity)
    secretary = siops.acting_of(HealthManager.objects.get(entity=entity, role=HealthManager.Role.SECRETARY))
    make_medium(secretary.record.person)
    return Town(entity, sender, secretary)


def marks() -> list[Any]:
    """Everything a refused act must leave as it was; the trail of a wrong PIN is of the medium."""
    tables = (Homologation, Rectification, Receipt, Paper, LogEntry, OutboxMessage)
    rows = list(Declaration.objects.order_by("pk").values_list("pk", "status", "version", "reason"))
    trail = AuditEvent.objects.exclude(verb__startswith="medium.").count()
    return [trail, rows, *(model._default_manager.count() for model in tables)]
