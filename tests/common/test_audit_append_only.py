from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from common import audit
from common.models import AuditEvent
from tests.actors import routine
from tests.factories import NOON, make_entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    return audit.record("token.generated", target=make_entity(), by=routine(), at=NOON)


def test_an_event_cannot_be_changed(event: AuditEvent) -> None:
    event.verb = "token.cancelled"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(verb="token.cancelled")
    assert AuditEvent.objects.get().verb == "token.generated"


def test_an_event_cannot_be_deleted(event: AuditEvent) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM common_auditevent")
    assert AuditEvent.objects.count() == 1


def test_events_can_be_added_and_the_whole_table_emptied(event: AuditEvent) -> None:
    audit.record("token.used", target=make_entity(), by=routine(), at=NOON)
    assert AuditEvent.objects.count() == 2
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE common_auditevent")
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_flush_of_the_test_runner_still_works(event: AuditEvent, capsys: Any) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEvent.objects.exists()
