"""A database whose chamados are still of the SIOPS is migrated: each keeps its messages, files and trail."""

from importlib import import_module
from typing import Any

import pytest

from tests.clock import NOON
from tests.former_world import migrate, settle, stand_at

BEFORE = [("siops", "0005_watchers"), ("common", "0005_audit_office")]
AFTER = [("tickets", "0002_products"), ("siops", "0007_tickets_below")]


def ticket_of_before(apps: Any) -> int:
    """One with a message, a release and its event; its number."""
    model = apps.get_model
    user = model("accounts", "User").objects.create(login="conta", kind="person", name="Ana Souza")
    uf = model("territory", "Uf").objects.create(ibge="35", acronym="SP", name="São Paulo", time_zone="UTC")
    entity = model("territory", "Entity").objects.create(kind="state", uf=uf)
    ticket = model("siops", "SupportTicket").objects.create(
        entity=entity, subject="Crítica", rule_code="SIM-I07", opened_by=user, opened_at=NOON, waiting_since=NOON
    )
    model("siops", "TicketMessage").objects.create(ticket=ticket, author=user, written_at=NOON, text="Continua.")
    given = {"rule_code": "SIM-I07", "year": 2026, "bimester": 1, "reason": "Regra", "granted_at": NOON}
    model("siops", "RuleRelease").objects.create(entity=entity, ticket=ticket, granted_by=user, **given)
    trail = {"verb": "ticket.opened", "at": NOON, "system_actor": "ensaio", "target_label": "Chamado"}
    model("common", "AuditEvent").objects.create(target_type="siops.supportticket", target_id=str(ticket.pk), **trail)
    return int(ticket.pk)


@pytest.mark.django_db
def test_a_ticket_moves_with_everything_that_refers_to_it() -> None:
    trail = import_module("common.migrations.0002_audit_append_only").CREATE
    key = ticket_of_before(stand_at(BEFORE, statements=[trail]))
    settle()
    apps = migrate(AFTER)

    ticket = apps.get_model("tickets", "SupportTicket").objects.get()
    assert (ticket.pk, ticket.product, ticket.topic, ticket.rule_code) == (key, "siops", "", "SIM-I07")
    assert ticket.messages.get().text == "Continua."
    assert ticket.releases.get().rule_code == "SIM-I07"
    assert apps.get_model("common", "AuditEvent").objects.get().target_type == "tickets.supportticket"
