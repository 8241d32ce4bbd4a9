"""The whole transition table of SM-1, refused cells included."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from pki.models import Medium
from siops.models import CertificationRequest
from tests.actors import acting
from tests.cells import walk_cell
from tests.factories import NOON
from tests.factories.siops import make_certification
from tests.siops.certification import TOMORROW

ARGUMENTS: dict[str, dict[str, Any]] = {
    "schedule": {"date": TOMORROW, "period": "morning"},
    "issue": {"medium": Medium(pk=1), "documents": ["cpf"], "by": acting(User(pk=1)), "at": NOON},
    "activate": {"at": NOON},
    "cancel": {"at": NOON},
    "lapse": {"at": NOON},
}
# source → transition → target; what is not written is refused.
TABLE = {
    "requested": {"schedule": "scheduled", "cancel": "cancelled"},
    "scheduled": {"schedule": "scheduled", "issue": "issued", "cancel": "cancelled"},
    "issued": {"activate": "activated", "lapse": "cancelled"},
    "activated": {},
    "cancelled": {},
}


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(CertificationRequest.Status.values)
    field: Any = CertificationRequest._meta.get_field("status")
    assert {t.name for t in field.get_all_transitions(CertificationRequest)} == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", TABLE)
def test_cell(source: str, name: str) -> None:
    walk_cell(CertificationRequest(status=source), name, TABLE, ARGUMENTS[name])


def test_the_status_is_protected() -> None:
    with pytest.raises(AttributeError):
        CertificationRequest().status = "issued"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"status": "scheduled"},
        {"status": "issued", "scheduled_for": TOMORROW},
        {"status": "activated", "scheduled_for": TOMORROW, "activated_at": NOON},
        {"status": "cancelled"},
    ],
    ids=["scheduled without day", "issued without medium", "activated without medium", "cancelled without instant"],
)
def test_a_state_without_its_facts_is_refused_by_the_database(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_certification(**fields)


@pytest.mark.django_db
def test_one_open_request_per_person_in_the_database() -> None:
    first = make_certification()
    record = first.person.health_manager_records.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_certification(record)
    first.cancel(at=NOON)
    first.save()
    make_certification(record)


@pytest.mark.django_db
def test_what_the_trail_shows_of_a_request_has_no_protocol() -> None:
    row = make_certification()
    assert row.protocol not in str(row)
