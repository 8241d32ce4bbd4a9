"""«Devolver» and «Abrir retificação»: the official version stays official until the one that corrects it is signed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import Refusal
from common.models import AuditEvent, OutboxMessage
from declarations.models import Declaration, Rectification
from declarations.services.comparing import case_of, compare, review_of, rows_of
from declarations.services.contents import content_of
from declarations.services.grid import judged
from declarations.services.opening import open_declaration
from declarations.services.rectifying import open_rectification
from declarations.services.returning import return_declaration
from siops.models import HealthManager
from tests.clock import now
from tests.declarations.delivery import Town, make_town, marks
from tests.factories import siops
from tests.factories.declarations import make_declaration, make_period
from tests.in_room import below

pytestmark = pytest.mark.django_db(databases=["default", "control"])
REASON = "O ISS de agosto foi lançado em duplicidade."
Role = HealthManager.Role


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def give_back(declaration: Declaration, by: Any, reason: str = REASON) -> Declaration:
    return return_declaration(declaration_id=declaration.pk, reason=reason, by=by, at=now())


def rectify(declaration: Declaration, by: Any, reason: str = REASON) -> Declaration:
    return open_rectification(declaration_id=declaration.pk, reason=reason, by=by, at=now())


def begin(town: Town, bimester: int = 4) -> Declaration:
    period = make_period(2026, bimester)
    return open_declaration(entity_id=town.entity.pk, period_id=period.pk, by=town.sender, at=now())


def refused(code: str, act: Callable[[], object]) -> Refusal:
    before = marks()
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.code == code
    assert marks() == before
    return refusal.value


def correct(declaration: Declaration, cents: int) -> None:
    """What the technician typed in the version that corrects."""
    declaration.cells.filter(record="receitas", key="ISS", column="realizada").update(cents=cents)


def test_a_returned_version_says_why_and_the_technician_begins_the_next(town: Town) -> None:
    returned = give_back(town.sent(), town.secretary, f"  {REASON}  ")
    assert (returned.status, returned.reason) == ("returned", REASON)
    letter = OutboxMessage.objects.get(to_email=town.sender.record.email)
    assert letter.subject == "4º bimestre de 2026 devolvido para correção"
    assert REASON in letter.body
    assert AuditEvent.objects.get(verb="declaration.returned").details["reason"] == REASON
    assert begin(town).version == 2


def test_a_reason_has_from_20_to_1000_characters(town: Town) -> None:
    declaration = town.sent()
    official = make_declaration(town.entity, make_period(2026, 3), status="homologated", tables={})
    for reason, code in (("x" * 19, "too_short"), (" " * 40, "too_short"), ("x" * 1001, "too_long")):
        refused(code, partial(give_back, declaration, town.secretary, reason))
        said = refused(code, partial(rectify, official, town.secretary, reason)).message
    assert said == "Descreva o motivo em até 1.000 caracteres."
    assert give_back(declaration, town.secretary, "x" * 20).status == "returned"


def test_each_act_has_one_state(town: Town) -> None:
    """SM-4, at the services: what is refused is refused in words, and leaves no trace."""
    for place, status in enumerate(Declaration.Status.values):
        declaration = make_declaration(
            town.entity, make_period(2025 + place // 6, place % 6 + 1), status=status, tables={}
        )
        if status != "transmitted":
            refused("wrong_status", partial(give_back, declaration, town.secretary))
        if status != "homologated":
            refused("wrong_status", partial(rectify, declaration, town.secretary))


def test_only_the_secretary_or_the_substitute(town: Town) -> None:
    declaration = town.sent()
    official = make_declaration(town.entity, make_period(2026, 3), status="homologated", tables={})
    others = [siops.make_acting(role, town.entity) for role in (Role.HEAD, Role.HEAD_SUBSTITUTE, Role.COUNCIL)]
    for actor in (town.sender, *others):
        refused("not_permitted", partial(give_back, declaration, actor))
        refused("not_permitted", partial(rectify, official, actor))


def test_the_rectification_is_a_copy_and_the_official_one_stays(town: Town) -> None:
    official = make_declaration(town.entity, make_period(2026, 4), status="homologated")
    refused("official", lambda: begin(town))
    opened = rectify(official, town.secretary)
    assert (opened.version, opened.status) == (2, "draft")
    assert content_of(opened).tables == content_of(official).tables
    assert Declaration.objects.homologated().get() == official
    assert official.rectification.reason == REASON
    assert OutboxMessage.objects.get().to_email == town.sender.record.email
    refused("already_open", lambda: rectify(official, town.secretary))


def test_the_version_already_being_filled_becomes_it(town: Town) -> None:
    """Opened after a transmission that was homologated meanwhile."""
    first = town.sent()
    second = begin(town)
    town.homologate(first)
    assert rectify(first, town.secretary) == second
    assert Declaration.objects.count() == 2


def test_after_a_returned_correction_the_technician_begins_another(town: Town) -> None:
    official = make_declaration(town.entity, make_period(2026, 4), status="homologated", tables={})
    make_declaration(town.entity, make_period(2026, 4), status="returned", version=2, tables={})
    refused("official", lambda: begin(town))
    Rectification.objects.create(rectified=official, reason=REASON, opened_by=town.secretary.user, opened_at=now())
    assert begin(town).version == 3


def test_homologating_the_correction_rectifies_and_keeps_what_changed(town: Town) -> None:
    first = town.homologate(town.sent())
    rectify(first, town.secretary).delete()
    second = town.sent(version=2)
    correct(second, 100)
    second = resent(second)
    done = town.homologate(second)
    first = Declaration.objects.get(pk=first.pk)
    assert (first.status, done.status) == ("rectified", "homologated")
    assert done.homologation.replaced == first
    cells = {cell for cell, _, _ in done.homologation.changes}
    assert {"ISS:realizada", "I:realizada", "III:realizada"} <= cells
    assert done.percent != first.percent
    words = {row.label: row for row in rows_of(case_of(judged(done, now())), done.homologation.changes)}
    changed = words["Receita Resultante do ISS · Realizada (b)"]
    assert (changed.after, changed.difference[0]) == ("1,00", "−")
    assert done.receipts.exclude(kind="transmission").get().kind == "rectification"
    # And in public, with a link to it from the list of versions.
    address = below(reverse("transparency:annex", args=[town.entity.ibge, 2026, 4]))
    public = Client().get(address).content.decode()
    assert f"{address}?versao=2#o-que-mudou" in public
    assert "O que a retificação mudou" in public
    assert changed.difference in public
    assert "O que a retificação mudou" not in Client().get(address, {"versao": "1"}).content.decode()
    assert OutboxMessage.objects.filter(body__contains="passa a RETIFICADA").count() == len(
        (town.sender, town.secretary)
    )


def resent(declaration: Declaration) -> Declaration:
    declaration.content_hash = case_of(judged(declaration, now())).declaration.content_hash
    declaration.save(update_fields=["content_hash"])
    return declaration


def test_what_is_shown_beside_the_official_one_and_the_returned_one(town: Town) -> None:
    make_declaration(town.entity, make_period(2026, 4), status="homologated")
    make_declaration(town.entity, make_period(2026, 4), status="returned", version=2)
    third = town.sent(version=3)
    correct(third, 100)
    review = review_of(resent(third), now())
    assert [each.former.version for each in review.comparisons if each.former] == [1, 2]
    assert (review.official.version if review.official else 0, review.is_as_sent) == (1, True)
    assert all(each.lines_changed > 3 for each in review.comparisons)


def test_a_first_version_is_shown_alone(town: Town) -> None:
    declaration = town.sent()
    (alone,) = review_of(declaration, now()).comparisons
    assert (alone.former, alone.is_equal) == (None, True)
    report = judged(declaration, now())
    assert compare(None, report, report).lines == alone.lines
