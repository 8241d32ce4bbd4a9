"""Two people, or the same one twice, at the same instant: one homologation, one receipt."""

import pytest

from common.exceptions import Refusal
from declarations.models import Declaration, Homologation, Receipt
from documents.models import Paper
from tests.concurrency import at_once
from tests.declarations.delivery import make_town
from tests.declarations.sending import packed, send

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "control"])


def test_the_same_act_twice_is_one_homologation_with_one_receipt() -> None:
    town = make_town()
    declaration = town.sent()
    results = at_once(lambda: town.homologate(declaration), lambda: town.homologate(declaration))
    assert [result.status for result in results] == ["homologated", "homologated"]
    assert Homologation.objects.count() == Paper.objects.count() == 1
    assert Receipt.objects.exclude(kind=Receipt.Kind.TRANSMISSION).count() == 1


def test_a_newer_transmission_and_the_homologation_of_the_former_one() -> None:
    """Whoever takes the lock first is right; the other is refused, and one version alone counts."""
    town = make_town()
    former = town.sent()
    newer = packed(town.sender, former.period, version=2)
    results = at_once(lambda: send(newer, town.sender), lambda: town.homologate(former))
    refusal = next(result for result in results if isinstance(result, Refusal))
    states = {row.version: row.status for row in Declaration.objects.all()}
    assert (refusal.code, states) in (
        ("changed_since_shown", {1: "substituted", 2: "transmitted"}),
        ("official", {1: "homologated", 2: "packed"}),
    )
    assert Homologation.objects.count() == (1 if refusal.code == "official" else 0)
