"""What the Conselho and the Tribunal may say, of what, and what it does not change."""

from datetime import timedelta
from typing import Any

import pytest

from common.exceptions import NotAllowedNow, NotPermitted, Refusal, RuleBroken
from common.models import AuditEvent, OutboxMessage
from declarations.models import Declaration
from oversight.models import CourtAssessment, Opinion
from oversight.services.assessments import assess_declaration
from oversight.services.opinions import give_opinion, return_opinion, take_opinion
from oversight.services.reading import published_for
from siops.models import HealthManager
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.concurrency import at_once
from tests.factories import make_entity, make_other_entity
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import make_acting, make_health_manager
from tests.siops.test_courts import state_of

pytestmark = pytest.mark.django_db
Role = HealthManager.Role
TEXT = "O Conselho examinou o demonstrativo e considera que a aplicação atende à lei complementar."


def official(bimester: int = 4, **fields: Any) -> Declaration:
    return make_declaration(
        fields.pop("entity", None) or make_entity(),
        make_period(2026, bimester),
        status="homologated",
        tables={},
        **fields,
    )


def words(**changed: Any) -> dict[str, Any]:
    return {
        "verdict": "favourable",
        "text": TEXT,
        "met_on": now().date(),
        "resolution": "7/2026",
        "at": now(),
    } | changed


def traces() -> list[Any]:
    tables = (Opinion, CourtAssessment, Declaration)
    rows = [list(model._default_manager.order_by("pk").values_list()) for model in tables]
    return [AuditEvent.objects.count(), OutboxMessage.objects.count(), *rows]


class TestTheOpinion:
    def test_it_is_taken_given_and_told(self) -> None:
        declaration = official()
        secretary = make_health_manager(Role.SECRETARY, declaration.entity)
        by = make_acting(Role.COUNCIL, declaration.entity)
        take_opinion(declaration_id=declaration.pk, by=by, at=now())
        opinion = give_opinion(declaration_id=declaration.pk, by=by, **words())
        assert (opinion.status, opinion.given_by_id) == ("favourable", by.account_id)
        assert OutboxMessage.objects.filter(to_email=secretary.email, subject__contains="parecer").count() == 1
        assert Declaration.objects.get(pk=declaration.pk).status == "homologated"

    def test_returned_it_may_be_taken_again(self) -> None:
        declaration = official()
        by = make_acting(Role.COUNCIL, declaration.entity)
        take_opinion(declaration_id=declaration.pk, by=by, at=now())
        return_opinion(declaration_id=declaration.pk, reason="Explique a receita do IPTU.", by=by, at=now())
        assert take_opinion(declaration_id=declaration.pk, by=by, at=now()).reason == ""

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"text": "x" * 49}, "short_text"),
            ({"met_on": "tomorrow"}, "dates"),
            ({"met_on": "before the homologation"}, "dates"),
        ],
    )
    def test_words_that_are_refused_leave_no_trace(self, changed: dict[str, Any], code: str) -> None:
        days = {"tomorrow": 1, "before the homologation": -1}
        if "met_on" in changed:
            changed = {"met_on": now().date() + timedelta(days=days[changed["met_on"]])}
        declaration = official()
        by = make_acting(Role.COUNCIL, declaration.entity)
        take_opinion(declaration_id=declaration.pk, by=by, at=now())
        before = traces()
        with pytest.raises(RuleBroken) as refused:
            give_opinion(declaration_id=declaration.pk, by=by, **words(**changed))
        assert refused.value.broken[0].code == code
        assert traces() == before

    @pytest.mark.parametrize(
        ("bimester", "status", "code"), [(3, "homologated", "no_opinion"), (4, "rectified", "not_official")]
    )
    def test_of_what_there_is_none(self, bimester: int, status: str, code: str) -> None:
        declaration = make_declaration(make_entity(), make_period(2026, bimester), status=status, tables={})
        by = make_acting(Role.COUNCIL, declaration.entity)
        with pytest.raises(RuleBroken) as refused:
            take_opinion(declaration_id=declaration.pk, by=by, at=now())
        assert refused.value.code == code

    def test_it_is_not_given_before_it_was_taken_nor_twice(self) -> None:
        declaration = official()
        by = make_acting(Role.COUNCIL, declaration.entity)
        with pytest.raises(NotAllowedNow):
            give_opinion(declaration_id=declaration.pk, by=by, **words())
        take_opinion(declaration_id=declaration.pk, by=by, at=now())
        give_opinion(declaration_id=declaration.pk, by=by, **words())
        with pytest.raises(NotAllowedNow):
            give_opinion(declaration_id=declaration.pk, by=by, **words(verdict="unfavourable"))
        with pytest.raises(NotAllowedNow):
            take_opinion(declaration_id=declaration.pk, by=by, at=now())

    @pytest.mark.parametrize("role", [Role.HEAD, Role.SECRETARY, TECHNICIAN, Role.COURT])
    def test_only_the_conselho_of_the_entity_gives_one(self, role: str) -> None:
        declaration = official()
        for by in (make_acting(role, declaration.entity), make_acting(Role.COUNCIL, make_other_entity())):
            with pytest.raises(NotPermitted):
                take_opinion(declaration_id=declaration.pk, by=by, at=now())


class TestTheAssessment:
    def test_it_stands_beside_the_declaration(self) -> None:
        declaration = official(percent=1535)
        by = make_acting(Role.COURT, state_of(declaration.entity))
        found = assess_declaration(declaration_id=declaration.pk, percent=1487, decision="Acórdão 9", by=by, at=now())
        assert (found.status, found.percent) == ("divergent", 1487)
        assert Declaration.objects.get(pk=declaration.pk).percent == 1535

    @pytest.mark.parametrize(
        ("percent", "code"), [(1535, "same_percent"), (-1, "out_of_range"), (10001, "out_of_range")]
    )
    def test_what_is_refused(self, percent: int, code: str) -> None:
        declaration = official(percent=1535)
        by = make_acting(Role.COURT, state_of(declaration.entity))
        before = traces()
        with pytest.raises(Refusal) as refused:
            assess_declaration(declaration_id=declaration.pk, percent=percent, decision="Acórdão 9", by=by, at=now())
        assert refused.value.code == code
        assert traces() == before

    def test_only_the_tribunal_of_the_state(self) -> None:
        declaration, other = official(), make_other_entity()
        assert other.uf_id != declaration.entity.uf_id
        for by in (make_acting(Role.COURT, state_of(other)), make_acting(Role.SECRETARY, declaration.entity)):
            with pytest.raises(NotPermitted):
                assess_declaration(declaration_id=declaration.pk, percent=None, decision="x", by=by, at=now())


def test_the_tribunal_sees_the_official_versions_of_its_state_alone() -> None:
    here, other = official(), official(entity=make_other_entity())
    make_declaration(here.entity, make_period(2026, 5), tables={})
    seen = published_for(make_acting(Role.COURT, state_of(here.entity)))
    assert set(seen) == {here}
    assert other not in seen


@pytest.mark.django_db(transaction=True)
def test_two_members_at_once_take_it_once() -> None:
    declaration = official()
    members = [make_acting(Role.COUNCIL, declaration.entity) for _ in range(2)]
    results = at_once(*(lambda by=by: take_opinion(declaration_id=declaration.pk, by=by, at=now()) for by in members))
    assert sorted(type(result).__name__ for result in results) == ["NotAllowedNow", "Opinion"]
