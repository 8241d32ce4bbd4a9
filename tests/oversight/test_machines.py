"""SM-8 and SM-9: the whole tables, refused cells included, and what the database holds."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from oversight.models import CourtAssessment, Opinion
from tests.cells import walk_cell
from tests.factories import NOON, make_user
from tests.factories.declarations import make_declaration

GIVEN = {"approve": "favourable", "approve_with_reservations": "with_reservations", "disapprove": "unfavourable"}
OPINION: dict[str, dict[str, str]] = {
    "pending": {"take": "before_council"},
    "before_council": GIVEN | {"send_back": "returned_for_adjustment"},
    "returned_for_adjustment": {"take": "before_council"},
    "favourable": {},
    "with_reservations": {},
    "unfavourable": {},
}
ASSESSMENT: dict[str, dict[str, str]] = {
    "not_analysed": {"confirm": "confirmed_by_court", "diverge": "divergent"},
    "confirmed_by_court": {},
    "divergent": {},
}
WORDS = {"text": "Parecer.", "met_on": NOON.date(), "resolution": "12/2026", "by_id": 1, "at": NOON}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "take": {"by_id": 1, "at": NOON},
    "send_back": {"reason": "Confira."},
    **dict.fromkeys(GIVEN, WORDS),
    "confirm": {"decision": "Acórdão 1", "by_id": 1, "at": NOON},
    "diverge": {"percent": 1487, "decision": "Acórdão 1", "by_id": 1, "at": NOON},
}
MACHINES = ((Opinion, OPINION), (CourtAssessment, ASSESSMENT))
CELLS = [
    (model, table, source, name)
    for model, table in MACHINES
    for source in table
    for name in sorted({event for row in table.values() for event in row})
]


@pytest.mark.parametrize(("model", "table"), MACHINES)
def test_the_table_names_every_state_and_every_transition(model: Any, table: dict[str, dict[str, str]]) -> None:
    assert set(table) == set(model.Status.values)
    events = {each.name for each in model._meta.get_field("status").get_all_transitions(model)}
    assert events == {event for row in table.values() for event in row}


@pytest.mark.parametrize(("model", "table", "source", "name"), CELLS)
def test_cell(model: Any, table: dict[str, dict[str, str]], source: str, name: str) -> None:
    walk_cell(model(status=source), name, table, ARGUMENTS[name])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "fields", "constraint"),
    [
        (Opinion, {"status": "pending"}, "opinion_row_was_taken"),
        (Opinion, {"status": "returned_for_adjustment"}, "opinion_returned_says_what"),
        (Opinion, {"status": "favourable"}, "opinion_given_says_what_and_who"),
        (Opinion, {"status": "before_council", "text": "Antes da hora."}, "opinion_given_says_what_and_who"),
        (CourtAssessment, {"status": "not_analysed"}, "assessment_divergent_says_how_much"),
        (CourtAssessment, {"status": "divergent"}, "assessment_divergent_says_how_much"),
        (CourtAssessment, {"status": "divergent", "percent": 100_01}, "assessment_is_a_percentage"),
        (CourtAssessment, {"status": "confirmed_by_court", "decision": ""}, "assessment_has_decision"),
    ],
)
def test_the_database_refuses(model: Any, fields: dict[str, Any], constraint: str) -> None:
    account = make_user()
    declaration = make_declaration(status="homologated", tables={})
    who = {
        Opinion: {"taken_by": account, "taken_at": NOON},
        CourtAssessment: {"assessed_by": account, "assessed_at": NOON, "decision": "Acórdão 1"},
    }[model]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(declaration=declaration, **(who | fields))
