"""SM-4 (spec of the SIOPS, section 6): the whole table, refused cells included, and what the database holds."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from declarations.models import Cell, Declaration, Justification
from tests.cells import walk_cell
from tests.clock import now
from tests.factories import NOON, make_entity, make_user
from tests.factories.declarations import make_declaration, make_period

WORK = {"edit": "draft", "find_blocking": "with_findings", "validate": "validated"}
TABLE: dict[str, dict[str, str]] = {
    "draft": WORK | {"reject": "rejected"},
    "with_findings": WORK | {"reject": "rejected"},
    "validated": WORK | {"pack": "packed", "reject": "rejected"},
    "packed": WORK | {"transmit": "transmitted", "reject": "rejected"},
    "rejected": WORK,
    "transmitted": {"homologate": "homologated", "send_back": "returned", "substitute": "substituted"},
    "homologated": {"rectify": "rectified"},
    "returned": {},
    "substituted": {},
    "rectified": {},
}
JUDGED = {"content_hash": "0" * 64, "rules": "regras-2026.1", "warnings": 1, "at": NOON}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "edit": {"percent": 1787, "at": NOON},
    "find_blocking": JUDGED | {"blocking": 1},
    "validate": JUDGED,
    "pack": {"at": NOON},
    "transmit": {"by_id": 1, "at": NOON},
    "reject": JUDGED | {"blocking": 1},
    "homologate": {"by_id": 1, "at": NOON},
    "send_back": {"reason": "Confira a receita do IPTU."},
    "substitute": {},
    "rectify": {},
}
CELLS = [(source, name) for source in TABLE for name in ARGUMENTS]


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Declaration.Status.values)
    events = {each.name for each in Declaration._meta.get_field("status").get_all_transitions(Declaration)}
    assert events == set(ARGUMENTS)


@pytest.mark.parametrize(("source", "name"), CELLS)
def test_cell(source: str, name: str) -> None:
    walk_cell(Declaration(status=source), name, TABLE, ARGUMENTS[name])


def test_an_edit_forgets_what_was_judged_and_written() -> None:
    declaration = Declaration(status="validated")
    declaration.pack(at=NOON)
    declaration.edit(percent=None, at=NOON)
    judged = (declaration.content_hash, declaration.rules, declaration.verified_at, declaration.packed_at)
    assert judged == ("", "", None, None)


@pytest.mark.django_db
class TestTheDatabase:
    @pytest.mark.parametrize("status", Declaration.Status.values)
    def test_every_state_with_its_facts(self, status: str) -> None:
        make_declaration(status=status, tables={})

    @pytest.mark.parametrize(
        ("status", "fields", "constraint"),
        [
            ("draft", {"content_hash": "0"}, "declaration_draft_is_not_judged"),
            ("validated", {"verified_at": None}, "declaration_draft_is_not_judged"),
            ("validated", {"blocking": 1}, "declaration_blocking_stops"),
            ("with_findings", {"blocking": 0}, "declaration_blocking_stops"),
            ("packed", {"packed_at": None}, "declaration_written_says_when"),
            ("transmitted", {"transmitted_by": None}, "declaration_sent_says_who"),
            ("homologated", {"homologated_at": None}, "declaration_official_says_who"),
            ("returned", {"reason": ""}, "declaration_returned_says_why"),
            ("draft", {"version": 0}, "declaration_version_exists"),
        ],
    )
    def test_a_state_without_its_facts(self, status: str, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make_declaration(status=status, tables={}, **fields)

    @pytest.mark.parametrize(
        ("first", "second", "constraint"),
        [
            ("draft", "packed", "declaration_one_open"),
            ("rejected", "draft", "declaration_one_open"),
            ("transmitted", "transmitted", "declaration_one_waiting"),
            ("homologated", "homologated", "declaration_one_official"),
        ],
    )
    def test_only_one(self, first: str, second: str, constraint: str) -> None:
        entity, account = make_entity(), make_user()
        make_declaration(entity, status=first, tables={}, opened_by=account)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make_declaration(entity, status=second, version=2, tables={}, opened_by=account)
        # An official one stays while its correction is at work.
        make_declaration(entity, status="returned", version=3, tables={}, opened_by=account)

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"cents": -1}, "cell_negative_where_allowed"),
            ({"cents": 10**16}, "cell_has_sixteen_digits"),
            ({"record": "outra"}, "cell_record_exists"),
            ({"version": 0}, "cell_version_grows"),
        ],
    )
    def test_cells(self, fields: dict[str, Any], constraint: str) -> None:
        declaration = make_declaration(tables={})
        given: dict[str, Any] = {"record": "receitas", "key": "IPTU", "column": "prev_inicial", "cents": 0}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Cell.objects.create(declaration=declaration, changed_at=now(), **(given | fields))

    def test_a_realized_revenue_may_be_negative_and_a_justification_says_something(self) -> None:
        declaration = make_declaration(tables={})
        Cell.objects.create(
            declaration=declaration, record="receitas", key="IPTU", column="realizada", cents=-1, changed_at=now()
        )
        with pytest.raises(IntegrityError, match="justification_says_something"), transaction.atomic():
            Justification.objects.create(declaration=declaration, rule_code="SIM-I19", line="IPTU", text="")

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"ends_on": date(2028, 2, 28)}, "period_ends_with_its_month"),
            ({"opens_on": date(2028, 2, 29), "reason": "prova"}, "period_in_order"),
            ({"closes_on": date(2028, 3, 9), "reason": "prova"}, "period_in_order"),
            ({"closes_on": date(2028, 4, 1)}, "period_moved_says_why"),
            ({"opens_on": date(2028, 3, 11)}, "period_moved_says_why"),
        ],
    )
    def test_the_calendar(self, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make_period(2028, 1, **fields)

    def test_a_prorogation_says_why(self) -> None:
        period = make_period(2028, 1, closes_on=date(2028, 4, 1), reason="Portaria simulada")
        assert period.prorogued
        assert make_period(2028, 2).prorogued is None
